import { parseArgs } from 'node:util'
import { Fault } from '#shared/faults.ts'

/** An option as people see it; it may also stand in the environment, as GANGWAY_<NAME>. */
interface OptionSpec {
  readonly type: 'string' | 'boolean'
  readonly multiple?: boolean
  readonly flagOnly?: boolean
  /** What stands for the value in the help. */
  readonly placeholder?: string
  readonly about: string
}
export type OptionSpecs = Readonly<Record<string, OptionSpec>>

export type Environment = Readonly<Record<string, string | undefined>>

export interface Given {
  readonly options: Readonly<Record<string, unknown>>
  readonly words: readonly string[]
}

/** Flags win over the environment; what is in neither is absent and left to the saved settings. */
export function readOptions(
  specs: OptionSpecs,
  args: readonly string[],
  env: Environment,
  takesWords: boolean,
): Given {
  const options: Record<string, unknown> = {}
  for (const [name, spec] of Object.entries(specs)) {
    const text = spec.flagOnly ? undefined : env[environmentName(name)]
    if (text !== undefined && text !== '') options[name] = fromEnvironment(name, spec, text)
  }
  const flags = readFlags(specs, args, takesWords)
  return { options: { ...options, ...flags.values }, words: flags.positionals }
}

export function environmentName(option: string): string {
  return `GANGWAY_${option.toUpperCase().replaceAll('-', '_')}`
}

function fromEnvironment(name: string, spec: OptionSpec, text: string): unknown {
  if (spec.type === 'boolean') return truth(environmentName(name), text)
  return spec.multiple ? text.split(/[\s,]+/).filter((part) => part !== '') : text
}

function truth(name: string, text: string): boolean {
  if (/^(?:1|true|yes|on)$/i.test(text)) return true
  if (/^(?:0|false|no|off)$/i.test(text)) return false
  throw new Fault('usage.invalid', { problem: `${name} is neither yes nor no` })
}

function readFlags(specs: OptionSpecs, args: readonly string[], takesWords: boolean) {
  const options = Object.fromEntries(
    Object.entries(specs).map(([name, { type, multiple = false }]) => [name, { type, multiple }]),
  )
  try {
    return parseArgs({
      args: [...args],
      options,
      allowNegative: true,
      allowPositionals: takesWords,
    })
  } catch (error) {
    throw new Fault('usage.invalid', { problem: firstSentence(error) })
  }
}

/** Node explains at length; its first sentence says what is wrong. */
function firstSentence(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return text.split(/\.(?:\s|$)/, 1)[0] ?? text
}

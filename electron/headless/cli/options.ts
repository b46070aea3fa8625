import { parseArgs } from 'node:util'
import { Fault } from '#shared/faults.ts'
import { fromEnvironment, switchedIn, type Environment } from '#core/base/environment.ts'

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
    const value = spec.flagOnly ? undefined : valueIn(env, name, spec)
    if (value !== undefined) options[name] = value
  }
  const flags = readFlags(specs, args, takesWords)
  return { options: { ...options, ...flags.values }, words: flags.positionals }
}

function valueIn(env: Environment, name: string, { type, multiple }: OptionSpec): unknown {
  if (type === 'boolean') return switchedIn(env, name)
  const text = fromEnvironment(env, name)
  return multiple ? text?.split(/[\s,]+/).filter((part) => part !== '') : text
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

import { readFileSync } from 'node:fs'
import { Fault } from '#shared/faults.ts'

/** What every host of the core takes from the environment, and how. */

export type Environment = Readonly<Record<string, string | undefined>>

/** Under which name an option may stand there. */
export function environmentName(option: string): string {
  return `GANGWAY_${option.toUpperCase().replaceAll('-', '_')}`
}

/** What an option says there; an empty one says nothing. */
export function fromEnvironment(env: Environment, option: string): string | undefined {
  return env[environmentName(option)] || undefined
}

/** A yes or a no. */
export function switchedIn(env: Environment, option: string): boolean | undefined {
  const text = fromEnvironment(env, option)
  if (text === undefined) return undefined
  if (/^(?:1|true|yes|on)$/i.test(text)) return true
  if (/^(?:0|false|no|off)$/i.test(text)) return false
  throw new Fault('usage.invalid', { problem: `${environmentName(option)} is neither yes nor no` })
}

const maxSecretBytes = 4_096

/**
 * A secret, from its variable or from the file that `<name>_FILE` names. The variable is gone at once:
 * whatever we start and whatever reads our environment later must not find it there.
 */
export function takeSecret(
  env: Record<string, string | undefined>,
  name: string,
): () => string | undefined {
  const value = env[name]
  const file = env[`${name}_FILE`]
  delete env[name]
  return () => value || (file ? secretIn(file, `${name}_FILE`) : undefined)
}

function secretIn(file: string, name: string): string {
  try {
    const text = readFileSync(file, 'utf8').replace(/\r?\n$/, '')
    if (text === '' || text.length > maxSecretBytes) throw new Error('no secret')
    return text
  } catch (cause) {
    throw new Fault('usage.invalid', { problem: `${name} names no readable secret` }, { cause })
  }
}

import { Fault } from '#shared/faults.ts'
import { takeSecret } from '#core/base/environment.ts'

/** Secrets never stand in arguments; each comes from the environment or from a file named there. */
export interface Secrets {
  /** Locks the key of the device. */
  passphrase(): string | undefined
  /** Of a private network, for this run. */
  networkKey(): string | undefined
  /** Opens the page where others can get at it. */
  password(): string | undefined
  /** Lets scripts read. */
  apiToken(): string | undefined
}

/** Sixteen random bytes take twenty-two letters; a link carries these as they are. */
const linkable = /^[\w.~-]{20,256}$/

export function takeSecrets(env: Record<string, string | undefined>): Secrets {
  const password = takeSecret(env, 'GANGWAY_PASSWORD')
  const apiToken = takeSecret(env, 'GANGWAY_API_TOKEN')
  return {
    passphrase: takeSecret(env, 'GANGWAY_PASSPHRASE'),
    networkKey: takeSecret(env, 'GANGWAY_NETWORK_KEY'),
    password: () => strong('GANGWAY_PASSWORD', password()),
    apiToken: () => strong('GANGWAY_API_TOKEN', apiToken()),
  }
}

function strong(name: string, secret: string | undefined): string | undefined {
  if (secret === undefined || linkable.test(secret)) return secret
  const problem = `${name} needs 20 to 256 letters, digits, dots, dashes, ~ or _`
  throw new Fault('usage.invalid', { problem })
}

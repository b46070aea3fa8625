import { readFileSync } from 'node:fs'
import { Fault } from '#shared/faults.ts'

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

const maxBytes = 4_096
/** Sixteen random bytes take twenty-two letters; a link carries these as they are. */
const linkable = /^[\w.~-]{20,256}$/

/** Whatever we start and whatever reads our environment later must not find them there. */
export function takeSecrets(env: Record<string, string | undefined>): Secrets {
  const take = (name: string) => {
    const value = env[name]
    const file = env[`${name}_FILE`]
    delete env[name]
    return () => (value === undefined || value === '' ? fromFile(`${name}_FILE`, file) : value)
  }
  const passphrase = take('GANGWAY_PASSPHRASE')
  const password = take('GANGWAY_PASSWORD')
  const apiToken = take('GANGWAY_API_TOKEN')
  return {
    passphrase,
    networkKey: take('GANGWAY_NETWORK_KEY'),
    password: () => strong('GANGWAY_PASSWORD', password()),
    apiToken: () => strong('GANGWAY_API_TOKEN', apiToken()),
  }
}

function fromFile(name: string, file: string | undefined): string | undefined {
  if (file === undefined || file === '') return undefined
  try {
    const text = readFileSync(file, 'utf8').replace(/\r?\n$/, '')
    if (text === '' || text.length > maxBytes) throw new Error('no secret')
    return text
  } catch (cause) {
    throw new Fault('usage.invalid', { problem: `${name} names no readable secret` }, { cause })
  }
}

function strong(name: string, secret: string | undefined): string | undefined {
  if (secret === undefined || linkable.test(secret)) return secret
  const problem = `${name} needs 20 to 256 letters, digits, dots, dashes, ~ or _`
  throw new Fault('usage.invalid', { problem })
}

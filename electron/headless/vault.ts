import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto'
import { Fault } from '#shared/faults.ts'
import type { HostVault } from '#core/host.ts'

/** Nothing but the rights of the file protects the key, and the app says so. */
export function keyFileVault(): HostVault {
  return {
    protection: 'key-file',
    seal: (secret) => Promise.resolve(secret),
    open: (sealed) => Promise.resolve(sealed),
  }
}

interface Cost {
  /** log₂ of scrypt's N. */
  readonly logN: number
  readonly r: number
  readonly p: number
}

/** About 128 MiB and half a second for each guess. */
const standardCost: Cost = { logN: 17, r: 8, p: 1 }
/** What we are ready to spend on the word of a file. */
const maxCost: Cost = { logN: 18, r: 8, p: 4 }

const algorithm = 'aes-256-gcm'
const version = 1
const saltLength = 16
const nonceLength = 12
const tagLength = 16
const saltAt = 4
const nonceAt = saltAt + saltLength
const bodyAt = nonceAt + nonceLength

/** version, log N, r, p, salt, nonce, ciphertext, tag; all before the ciphertext is authenticated. */
export function passphraseVault(passphrase: string, cost: Cost = standardCost): HostVault {
  return {
    protection: 'passphrase',

    async seal(secret) {
      const parameters = Buffer.of(version, cost.logN, cost.r, cost.p)
      const head = Buffer.concat([parameters, randomBytes(saltLength), randomBytes(nonceLength)])
      const key = await stretch(passphrase, head.subarray(saltAt, nonceAt), cost)
      const cipher = createCipheriv(algorithm, key, head.subarray(nonceAt), {
        authTagLength: tagLength,
      })
      cipher.setAAD(head)
      return Buffer.concat([head, cipher.update(secret), cipher.final(), cipher.getAuthTag()])
    },

    async open(sealed) {
      const end = sealed.length - tagLength
      const spent = costOf(sealed)
      if (end < bodyAt || spent === null) throw new Error('not sealed by a passphrase')
      const key = await stretch(passphrase, sealed.subarray(saltAt, nonceAt), spent)
      const nonce = sealed.subarray(nonceAt, bodyAt)
      const decipher = createDecipheriv(algorithm, key, nonce, { authTagLength: tagLength })
      decipher.setAAD(sealed.subarray(0, bodyAt))
      decipher.setAuthTag(sealed.subarray(end))
      const secret = decipher.update(sealed.subarray(bodyAt, end))
      try {
        decipher.final()
        return secret
      } catch (cause) {
        throw new Fault('key.locked', {}, { cause })
      }
    },
  }
}

function costOf(sealed: Uint8Array): Cost | null {
  const [found = 0, logN = 0, r = 0, p = 0] = sealed
  const isBearable =
    logN >= 1 && logN <= maxCost.logN && r >= 1 && r <= maxCost.r && p >= 1 && p <= maxCost.p
  return found === version && isBearable ? { logN, r, p } : null
}

/** One passphrase is one, however a keyboard composes its letters. */
function stretch(passphrase: string, salt: Uint8Array, { logN, r, p }: Cost): Promise<Buffer> {
  const N = 2 ** logN
  const options = { N, r, p, maxmem: 128 * r * (N + p + 2) + (1 << 20) }
  return new Promise((resolve, reject) => {
    scrypt(passphrase.normalize('NFKC'), salt, 32, options, (error, key) => {
      if (error) reject(error)
      else resolve(key)
    })
  })
}

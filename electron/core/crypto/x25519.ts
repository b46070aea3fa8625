import { createPrivateKey, createPublicKey, diffieHellman } from 'node:crypto'

export const pointLength = 32

/** What stands before the 32 key bytes in PKCS #8 and SPKI (RFC 8410). */
const privatePrefix = Buffer.from('302e020100300506032b656e04220420', 'hex')
const publicPrefix = Buffer.from('302a300506032b656e032100', 'hex')

export interface AgreementKey {
  readonly publicKey: Uint8Array
  /** The shared secret, or null when the other key is of low order (an all-zero result). */
  agree(other: Uint8Array): Uint8Array | null
}

/** An X25519 key pair of 32 random bytes. */
export function agreementKey(secret: Uint8Array): AgreementKey {
  const der = Buffer.concat([privatePrefix, secret])
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  der.fill(0)
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' })
  return {
    publicKey: spki.subarray(publicPrefix.length),
    agree(other) {
      if (other.length !== pointLength) return null
      const publicKey = createPublicKey({
        key: Buffer.concat([publicPrefix, other]),
        format: 'der',
        type: 'spki',
      })
      try {
        const shared = diffieHellman({ privateKey, publicKey })
        return shared.every((byte) => byte === 0) ? null : shared
      } catch {
        return null // OpenSSL and BoringSSL refuse an all-zero result themselves
      }
    },
  }
}

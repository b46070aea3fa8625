import { createPublicKey, verify } from 'node:crypto'
import { ed25519 } from '@noble/curves/ed25519.js'

export const signatureLength = 64
export const publicKeyLength = 32

/** What stands before the 32 key bytes in SPKI (RFC 8410). */
const publicPrefix = Buffer.from('302a300506032b6570032100', 'hex')

/**
 * Whether this key signed the message. A key of small order is no key: for it signatures exist
 * that hold for any message, and iroh would refuse it as an identity too.
 */
export function verifies(key: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (signature.length !== signatureLength || !isDecentKey(key)) return false
  const publicKey = createPublicKey({
    key: Buffer.concat([publicPrefix, key]),
    format: 'der',
    type: 'spki',
  })
  return verify(null, message, publicKey, signature)
}

function isDecentKey(key: Uint8Array): boolean {
  try {
    return !ed25519.Point.fromBytes(key).isSmallOrder()
  } catch {
    return false
  }
}

/** The public key, and so the id, of whoever holds this secret. */
export function publicKeyOf(seed: Uint8Array): Uint8Array {
  return ed25519.getPublicKey(seed)
}

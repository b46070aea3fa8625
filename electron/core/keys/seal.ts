import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

/**
 * AES-256-GCM for what rests on disk: version, random 96-bit nonce, ciphertext, tag. A key may seal
 * 2³² times before two nonces are likely to meet; a profile never comes near that.
 */
const algorithm = 'aes-256-gcm'
const version = 1
const nonceLength = 12
const tagLength = 16
const headLength = 1 + nonceLength

export function seal(key: Uint8Array, plain: Uint8Array, context: Uint8Array): Uint8Array {
  const nonce = randomBytes(nonceLength)
  const cipher = createCipheriv(algorithm, key, nonce, { authTagLength: tagLength })
  cipher.setAAD(context)
  return Buffer.concat([
    Uint8Array.of(version),
    nonce,
    cipher.update(plain),
    cipher.final(),
    cipher.getAuthTag(),
  ])
}

/** The plain bytes, or null for anything that was not sealed with this key for this context. */
export function unseal(key: Uint8Array, sealed: Uint8Array, context: Uint8Array): Buffer | null {
  const end = sealed.length - tagLength
  if (end < headLength || sealed[0] !== version) return null
  const nonce = sealed.subarray(1, headLength)
  const decipher = createDecipheriv(algorithm, key, nonce, { authTagLength: tagLength })
  decipher.setAAD(context)
  decipher.setAuthTag(sealed.subarray(end))
  const plain = decipher.update(sealed.subarray(headLength, end))
  try {
    decipher.final()
    return plain
  } catch {
    return null
  }
}

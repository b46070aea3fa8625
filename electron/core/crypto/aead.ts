import { createCipheriv, createDecipheriv } from 'node:crypto'
import { u64be } from './lv.ts'

/** AES-256-GCM with a counter as its nonce (32 zero bits, then u64be): never random, never twice. */
export const keyLength = 32
export const tagLength = 16

const algorithm = 'aes-256-gcm'

export function seal(
  key: Uint8Array,
  counter: number | bigint,
  plain: Uint8Array,
  aad: Uint8Array,
): Uint8Array {
  const cipher = createCipheriv(algorithm, key, nonceOf(counter), { authTagLength: tagLength })
  cipher.setAAD(aad)
  return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

/** The plain bytes, or null for anything not sealed by this key, counter and context. */
export function open(
  key: Uint8Array,
  counter: number | bigint,
  sealed: Uint8Array,
  aad: Uint8Array,
): Uint8Array | null {
  const end = sealed.length - tagLength
  if (end < 0) return null
  const decipher = createDecipheriv(algorithm, key, nonceOf(counter), { authTagLength: tagLength })
  decipher.setAAD(aad)
  decipher.setAuthTag(sealed.subarray(end))
  const plain = decipher.update(sealed.subarray(0, end))
  try {
    decipher.final()
    return plain
  } catch {
    plain.fill(0)
    return null
  }
}

function nonceOf(counter: number | bigint): Uint8Array {
  return Buffer.concat([new Uint8Array(4), u64be(counter)])
}

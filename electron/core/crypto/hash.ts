import { createHash, createHmac } from 'node:crypto'

/** SHA-512 and HKDF-SHA512 (RFC 5869) in its two halves, which `hkdfSync` does not offer. */
export const hashLength = 64

export function sha512(...parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash('sha512')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

export function hmac(key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
  const mac = createHmac('sha512', key)
  for (const part of parts) mac.update(part)
  return mac.digest()
}

export function extract(salt: Uint8Array, secret: Uint8Array): Uint8Array {
  return hmac(salt, secret)
}

export function expand(prk: Uint8Array, info: Uint8Array | string, length: number): Uint8Array {
  const context = typeof info === 'string' ? Buffer.from(info, 'utf8') : info
  const blocks: Uint8Array[] = []
  let last: Uint8Array = new Uint8Array()
  for (let counter = 1; blocks.length * hashLength < length; counter++) {
    last = hmac(prk, last, context, Uint8Array.of(counter))
    blocks.push(last)
  }
  const whole = Buffer.concat(blocks)
  // A copy of its own memory: a slice of Node's buffer pool would carry its neighbours along.
  const key = Uint8Array.from(whole.subarray(0, length))
  wipe(whole, ...blocks)
  return key
}

/** Overwrites secrets we are done with. Copies the engine made are beyond reach. */
export function wipe(...secrets: readonly Uint8Array[]): void {
  for (const secret of secrets) secret.fill(0)
}

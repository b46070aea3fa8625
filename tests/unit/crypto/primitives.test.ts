import { hkdfSync } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { open, seal } from '#core/crypto/aead.ts'
import { verifies } from '#core/crypto/ed25519.ts'
import { expand, extract, wipe } from '#core/crypto/hash.ts'
import { lv, readLv, u16be, u32be, u64be } from '#core/crypto/lv.ts'
import { agreementKey } from '#core/crypto/x25519.ts'
import { flipped, fromHex, toHex } from '../../support/bytes.ts'
import { device, seeded } from '../../support/pairing.ts'

const bytes = fc.uint8Array({ maxLength: 300 })

describe('lv', () => {
  test('gives back what went in, and nothing else has the same encoding', () => {
    fc.assert(
      fc.property(fc.array(bytes, { maxLength: 5 }), (parts) => {
        const encoded = lv(...parts)
        expect(readLv(encoded, parts.length)?.map(toHex)).toEqual(parts.map(toHex))
        expect(readLv(encoded, parts.length + 1)).toBeNull()
        expect(readLv(Buffer.concat([encoded, Buffer.alloc(1)]), parts.length)).toBeNull()
      }),
    )
  })

  test('text is UTF-8', () => {
    expect(toHex(lv('é', 'a'))).toBe('02c3a90161')
  })

  test('safety 8: any garbage is read or refused, never half read', () => {
    fc.assert(
      fc.property(bytes, fc.integer({ min: 0, max: 6 }), (garbage, count) => {
        const parts = readLv(garbage, count)
        expect(parts && toHex(lv(...parts))).toBeOneOf([null, toHex(garbage)])
      }),
      { numRuns: 1000 },
    )
  })

  test.each(['8000', '818000', 'ffffffff7f', '80', '05aabb'])('safety 8: %s is refused', (hex) => {
    expect(readLv(fromHex(hex), 1)).toBeNull()
  })

  test('numbers have their most significant byte first', () => {
    expect(toHex(u16be(1, 0xfffe))).toBe('0001fffe')
    expect(toHex(u32be(0xfffffffe))).toBe('fffffffe')
    expect(toHex(u64be(2 ** 40))).toBe('0000010000000000')
    expect(toHex(u64be(2n ** 64n - 1n))).toBe('ff'.repeat(8))
  })
})

test('extract and expand are HKDF-SHA512', () => {
  fc.assert(
    fc.property(bytes, bytes, bytes, fc.integer({ min: 1, max: 300 }), (secret, salt, info, n) => {
      const whole = Buffer.from(hkdfSync('sha512', secret, salt, info, n))
      expect(toHex(expand(extract(salt, secret), info, n))).toBe(toHex(whole))
    }),
  )
})

test('wiping overwrites', () => {
  const secret = Uint8Array.of(1, 2, 3)
  wipe(secret)
  expect(secret).toEqual(new Uint8Array(3))
})

describe('safety 11: AES-256-GCM', () => {
  const key = seeded('key')(32)
  const [plain, aad] = [Buffer.from('plain'), Buffer.from('aad')]
  const sealed = seal(key, 7, plain, aad)

  test('opens what was sealed', () => {
    expect(open(key, 7, sealed, aad)).toEqual(plain)
    expect(open(key, 7, seal(key, 7, new Uint8Array(), aad), aad)).toHaveLength(0)
  })

  test('refuses another key, counter or context, and every changed or missing byte', () => {
    expect(open(flipped(key, 0), 7, sealed, aad)).toBeNull()
    expect(open(key, 8, sealed, aad)).toBeNull()
    expect(open(key, 7, sealed, plain)).toBeNull()
    for (let at = 0; at < sealed.length; at++) {
      expect(open(key, 7, flipped(sealed, at), aad), `byte ${at}`).toBeNull()
      expect(open(key, 7, sealed.subarray(0, at), aad), `${at} bytes`).toBeNull()
    }
  })

  test('the nonce is 32 zero bits and the counter', () => {
    const big = 2n ** 64n - 1n
    expect(open(key, big, seal(key, big, plain, aad), aad)).toEqual(plain)
    expect(() => seal(key, 2n ** 64n, plain, aad)).toThrow('range')
  })
})

test('X25519 gives the first step of RFC 7748, section 5.2, and refuses what is no point', () => {
  const nine = Uint8Array.of(9, ...new Uint8Array(31))
  const key = agreementKey(nine)
  const shared = '422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079'
  expect(toHex(key.agree(nine) ?? new Uint8Array())).toBe(shared)
  expect(toHex(key.publicKey)).toBe(shared) // nine is also the base point
  expect(key.agree(new Uint8Array(32))).toBeNull()
  expect(key.agree(nine.subarray(1))).toBeNull()
})

describe('Ed25519', () => {
  const self = device('signer')
  const key = fromHex(self.introduction.id)
  const message = Buffer.from('message')
  const signature = self.sign(message)

  test('holds for the key and message it was made for', () => {
    expect(verifies(key, message, signature)).toBe(true)
    expect(verifies(flipped(key, 0), message, signature)).toBe(false)
    expect(verifies(key, Buffer.from('massage'), signature)).toBe(false)
    expect(verifies(key, message, flipped(signature, 40))).toBe(false)
    expect(verifies(key, message, signature.subarray(1))).toBe(false)
    expect(verifies(key.subarray(1), message, signature)).toBe(false)
  })

  test('safety 1: a key of small order signs nothing', () => {
    const neutral = fromHex(`01${'00'.repeat(31)}`)
    expect(verifies(neutral, message, Buffer.concat([neutral, Buffer.alloc(32)]))).toBe(false)
  })
})

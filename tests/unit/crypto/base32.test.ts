import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { base32, decodeBech32m, encodeBech32m } from '#core/crypto/base32.ts'

describe('base32', () => {
  test.each([
    ['', ''],
    ['f', 'my'],
    ['fo', 'mzxq'],
    ['foo', 'mzxw6'],
    ['foob', 'mzxw6yq'],
    ['fooba', 'mzxw6ytb'],
    ['foobar', 'mzxw6ytboi'],
  ])('of RFC 4648, without padding: %j', (plain, text) => {
    expect(base32(Buffer.from(plain))).toBe(text)
  })
})

describe('bech32m', () => {
  test('agrees with the shortest text of BIP 350', () => {
    expect(encodeBech32m('a', new Uint8Array())).toBe('a1lqfn3a')
    expect(decodeBech32m('a', 'A1LQFN3A')).toEqual(new Uint8Array())
    expect(encodeBech32m('?', new Uint8Array())).toBe('?1v759aa')
  })

  test('gives back what went in', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 48 }), (bytes) => {
        expect(decodeBech32m('gwnet', encodeBech32m('gwnet', bytes))).toEqual(bytes)
      }),
    )
  })

  test('notices up to four wrong characters, and mixed case', () => {
    const letters = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l'
    const bytes = Uint8Array.from({ length: 32 }, (_, at) => at)
    const text = encodeBech32m('gwnet', bytes)
    const place = fc.integer({ min: 6, max: text.length - 1 })
    const slips = fc.uniqueArray(fc.tuple(place, fc.constantFrom(...letters.split(''))), {
      minLength: 1,
      maxLength: 4,
      selector: ([at]) => at,
    })
    fc.assert(
      fc.property(slips, (wrong) => {
        const typed = text.split('')
        for (const [at, letter] of wrong) typed[at] = letter
        const copied = typed.join('')
        expect(decodeBech32m('gwnet', copied)).toEqual(copied === text ? bytes : null)
      }),
    )
    expect(decodeBech32m('gwnet', text.slice(0, 20) + text.slice(20).toUpperCase())).toBeNull()
    expect(decodeBech32m('other', text)).toBeNull()
  })
})

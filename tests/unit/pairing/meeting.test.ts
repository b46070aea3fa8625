import { scryptSync } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { wordIndex, wordList, type Phrase } from '#shared/words.ts'
import { epochAt, epochsToTry, meetingSeed } from '#core/pairing/meeting.ts'
import { drawPhrase, encodedWords } from '#core/pairing/words.ts'
import { phrase, seeded } from '../../support/pairing.ts'
import { toHex } from '../../support/bytes.ts'

const minute = 60_000

test('a joiner looks where the host is, with either clock two minutes off and the code five minutes old', () => {
  const offset = fc.integer({ min: -2 * minute, max: 2 * minute })
  const age = fc.integer({ min: 0, max: 5 * minute })
  const made = fc.integer({ min: 1_600_000_000_000, max: 4_000_000_000_000 })
  fc.assert(
    fc.property(made, age, offset, (at, later, skew) => {
      const tried = epochsToTry(at + later + skew)
      expect(tried).toContain(epochAt(at))
      expect(tried.length).toBeLessThanOrEqual(2)
    }),
  )
})

test('the widest differences are covered at the very edge of an epoch', () => {
  const edge = epochAt(1_800_000_000_000) * 600_000
  expect(epochsToTry(edge - 1 + 7 * minute)).toContain(epochAt(edge - 1))
  expect(epochsToTry(edge - 2 * minute)).toContain(epochAt(edge))
})

test('its own epoch comes first', () => {
  const now = epochAt(1_800_000_000_000) * 600_000
  expect(epochsToTry(now)).toEqual([epochAt(now), epochAt(now) - 1])
  expect(epochsToTry(now + 599_000)).toEqual([epochAt(now), epochAt(now) + 1])
  expect(epochsToTry(now + 450_000)).toEqual([epochAt(now)])
})

test('the meeting point is scrypt of the first two words and the epoch, and of nothing else', async () => {
  const seed = await meetingSeed(phrase, 2_900_000)
  const [one, other] = phrase.map((word) => wordIndex(word) ?? 0)
  const label = 'gangway/pairing/1/rdv'
  const epoch = Buffer.alloc(8)
  epoch.writeBigUInt64BE(2_900_000n)
  const salt = Buffer.concat([
    Buffer.from([label.length]),
    Buffer.from(label),
    Buffer.from([8]),
    epoch,
  ])
  const key = Buffer.from([
    (one ?? 0) >> 8,
    (one ?? 0) & 255,
    (other ?? 0) >> 8,
    (other ?? 0) & 255,
  ])
  const expected = scryptSync(key, salt, 32, { N: 65_536, r: 8, p: 1, maxmem: 2 ** 28 })
  expect(toHex(seed)).toBe(toHex(expected))
  const sameStart: Phrase = [phrase[0], phrase[1], 'zoo', 'zoo', 'zoo']
  expect(await meetingSeed(sameStart, 2_900_000)).toEqual(seed)
  expect(await meetingSeed(phrase, 2_900_001)).not.toEqual(seed)
})

test('words are drawn from the whole list, each as likely', () => {
  const all = Array.from({ length: 2048 }, (_, index) => {
    const bytes = Buffer.alloc(10)
    bytes.writeUInt16BE(index + 2048 * (index % 32), 4)
    return drawPhrase(() => bytes)[2]
  })
  expect(all).toEqual(wordList)
  expect(drawPhrase(seeded('a'))).not.toEqual(drawPhrase(seeded('b')))
})

test('words are encoded with a fixed width', () => {
  expect(toHex(encodedWords(['abandon', 'zoo']))).toBe('000007ff')
})

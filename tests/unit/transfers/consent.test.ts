import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { maxEntries } from '#core/transfers/content/limits.ts'
import { agreedIn, anything, boundBy, consentTo, covers } from '#core/transfers/consent.ts'
import { Budget } from '#core/transfers/movers/receiver/budget.ts'

const fresh = { landed: { bytes: 0, files: 0 } }
const shown = { maxBytes: 100, maxFiles: 2, isOpen: false }
const early = { maxBytes: 5_000, maxFiles: null, isOpen: true }

describe('safety 7: how far a yes goes', () => {
  test('as far as what was shown, and not once more than it covered has come', () => {
    const consent = consentTo(shown, fresh)
    expect(covers(consent, { bytes: 100, files: 2 })).toBe(true)
    expect(covers(consent, { bytes: 101, files: 2 })).toBe(false)
    expect(covers(consent, { bytes: 1, files: 3 })).toBe(false)
    expect(covers({ ...consent, isSpent: true }, { bytes: 1, files: 1 })).toBe(false)
  })

  test('where anything may come, whoever said so is asked anew', () => {
    expect(covers(consentTo(anything, fresh), { bytes: 1, files: 1 })).toBe(false)
  })

  test('given early, it is to what it comes to in the end, and to that only', () => {
    const consent = consentTo(early, fresh)
    expect(boundBy(consent, { bytes: 700, files: 7, listed: false })).toEqual(consent)
    const bound = boundBy(consent, { bytes: 700, files: 7, listed: true })
    expect(bound).toMatchObject({ maxBytes: 700, maxFiles: 7, isOpen: false })
    expect(boundBy(bound, { bytes: 900, files: 9, listed: true })).toEqual(bound)
  })

  test('given early, it is never to more than there was room for, or a rule allows', () => {
    const bound = boundBy(consentTo(early, fresh), { bytes: 9_000, files: 7, listed: true })
    expect(bound).toMatchObject({ maxBytes: 5_000 })
  })

  test('what landed before it does not count, what landed since does', () => {
    const consent = consentTo(shown, { landed: { bytes: 40, files: 1 } })
    const agreed = agreedIn({ consent, landed: { bytes: 90, files: 2 }, names: ['a'], things: 1 })
    expect(agreed).toMatchObject({ maxBytes: 100, maxFiles: 2, landed: { bytes: 50, files: 1 } })
  })

  test('it is to the names that were shown, where all of them were', () => {
    const namesOf = (extent: Parameters<typeof consentTo>[0], things: number) =>
      agreedIn({ consent: consentTo(extent, fresh), ...fresh, names: ['a', 'b'], things }).names
    expect(namesOf(shown, 2)).toEqual(['a', 'b'])
    expect(namesOf(early, 2)).toEqual(['a', 'b'])
    expect(namesOf(shown, 3)).toBeNull()
    expect(namesOf(anything, 2)).toBeNull()
  })

  test('without one nothing may land', () => {
    const budget = new Budget(agreedIn({ consent: null, names: [], things: 0, ...fresh }))
    expect(budget.file(0)).toBe(false)
  })

  test('however lists begin anew, no more lands than that', () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('file' as const), bytes: fc.nat(60) }),
      fc.record({ do: fc.constant('land' as const), bytes: fc.constant(0) }),
      fc.record({ do: fc.constant('anew' as const), bytes: fc.constant(0) }),
    )
    fc.assert(
      fc.property(fc.array(step), fc.nat(100), (steps, before) => {
        const landed = { bytes: before, files: 1 }
        const budget = new Budget({ ...shown, maxFiles: 5, landed })
        let waiting: number[] = []
        for (const { do: what, bytes } of steps) {
          if (what === 'file' && budget.file(bytes)) waiting.push(bytes)
          if (what === 'anew') [waiting] = [[], budget.restart()]
          const lands = what === 'land' ? waiting.shift() : undefined
          if (lands === undefined) continue
          budget.landed(lands)
          landed.bytes += lands
          landed.files++
        }
        expect(landed.bytes).toBeLessThanOrEqual(100)
        expect(landed.files).toBeLessThanOrEqual(5)
      }),
    )
  })
})

test('safety 12: whoever may send anything sends no endless list of it', () => {
  const landed = { bytes: 0, files: maxEntries - 1 }
  const budget = new Budget({ ...anything, landed })
  expect([budget.file(0), budget.file(0)]).toEqual([true, false])
})

test('safety 12: folders are bounded too', () => {
  const budget = new Budget({ ...shown, landed: { bytes: 0, files: 0 } })
  let made = 0
  for (; budget.hasFolders && made < 20_000; made++) budget.madeFolder()
  expect(made).toBe(10_002)
})

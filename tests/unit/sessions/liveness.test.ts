import { describe, expect, test } from 'vitest'
import { Liveness } from '#core/sessions/liveness.ts'
import { FakeClock } from '../../support/fake-clock.ts'

function watched({ answers = true } = {}) {
  const clock = new FakeClock()
  const seen = { asked: [] as number[], diedAt: null as number | null, answers }
  const liveness = new Liveness({
    clock,
    ask: () => {
      seen.asked.push(clock.monotonic())
      if (seen.answers) clock.after(10, () => liveness.heard())
    },
    dead: () => (seen.diedAt = clock.monotonic()),
  })
  return { clock, liveness, seen }
}

describe('safety 26: a peer that went without a word', () => {
  test('is asked every 30 s while nothing is under way, and every 5 s while something is', async () => {
    const { clock, liveness, seen } = watched()
    await clock.advance(100_000)
    expect(seen.asked).toHaveLength(3)
    const done = liveness.busy()
    await clock.advance(60_000)
    expect(seen.asked.length).toBeGreaterThanOrEqual(3 + 11)
    done()
    seen.asked.length = 0
    await clock.advance(60_000)
    expect(seen.asked.length).toBeLessThanOrEqual(2)
    expect(seen.diedAt).toBeNull()
  })

  test('is found out in 60 s while idle', async () => {
    const { clock, seen } = watched({ answers: false })
    await clock.advance(59_999)
    expect(seen.diedAt).toBeNull()
    await clock.advance(1)
    expect(seen.diedAt).toBe(60_000)
    expect(clock.pending).toBe(0)
  })

  test.each([0, 1_000, 4_999, 29_999, 35_000, 55_000])(
    'is found out within 15 s of something being under way, begun after %i ms of silence',
    async (silence) => {
      const { clock, liveness, seen } = watched({ answers: false })
      await clock.advance(silence)
      liveness.busy()
      await clock.advance(15_000)
      expect(seen.diedAt).toBeLessThanOrEqual(silence + 15_000)
    },
  )

  test('is given time to answer when it is asked in earnest only now', async () => {
    const { clock, liveness, seen } = watched({ answers: false })
    await clock.advance(55_000)
    seen.answers = true
    liveness.busy()
    await clock.advance(20_000)
    expect(seen.diedAt).toBeNull()
  })

  test('anything it says is a sign of life', async () => {
    const { clock, liveness, seen } = watched({ answers: false })
    for (let n = 0; n < 20; n++) {
      await clock.advance(20_000)
      liveness.heard()
    }
    expect(seen).toMatchObject({ asked: [], diedAt: null })
  })

  test('closed, nobody is asked any more', async () => {
    const { clock, liveness, seen } = watched()
    const done = liveness.busy()
    liveness.close()
    done()
    await clock.advance(100_000)
    expect(seen.asked).toEqual([])
    expect(clock.pending).toBe(0)
  })
})

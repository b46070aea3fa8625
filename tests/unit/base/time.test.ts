import { describe, expect, test } from 'vitest'
import fc from 'fast-check'
import { cancellation, Fault, isCancellation } from '#shared/faults.ts'
import { Backoff, standardBackoff } from '#shared/backoff.ts'
import { retrying } from '#core/base/backoff.ts'
import { sleep } from '#core/base/clock.ts'
import { within } from '#core/base/deadline.ts'
import { FakeClock } from '../../support/fake-clock.ts'

const never = () => new Promise<never>(() => {})

describe('a deadline', () => {
  test('ends work that hangs, with the fault of its place, and tells the work', async () => {
    const clock = new FakeClock()
    let told = false
    const waiting = within(
      { clock, milliseconds: 5_000, fault: () => new Fault('peer.unreachable') },
      (signal) => {
        signal.addEventListener('abort', () => (told = true))
        return never()
      },
    )
    const outcome = expect(waiting).rejects.toMatchObject({ code: 'peer.unreachable' })
    await clock.advance(4_999)
    expect(told).toBe(false)
    await clock.advance(1)
    await outcome
    expect(told).toBe(true)
  })

  test('without a fault of its own says how long it waited', async () => {
    const clock = new FakeClock()
    const outcome = expect(within({ clock, milliseconds: 3_000 }, never)).rejects.toThrow('3 s')
    await clock.advance(3_000)
    await outcome
  })

  test('cancellation is passed on as cancellation, not as a fault', async () => {
    const clock = new FakeClock()
    const controller = new AbortController()
    const waiting = within({ clock, milliseconds: 1_000, signal: controller.signal }, never)
    controller.abort()
    await expect(waiting).rejects.toSatisfy(isCancellation)
  })

  test('work that ends in time leaves no timer and no listener', async () => {
    const clock = new FakeClock()
    await expect(within({ clock, milliseconds: 1_000 }, async () => 7)).resolves.toBe(7)
    expect(clock.pending).toBe(0)
  })

  test('work that fails after the deadline disturbs nobody', async () => {
    const clock = new FakeClock()
    let fail: (error: Error) => void = () => {}
    const waiting = within({ clock, milliseconds: 10 }, () => new Promise((_, no) => (fail = no)))
    const outcome = expect(waiting).rejects.toMatchObject({ code: 'deadline.passed' })
    await clock.advance(10)
    await outcome
    fail(new Error('late'))
    await clock.advance(0)
  })
})

describe('backoff', () => {
  test('always waits between half and all of a ceiling that doubles up to the maximum', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 40 }),
        (rolls) => {
          let roll = 0
          const backoff = new Backoff(standardBackoff, () => rolls[roll] ?? 0)
          for (; roll < rolls.length; roll++) {
            const ceiling = Math.min(500 * 2 ** roll, 30_000)
            const wait = backoff.next()
            expect(wait).toBeGreaterThanOrEqual(ceiling / 2)
            expect(wait).toBeLessThanOrEqual(ceiling)
          }
        },
      ),
    )
  })

  test('starts small again after a reset', () => {
    const backoff = new Backoff({ firstMs: 100, maxMs: 10_000 }, () => 1)
    expect([backoff.next(), backoff.next(), backoff.next()]).toEqual([100, 200, 400])
    backoff.reset()
    expect(backoff.next()).toBe(100)
  })
})

describe('retrying', () => {
  const options = (clock: FakeClock, signal = new AbortController().signal) => ({
    clock,
    signal,
    policy: { firstMs: 100, maxMs: 1_000 },
    random: () => 1,
  })

  test('repeats what the fault table says may succeed later', async () => {
    const clock = new FakeClock()
    let attempts = 0
    const result = retrying(options(clock), async () => {
      attempts += 1
      if (attempts < 3) throw new Fault('peer.unreachable')
      return attempts
    })
    await clock.advance(100)
    await clock.advance(200)
    await expect(result).resolves.toBe(3)
  })

  test('gives up at once on what will not get better', async () => {
    const attempt = async () => {
      throw new Fault('peer.refused')
    }
    await expect(retrying(options(new FakeClock()), attempt)).rejects.toMatchObject({
      code: 'peer.refused',
    })
  })

  test('stops waiting when nobody wants the answer', async () => {
    const clock = new FakeClock()
    const controller = new AbortController()
    const result = retrying(options(clock, controller.signal), async () => {
      throw new Fault('peer.unreachable')
    })
    const outcome = expect(result).rejects.toSatisfy(isCancellation)
    await clock.advance(50)
    controller.abort()
    await outcome
    expect(clock.pending).toBe(0)
  })

  test('does not mistake cancellation for a failure', async () => {
    const attempt = async () => {
      throw cancellation()
    }
    await expect(retrying(options(new FakeClock()), attempt)).rejects.toSatisfy(isCancellation)
  })
})

test('sleeping ends early with a cancellation', async () => {
  const clock = new FakeClock()
  const controller = new AbortController()
  const sleeping = sleep(clock, 1_000, controller.signal)
  controller.abort()
  await expect(sleeping).rejects.toSatisfy(isCancellation)
  expect(clock.pending).toBe(0)
})

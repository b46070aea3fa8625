import { expect, test } from 'vitest'
import { onWake } from '#core/base/wake.ts'
import type { Clock } from '#core/base/clock.ts'
import { FakeClock } from '../../support/fake-clock.ts'

function watched() {
  const fake = new FakeClock()
  let late = 0
  const clock: Clock = {
    now: () => fake.now() + late,
    monotonic: () => fake.monotonic() + late,
    after: (milliseconds, callback) => fake.after(milliseconds, callback),
  }
  let wakes = 0
  const stop = onWake(clock, () => (wakes += 1))
  /** The process was stopped: both clocks went on, its timers did not. */
  const stopped = (milliseconds: number) => (late += milliseconds)
  return { clock: fake, stop, stopped, wakes: () => wakes }
}

test('a day without sleep is none, and afterwards nothing is left', async () => {
  const { clock, stop, wakes } = watched()
  await clock.advance(600_000)
  expect(wakes()).toBe(0)
  stop()
  expect(clock.pending).toBe(0)
})

test('sleep moves the wall clock on alone: noticed within 5 s, once', async () => {
  const { clock, stop, wakes } = watched()
  await clock.advance(12_000)
  clock.jump(3_600_000)
  await clock.advance(5_000)
  expect(wakes()).toBe(1)
  await clock.advance(60_000)
  expect(wakes()).toBe(1)
  stop()
})

test('a process that was stopped has late timers: noticed with the first', async () => {
  const { clock, stop, stopped, wakes } = watched()
  await clock.advance(1_000)
  stopped(600_000)
  await clock.advance(5_000)
  expect(wakes()).toBe(1)
  stop()
})

test('a busy second or a clock set right by a little is no sleep', async () => {
  const { clock, stop, stopped, wakes } = watched()
  stopped(4_000)
  await clock.advance(5_000)
  clock.jump(-4_000)
  await clock.advance(5_000)
  expect(wakes()).toBe(0)
  stop()
})

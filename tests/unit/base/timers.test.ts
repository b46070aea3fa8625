import { expect, test } from 'vitest'
import { Timers } from '#core/base/timers.ts'
import { FakeClock } from '../../support/fake-clock.ts'

test('a timer set again takes the place of the one before, and no other', async () => {
  const clock = new FakeClock()
  const timers = new Timers<string>(clock)
  const due: string[] = []
  timers.set('a', 1_000, () => due.push('early'))
  timers.set('b', 1_000, () => due.push('b'))
  timers.set('a', 2_000, () => due.push('late'))
  await clock.advance(3_000)
  expect(due).toEqual(['b', 'late'])
})

test('what was stopped or closed is never due', async () => {
  const clock = new FakeClock()
  const timers = new Timers<string>(clock)
  const due: string[] = []
  for (const name of ['a', 'b', 'c']) timers.set(name, 1_000, () => due.push(name))
  timers.stop('a')
  timers.close()
  await clock.advance(2_000)
  expect(due).toEqual([])
})

test('one may be set again while it is due', async () => {
  const clock = new FakeClock()
  const timers = new Timers<string>(clock)
  let rounds = 0
  const again = () => {
    if (++rounds < 3) timers.set('a', 1_000, again)
  }
  timers.set('a', 1_000, again)
  await clock.advance(10_000)
  expect(rounds).toBe(3)
})

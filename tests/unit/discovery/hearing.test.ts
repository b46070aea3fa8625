import { expect, test } from 'vitest'
import { HeardLately } from '#core/discovery/hearing.ts'
import { FakeClock } from '../../support/fake-clock.ts'

test('what was heard counts for five minutes, and takes no room after that', async () => {
  const clock = new FakeClock()
  const heard = new HeardLately(clock)
  expect(heard.count).toBe(0)
  heard.add()
  heard.add()
  await clock.advance(2 * 60_000)
  heard.add()
  expect(heard.count).toBe(3)
  await clock.advance(3 * 60_000)
  expect(heard.count).toBe(1)
  await clock.advance(60 * 60_000)
  expect(heard.count).toBe(0)
})

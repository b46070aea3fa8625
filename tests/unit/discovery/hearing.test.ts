import { expect, test } from 'vitest'
import { HeardLately } from '#core/discovery/hearing.ts'
import { openNode } from '../../support/discovery-nodes.ts'
import { FakeLan } from '../../support/fake-lan.ts'
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

test('others are counted apart from the echo of oneself, whether or not they show who they are', async () => {
  const clock = new FakeClock()
  const lan = new FakeLan()
  const ada = await openNode('ada', { clock, network: lan.host('10.0.0.1') })
  await clock.advance(2_000)
  expect(ada.hearing()).toMatchObject({ minutes: 5, others: 0 })
  expect(ada.hearing().own).toBeGreaterThan(0)
  expect(ada.hearing().interfaces).toHaveLength(1)

  const bob = await openNode('bob', { clock, network: lan.host('10.0.0.2') })
  await clock.advance(2_000)
  expect(ada.nearby.rows).toEqual([])
  expect(ada.hearing().others).toBeGreaterThan(0)
  await Promise.all([ada.close(), bob.close()])
})

import { expect, test } from 'vitest'
import { memoryLanePair, TestMover } from '../../../support/movers.ts'
import { until } from '../../../support/until.ts'

test('a mover tells which lane is over: the one that broke, or the one that was replaced', async () => {
  const mover = new TestMover({ role: 'send', sources: [] })
  const lanes = [await memoryLanePair(), await memoryLanePair()]
  for (const [mine] of lanes) mover.give(mine)
  await until('the first is over', () => mover.find('laneOver') !== null)
  expect(mover.find('laneOver')).toEqual({ event: 'laneOver', epoch: 1, fault: null })
  await lanes[1]?.[1].close()
  await until('the second broke', () => mover.find('laneOver')?.epoch === 2)
  expect(mover.find('laneOver')).toMatchObject({ fault: { code: 'transfer.laneLost' } })
  await mover.stop()
  await lanes[0]?.[1].close()
})

import { describe, expect, test } from 'vitest'
import { LaneChoice } from '#core/transfers/lane-choice.ts'
import { sharesOf } from '#core/transfers/shares.ts'
import { Speed } from '#core/transfers/speed.ts'
import { nextTurns, placeBefore } from '#core/transfers/turns.ts'
import { FakeClock } from '../../support/fake-clock.ts'
import { fakeId } from '../../support/fake-devices.ts'
import { fakeTransferId } from '../../support/fake-transfers.ts'

const waiting = (n: number, device: number, order = n) => ({
  id: fakeTransferId(n),
  device: fakeId(device),
  order,
})
const numbers = (rows: readonly { readonly order: number }[]) => rows.map(({ order }) => order)

describe('whose turn it is', () => {
  test('three at a time, in the order people see', () => {
    const four = [waiting(4, 1), waiting(2, 1), waiting(3, 1), waiting(1, 1)]
    expect(numbers(nextTurns(four, []))).toEqual([1, 2, 3])
    expect(numbers(nextTurns(four, [waiting(9, 2), waiting(8, 2)]))).toEqual([1])
    expect(nextTurns(four, [waiting(7, 2), waiting(8, 2), waiting(9, 2)])).toEqual([])
  })

  test('every device gets one slot before any gets another', () => {
    const queue = [waiting(1, 1), waiting(2, 1), waiting(3, 1), waiting(4, 2), waiting(5, 3)]
    expect(numbers(nextTurns(queue, []))).toEqual([1, 4, 5])
    expect(numbers(nextTurns(queue, [waiting(9, 1)]))).toEqual([4, 5])
    expect(numbers(nextTurns(queue.slice(0, 4), [waiting(9, 1)]))).toEqual([4, 1])
  })
})

describe('reordering', () => {
  const rows = [waiting(1, 1, 10), waiting(2, 1, 20), waiting(3, 1, 30)]

  test('right before another one, before all, behind all', () => {
    expect(placeBefore(rows, fakeTransferId(3))).toBe(25)
    expect(placeBefore(rows, fakeTransferId(1))).toBeLessThan(10)
    expect(placeBefore(rows, null)).toBeGreaterThan(30)
    expect(placeBefore([], null)).toBe(1)
  })
})

describe('caps', () => {
  const [one, other] = [fakeId(1), fakeId(2)]
  const moving = [{ device: one }, { device: one }, { device: other }]

  test('none is no limit; the one in all is shared equally', () => {
    expect(sharesOf({ all: null, devices: {} }, moving)(one)).toBeNull()
    expect(sharesOf({ all: 30_000, devices: {} }, moving)(one)).toBe(10_000)
  })

  test('the one of a device is shared among its own, and the lower one holds', () => {
    const caps = { all: 30_000, devices: { [one]: 5_000 } }
    expect(sharesOf(caps, moving)(one)).toBe(2_500)
    expect(sharesOf(caps, moving)(other)).toBe(10_000)
    expect(sharesOf({ ...caps, all: 3_000 }, moving)(one)).toBe(1_000)
  })
})

test('a rate is that of the last seconds, and nothing while it rests', async () => {
  const clock = new FakeClock()
  const speed = new Speed(clock)
  for (let second = 0; second <= 10; second++) {
    speed.reached(second < 5 ? 0 : (second - 4) * 1_000)
    await clock.advance(1_000)
  }
  expect(speed.bytesPerSecond).toBe(1_000)
  speed.rest()
  expect(speed.bytesPerSecond).toBe(0)
})

describe('which lane', () => {
  test('near: the best first; far: the one that always works', () => {
    expect(new LaneChoice(['tcp', 'quic'], true).kind).toBe('tcp')
    expect(new LaneChoice(['tcp', 'quic'], false).kind).toBe('quic')
  })

  test('what did not come about gives way, and comes again in its turn', () => {
    const choice = new LaneChoice(['tcp', 'quic'], true)
    choice.failed()
    expect(choice.kind).toBe('quic')
    choice.failed()
    expect(choice.kind).toBe('tcp')
  })

  test('while the lesser one is in use the better one is worth a try', () => {
    const choice = new LaneChoice(['tcp', 'quic'], false)
    expect(choice.better('quic')).toBe('tcp')
    expect(choice.better('tcp')).toBeNull()
    expect(new LaneChoice(['quic'], false).better('quic')).toBeNull()
  })
})

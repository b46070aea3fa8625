import { expect, test } from 'vitest'
import { isCancellation } from '#shared/faults.ts'
import type { MoverEvent } from '#core/transfers/movers/messages.ts'
import { Reporter } from '#core/transfers/movers/reporter.ts'
import { FakeClock } from '../../../support/fake-clock.ts'

const report = {
  index: 0,
  path: 'file',
  bytes: 0,
  outcome: { state: 'landed', blake3: '' },
} as const

test('safety 12: what is told faster than it is kept waits where it is', async () => {
  const told: MoverEvent[] = []
  const reporter = new Reporter(new FakeClock(), (event) => told.push(event))
  const { signal } = new AbortController()
  const batches = () => told.filter(({ event }) => event === 'files').length
  while (batches() < 9) reporter.file(report)
  let hasRoom = false
  const room = reporter.room(signal).then(() => (hasRoom = true))
  await Promise.resolve()
  expect(hasRoom).toBe(false)
  reporter.reported()
  await room
  expect(hasRoom).toBe(true)
  reporter.close()
})

test('whoever waits for that gives up when it is over', async () => {
  const reporter = new Reporter(new FakeClock(), () => {})
  const over = new AbortController()
  for (let n = 0; n < 10_000; n++) reporter.file(report)
  const room = reporter.room(over.signal)
  over.abort()
  await expect(room.catch(isCancellation)).resolves.toBe(true)
  reporter.close()
})

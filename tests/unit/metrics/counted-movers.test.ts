import { expect, test } from 'vitest'
import { countedMovers } from '#core/metrics/counted-movers.ts'
import { Tally } from '#core/metrics/counts.ts'
import type { Mover, MoverListener, Progress } from '#core/transfers/mover.ts'
import { isTransferId } from '#shared/ids.ts'

const id = '0'.repeat(32)
const keys = { send: new Uint8Array(32), receive: new Uint8Array(32) }
const doors = { kind: 'tcp' as const, addresses: [] }
const progress = (moved: number): Progress => ({ bytes: 0, moved, isCaughtUp: true, current: [] })
const silent: MoverListener = {
  counts() {},
  left() {},
  progress() {},
  allSent() {},
  files: async () => {},
  journal: async () => {},
  laneOpened() {},
  laneFailed() {},
  laneLost() {},
  held() {},
  settled() {},
  parted() {},
  failed() {},
}

test('bytes are counted under the lane they crossed, each once', async () => {
  if (!isTransferId(id)) throw new Error('an id')
  const tally = new Tally()
  let inner = silent
  const passed: number[] = []
  const mover: Mover = { open: async () => doors, enter() {}, cap() {}, stop: async () => {} }
  const start = countedMovers((_job, _about, listener) => ((inner = listener), mover), tally)
  const listener = { ...silent, progress: ({ moved }: Progress) => void passed.push(moved) }
  const started = start({ role: 'send', sources: [] }, { id, lanOnly: true }, listener)

  inner.progress(progress(0))
  await started.open(1, 'quic', keys)
  await started.open(2, 'tcp', keys)
  inner.laneOpened(1, null)
  inner.progress(progress(100))
  inner.progress(progress(100))
  inner.laneOpened(2, null)
  inner.progress(progress(150))

  expect(Object.fromEntries(tally.laneBytes.all)).toEqual({
    'tcp sent': 50,
    'tcp received': 0,
    'quic sent': 100,
    'quic received': 0,
  })
  expect(passed).toEqual([0, 100, 100, 150])
})

import { expect, test } from 'vitest'
import { Fault } from '#shared/faults.ts'
import type { Doors, WayKind } from '#core/transfers/control.ts'
import type { Mover, MoverListener } from '#core/transfers/mover.ts'
import { moversWithOutsideDoors } from '#core/transfers/outside-doors.ts'
import { FakeClock } from '../../support/fake-clock.ts'
import { fakeId } from '../../support/fake-devices.ts'
import { fakeTransferId } from '../../support/fake-transfers.ts'

const keys = { send: new Uint8Array(32), receive: new Uint8Array(32) }
const near = (epoch: number) => `192.168.1.20:${40_000 + epoch}`
const far = (port: number) => `203.0.113.9:${port}`

function doors(kind: WayKind, epoch: number): Doors {
  const addresses = [near(epoch)]
  return kind === 'tcp' ? { kind, addresses } : { kind, id: fakeId(1), addresses, relay: null }
}

/** Movers with doors for each epoch, and a router that answers when it is told to. */
function scene({ isFar = true, lanOnly = false } = {}) {
  const clock = new FakeClock()
  const open = new Map<number, (outside: string | null) => void>()
  const asked: number[] = []
  let listener: MoverListener | null = null
  const gateway = {
    hold(port: number) {
      asked.push(port)
      const outside = new Promise<string | null>((resolve) => open.set(port, resolve))
      return { outside, release: () => void (open.get(port)?.(null), open.delete(port)) }
    },
  }
  const inner: Mover = {
    open: async (epoch, kind) => doors(kind, epoch),
    enter() {},
    cap() {},
    async stop() {},
  }
  const nothing = () => {}
  const heard = new Proxy({} as MoverListener, { get: () => nothing })
  const start = moversWithOutsideDoors({
    start: (_, __, told) => ((listener = told), inner),
    gateway,
    clock,
  })
  const about = { id: fakeTransferId(1), lanOnly, isFar: () => isFar }
  const mover = start({ role: 'send', sources: [] }, about, heard)
  const told = () => {
    if (!listener) throw new Error('nobody listens')
    return listener
  }
  return {
    clock,
    mover,
    asked,
    told,
    held: () => [...open.keys()].map((port) => port - 40_000),
    answer: (epoch: number, outside: string | null = far(50_000 + epoch)) =>
      open.get(40_000 + epoch)?.(outside),
    opened: async (epoch: number) => {
      const opening = mover.open(epoch, 'tcp', keys)
      await clock.advance(0)
      open.get(40_000 + epoch)?.(far(50_000 + epoch))
      return opening
    },
  }
}

test('the port at the router is told with the doors, beside those on the network', async () => {
  const { opened } = scene()
  const told = await opened(1)
  expect([...told.addresses].toSorted()).toEqual([near(1), far(50_001)].toSorted())
})

test.each([
  ['the other device is near', scene({ isFar: false }), 'tcp'],
  ['nothing may leave the network', scene({ lanOnly: true }), 'tcp'],
  ['the way is quic', scene(), 'quic'],
] as const)('safety 35: the router is not asked where %s', async (_, { mover, asked }, kind) => {
  expect(await mover.open(1, kind, keys)).toEqual(doors(kind, 1))
  expect(asked).toEqual([])
})

test('a router that takes its time is not waited for, and what it opens later is closed', async () => {
  const { clock, mover, asked, held, answer } = scene()
  const opening = mover.open(1, 'tcp', keys)
  await clock.advance(2_900)
  expect({ asked, held: held() }).toEqual({ asked: [40_001], held: [1] })
  await clock.advance(101)
  expect(await opening).toEqual(doors('tcp', 1))
  expect(held()).toEqual([])
  answer(1)
})

test('a router that gives none', async () => {
  const { clock, mover, held, answer } = scene()
  const opening = mover.open(1, 'tcp', keys)
  await clock.advance(0)
  expect(held()).toEqual([1])
  answer(1, null)
  expect(await opening).toEqual(doors('tcp', 1))
  expect(held()).toEqual([])
})

test('it is held while its lane is awaited or in use, and no longer', async () => {
  const { told, opened, held, mover } = scene()
  await opened(1)
  told().laneOpened(1, null)
  expect(held()).toEqual([1])
  await opened(2)
  expect(held()).toEqual([1, 2])
  told().laneFailed(2, new Fault('peer.unreachable'))
  expect(held()).toEqual([1])
  await opened(3)
  told().laneOpened(3, null)
  expect(held()).toEqual([3])
  await opened(4)
  told().laneLost(3, new Fault('transfer.laneLost', { problem: 'cut' }))
  expect(held()).toEqual([4])
  // Nobody came, and nobody said so.
  await opened(5)
  expect(held()).toEqual([5])
  await mover.stop('keep')
  expect(held()).toEqual([])
})

test('one that is stopped while the router is asked keeps nothing open', async () => {
  const { clock, mover, held } = scene()
  const opening = mover.open(1, 'tcp', keys)
  await clock.advance(0)
  expect(held()).toEqual([1])
  await mover.stop('keep')
  expect(await opening).toEqual(doors('tcp', 1))
  expect(held()).toEqual([])
  expect(clock.pending).toBe(0)
})

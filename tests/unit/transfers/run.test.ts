import { describe, expect, test } from 'vitest'
import { Fault } from '#shared/faults.ts'
import type { Transfer } from '#shared/transfers.ts'
import { silentLog } from '#core/base/log.ts'
import { Table } from '#core/base/state.ts'
import { decodeControl, type Control, type Doors, type WayKind } from '#core/transfers/control.ts'
import { Entry } from '#core/transfers/entry.ts'
import { Link } from '#core/transfers/link.ts'
import type { Mover, MoverListener, Progress } from '#core/transfers/mover.ts'
import { transferRecordSchema } from '#core/transfers/record.ts'
import { Run } from '#core/transfers/run.ts'
import { FakeClock } from '../../support/fake-clock.ts'
import { fakeTransfer, fakeTransferId } from '../../support/fake-transfers.ts'
import { memoryStore } from '../../support/memory-store.ts'
import { secureChannels } from '../../support/secure-channels.ts'

const id = fakeTransferId(1)

function doors(kind: WayKind): Doors {
  const addresses = ['192.0.2.7:4000']
  return kind === 'tcp'
    ? { kind, addresses }
    : { kind, id: fakeTransfer(1).device, addresses, relay: null }
}

const progress = (moved: number, bytes = 0, isCaughtUp = true): Progress => {
  return { bytes, moved, isCaughtUp, current: [] }
}

/** A mover that does nothing but note what it is asked for. */
class NotedMover implements Mover {
  readonly opened: { epoch: number; kind: WayKind }[] = []
  readonly entered: number[] = []
  stopped: string | null = null

  async open(epoch: number, kind: WayKind): Promise<Doors> {
    this.opened.push({ epoch, kind })
    return doors(kind)
  }

  enter(epoch: number): void {
    this.entered.push(epoch)
  }

  cap(): void {}

  async stop(how: 'keep' | 'discard'): Promise<void> {
    this.stopped = how
  }
}

async function running(direction: 'send' | 'receive' = 'send') {
  const clock = new FakeClock()
  const channels = await secureChannels(clock)
  const store = memoryStore()
  const records = store.collection('transfers', transferRecordSchema)
  const table = new Table<Transfer>()
  const parts = { store, records, table, clock, log: silentLog }
  const record = transferRecordSchema.parse({
    ...fakeTransfer(1, { direction }),
    phase: { name: 'accepted' },
    heldByMe: false,
    attempt: 0,
    told: true,
    sources: ['/x'],
    consent: null,
    reported: 0,
  })
  const entry = await Entry.open(parts, record)
  const mover = new NotedMover()
  let listener: MoverListener | null = null
  let doubts = 0
  const run = new Run({
    entry,
    link: new Link(channels.ada),
    job: { role: 'send', sources: ['/x'] },
    lanOnly: true,
    kinds: ['tcp', 'quic'],
    startMover: (_, __, heard) => {
      listener = heard
      return mover
    },
    clock,
    log: silentLog,
    keepPartial: async () => {},
    moved: () => {},
    doubted: () => (doubts += 1),
    settled: () => {},
    failed: () => {},
  })
  const said: Control[] = []
  void (async () => {
    for (;;) {
      const bytes = await channels.bob.receive().catch(() => null)
      if (bytes === null) return
      said.push(decodeControl(bytes))
    }
  })()
  const told = (): MoverListener => {
    if (!listener) throw new Error('no mover')
    return listener
  }
  const meet = async (epoch: number, kind: WayKind, here: string | null = null) => {
    run.meet({ type: 'lane', id, epoch, doors: doors(kind) })
    await clock.advance(0)
    told().laneOpened(epoch, here)
  }
  await clock.advance(10)
  const close = () => channels.ada.close('clean')
  return { clock, run, mover, entry, said, told, meet, close, doubts: () => doubts }
}

test('a number one has read does not shrink while the files are counted anew', async () => {
  const { entry, close } = await running('receive')
  entry.counted({ files: 400, bytes: 24_000, listed: true })
  entry.counted({ files: 254, bytes: 15_200, listed: false })
  expect(entry.row()).toMatchObject({ files: 400, totalBytes: 24_000, listed: false })
  expect(entry.record).toMatchObject({ files: 254, totalBytes: 15_200 })
  entry.counted({ files: 390, bytes: 23_000, listed: true })
  expect(entry.row()).toMatchObject({ files: 390, totalBytes: 23_000, listed: true })
  close()
})

describe('epochs of the sending side', () => {
  test('it tells its doors, goes to theirs, and shows the lane that came about', async () => {
    const { run, mover, said, entry, meet, close } = await running()
    expect(mover.opened).toEqual([{ epoch: 1, kind: 'quic' }])
    expect(said).toEqual([{ type: 'lane', id, epoch: 1, doors: doors('quic') }])
    await meet(1, 'quic')
    expect(mover.entered).toEqual([1])
    expect(entry.row()).toMatchObject({ state: 'moving', lane: 'quic' })
    expect(run.lane).toBe('quic')
    close()
  })

  test('nobody met: the other side hears of it, and another kind is tried', async () => {
    const { clock, mover, said, close } = await running()
    await clock.advance(21_000)
    expect(said).toContainEqual({ type: 'lost', id, epoch: 1 })
    expect(mover.opened.slice(0, 2)).toEqual([
      { epoch: 1, kind: 'quic' },
      { epoch: 2, kind: 'tcp' },
    ])
    close()
  })

  test('a lane that breaks is followed by the next epoch, whoever noticed', async () => {
    const { clock, run, mover, said, told, meet, close, doubts } = await running()
    await meet(1, 'quic')
    expect(doubts()).toBe(0)
    told().laneLost(1, new Fault('transfer.laneLost', { problem: 'cut' }))
    expect(run.lane).toBeNull()
    expect(doubts()).toBe(1)
    await clock.advance(500)
    expect(said).toContainEqual({ type: 'lost', id, epoch: 1 })
    expect(mover.opened.at(-1)).toEqual({ epoch: 2, kind: 'quic' })
    await meet(2, 'quic')
    run.lost(2)
    await clock.advance(500)
    expect(mover.opened.at(-1)).toEqual({ epoch: 3, kind: 'quic' })
    close()
  })

  test('what is said of an epoch that is over changes nothing', async () => {
    const { clock, run, mover, told, meet, close } = await running()
    await meet(1, 'quic')
    run.lost(1)
    await clock.advance(500)
    await meet(2, 'quic')
    run.lost(1)
    told().laneOpened(1, null)
    told().laneFailed(1, new Fault('peer.unreachable'))
    await clock.advance(500)
    expect(run.lane).toBe('quic')
    expect(mover.opened).toHaveLength(2)
    close()
  })

  test('the word of a mover about a lane that was replaced does not disturb the newer one', async () => {
    const { clock, run, said, mover, told, meet, close } = await running()
    await meet(1, 'quic')
    await clock.advance(10_100)
    await meet(2, 'tcp')
    told().laneLost(1, new Fault('transfer.laneLost', { problem: 'the other end closed it' }))
    await clock.advance(1_000)
    expect(run.lane).toBe('tcp')
    expect(said).not.toContainEqual({ type: 'lost', id, epoch: 2 })
    expect(mover.opened).toHaveLength(2)
    close()
  })

  test('safety 26: ten seconds without anything that counts, and the lane is replaced', async () => {
    const { clock, run, mover, said, told, meet, close } = await running()
    await meet(1, 'quic')
    for (let second = 1; second <= 5; second++) {
      await clock.advance(9_000)
      told().progress(progress(second))
      expect(run.lane).toBe('quic')
    }
    await clock.advance(9_900)
    expect(run.lane).toBe('quic')
    await clock.advance(200)
    expect(run.lane).toBeNull()
    expect(said).toContainEqual({ type: 'lost', id, epoch: 1 })
    const before = mover.opened.length
    await clock.advance(30_000)
    expect(mover.opened.length).toBeGreaterThan(before)
    close()
  })

  test('safety 25: after it was frozen itself it first hears what came, and then judges', async () => {
    const { clock, run, said, told, meet, close } = await running()
    await meet(1, 'quic')
    clock.freeze(13_000)
    await clock.advance(0)
    expect(run.lane).toBe('quic')
    told().progress(progress(1))
    await clock.advance(9_000)
    expect(run.lane).toBe('quic')
    expect(said).not.toContainEqual({ type: 'lost', id, epoch: 1 })
    clock.freeze(13_000)
    await clock.advance(10_100)
    expect(run.lane).toBeNull()
    close()
  })

  test('while the disk there is full, nothing moving is no reason', async () => {
    const { clock, run, told, meet, entry, close } = await running()
    await meet(1, 'quic')
    told().held(new Fault('disk.full', { folder: 'x' }).toRecord())
    await clock.advance(9_000)
    expect(entry.row()).toMatchObject({ state: 'paused', by: 'reason' })
    await clock.advance(9_000)
    expect(run.lane).toBe('quic')
    close()
  })

  test('on the lesser lane the better one is tried, and the lesser goes on until it is there', async () => {
    const { clock, run, mover, told, meet, close } = await running()
    await meet(1, 'quic')
    const goOn = async (seconds: number) => {
      for (let second = 0; second < seconds; second++) {
        await clock.advance(1_000)
        told().progress(progress(clock.monotonic()))
      }
    }
    await goOn(11)
    expect(mover.opened.at(-1)).toEqual({ epoch: 2, kind: 'tcp' })
    told().laneFailed(2, new Fault('peer.unreachable'))
    expect(run.lane).toBe('quic')
    await goOn(30)
    expect(mover.opened.at(-1)).toMatchObject({ kind: 'tcp' })
    await meet(mover.opened.at(-1)?.epoch ?? 0, 'tcp')
    expect(run.lane).toBe('tcp')
    close()
  })

  test('stopped, it begins no epoch and hears nothing more', async () => {
    const { clock, run, mover, told, entry, meet, close } = await running()
    await meet(1, 'quic')
    await run.stop('keep')
    expect(mover.stopped).toBe('keep')
    told().laneLost(1, new Fault('transfer.laneLost', { problem: 'cut' }))
    run.lost(1)
    await clock.advance(60_000)
    expect(mover.opened).toHaveLength(1)
    expect(entry.row()).toMatchObject({ state: 'accepted', lane: null })
    close()
  })
})

describe('another network', () => {
  test('on the lesser lane the better one is tried at once', async () => {
    const { clock, run, mover, meet, close } = await running()
    await meet(1, 'quic')
    await clock.advance(2_000)
    expect(mover.opened).toHaveLength(1)
    run.renew()
    await clock.advance(10)
    expect(mover.opened.at(-1)).toEqual({ epoch: 2, kind: 'tcp' })
    expect(run.lane).toBe('quic')
    await meet(2, 'tcp')
    expect(run.lane).toBe('tcp')
    close()
  })

  test('a lane whose address here is gone is lost at once, one whose address is there stays', async () => {
    const { clock, run, mover, said, told, meet, close } = await running()
    told().laneFailed(1, new Fault('peer.unreachable'))
    await clock.advance(300)
    await meet(2, 'tcp', '::ffff:127.0.0.1')
    run.renew()
    await clock.advance(2_000)
    expect(run.lane).toBe('tcp')
    expect(mover.opened).toHaveLength(2)
    run.lost(2)
    await clock.advance(300)
    await meet(3, 'tcp', '192.0.2.77')
    run.renew()
    await clock.advance(10)
    expect(run.lane).toBeNull()
    expect(said).toContainEqual({ type: 'lost', id, epoch: 3 })
    await clock.advance(300)
    expect(mover.opened.at(-1)).toEqual({ epoch: 4, kind: 'tcp' })
    close()
  })

  test('of many news at once two are acted upon: the first, and the last a little later', async () => {
    const { clock, run, mover, told, meet, close } = await running()
    await meet(1, 'quic')
    for (let news = 0; news < 10; news++) {
      run.renew()
      await clock.advance(20)
      if (mover.opened.length > 1) told().laneFailed(2, new Fault('peer.unreachable'))
    }
    expect(mover.opened).toHaveLength(2)
    await clock.advance(1_000)
    expect(mover.opened).toHaveLength(3)
    await clock.advance(2_000)
    expect(mover.opened).toHaveLength(3)
    close()
  })

  test('where none was met it is not waited until the next try is due', async () => {
    const { clock, run, mover, told, close } = await running()
    for (let epoch = 1; epoch <= 9; epoch++) {
      told().laneFailed(epoch, new Fault('peer.unreachable'))
      await clock.advance(6_000)
    }
    const opened = mover.opened.length
    told().laneFailed(opened, new Fault('peer.unreachable'))
    run.renew()
    await clock.advance(250)
    expect(mover.opened).toHaveLength(opened + 1)
    close()
  })

  test('the receiving side says that its lane is lost, and leaves the rest to the other', async () => {
    const { clock, run, mover, said, meet, close } = await running('receive')
    await meet(4, 'tcp', '192.0.2.77')
    run.renew()
    await clock.advance(5_000)
    expect(said).toContainEqual({ type: 'lost', id, epoch: 4 })
    expect(run.lane).toBeNull()
    expect(mover.opened).toHaveLength(1)
    close()
  })
})

describe('what is shown', () => {
  const counts = (bytes: number, listed: boolean) => ({ files: 1, bytes, listed })

  test('after a restart neither what has arrived nor what there is goes back until it is known anew', async () => {
    const { entry, told, meet, close } = await running()
    await meet(1, 'quic')
    told().counts(counts(1_000, true))
    told().progress(progress(600, 600))
    told().counts(counts(10, false))
    told().progress(progress(0, 0, false))
    expect(entry.row()).toMatchObject({ bytes: 600, totalBytes: 1_000 })
    told().counts(counts(900, true))
    told().progress(progress(0, 500))
    expect(entry.row()).toMatchObject({ bytes: 500, totalBytes: 900 })
    close()
  })

  test('safety 24: a sender that has sent all waits for the word that it has landed', async () => {
    const { clock, run, entry, told, meet, close } = await running()
    await meet(1, 'quic')
    told().counts(counts(1_000, true))
    told().progress(progress(1_000, 400))
    expect(entry.row()).toMatchObject({ state: 'moving', bytes: 400 })
    told().allSent()
    expect(entry.row()).toMatchObject({ state: 'finishing', bytes: 400 })
    // The last checks may take their time.
    await clock.advance(55_000)
    expect(run.lane).toBe('quic')
    close()
  })

  test('the rate is that of the lane, and how long it takes counts what is not acknowledged', async () => {
    const { clock, entry, told, meet, close } = await running()
    await meet(1, 'quic')
    told().counts(counts(10_000, true))
    for (let second = 0; second <= 4; second++) {
      told().progress(progress(second * 1_000, second < 4 ? 0 : 2_000))
      await clock.advance(1_000)
    }
    expect(entry.row()).toMatchObject({ rate: 1_000, etaSeconds: 8 })
    close()
  })
})

test('the receiving side begins nothing: it opens what the other one begins', async () => {
  const { clock, run, mover, said, close } = await running('receive')
  await clock.advance(30_000)
  expect(mover.opened).toEqual([])
  run.meet({ type: 'lane', id, epoch: 7, doors: doors('tcp') })
  await clock.advance(10)
  expect(mover).toMatchObject({ opened: [{ epoch: 7, kind: 'tcp' }], entered: [7] })
  expect(said).toContainEqual({ type: 'lane', id, epoch: 7, doors: doors('tcp') })
  close()
})

import { expect, test } from 'vitest'
import type { Transfer, TransferFile } from '#shared/transfers.ts'
import { silentLog } from '#core/base/log.ts'
import { Cell, Table } from '#core/base/state.ts'
import { openDevices } from '#core/devices/devices.ts'
import { Conclusion } from '#core/transfers/conclusion.ts'
import { decodeControl, type Control, type ControlOf } from '#core/transfers/control.ts'
import { Desk } from '#core/transfers/desk.ts'
import { Entry } from '#core/transfers/entry.ts'
import { Journals } from '#core/transfers/journals.ts'
import { Link } from '#core/transfers/link.ts'
import { transferRecordSchema } from '#core/transfers/record.ts'
import { FakeClock } from '../../support/fake-clock.ts'
import { fakeDevice } from '../../support/fake-devices.ts'
import { fakeTransfer, fakeTransferId } from '../../support/fake-transfers.ts'
import { memoryStore } from '../../support/memory-store.ts'
import { secureChannels } from '../../support/secure-channels.ts'

const id = fakeTransferId(1)

/** A transfer of so many files of which this side does not know what has landed. */
async function sent(files: number) {
  const clock = new FakeClock()
  const log = silentLog
  const store = memoryStore()
  const channels = await secureChannels(clock)
  const desk = new Desk({
    devices: await openDevices({ store, clock, log }),
    settings: new Cell(fakeDevice().settings),
    journals: await Journals.open(store),
    startMover: () => {
      throw new Error('nothing moves')
    },
    prepare: () => {},
    doubt: () => {},
    kinds: ['tcp'],
    clock,
    log,
  })
  const records = store.collection('transfers', transferRecordSchema)
  const record = transferRecordSchema.parse({
    ...fakeTransfer(1, { direction: 'send', files, doneFiles: 0, failedFiles: 0, listed: true }),
    phase: { name: 'accepted' },
    heldByMe: false,
    attempt: 0,
    told: true,
    sources: ['/x'],
    consent: null,
    reported: 0,
  })
  const entry = await Entry.open(
    { store, records, table: new Table<Transfer>(), clock, log },
    record,
  )
  const conclusion = new Conclusion(desk)
  const link = new Link(channels.ada)
  const asked: Control[] = []
  void (async () => {
    for (;;) {
      const bytes = await channels.bob.receive().catch(() => null)
      if (bytes === null) return
      asked.push(decodeControl(bytes))
    }
  })()
  await conclusion.arrived(entry, link, null)
  const tell = async (from: number, total: number, list: TransferFile[]) => {
    const message: ControlOf<'receipts'> = { type: 'receipts', id, from, total, files: list }
    await conclusion.receipts(entry, message, link)
    await clock.advance(0)
  }
  await clock.advance(0)
  return { entry, asked, tell, close: () => channels.ada.close('clean') }
}

const landed = (n: number): TransferFile => ({
  path: `file ${n}`,
  bytes: 1,
  state: 'landed',
  reason: null,
  blake3: n.toString(16).padStart(64, '0'),
})

test('receipts are asked for until all are there', async () => {
  const { entry, asked, tell, close } = await sent(3)
  await tell(0, 3, [landed(1), landed(2)])
  expect(asked).toMatchObject([{ from: 0 }, { from: 2 }])
  await tell(2, 3, [landed(3)])
  expect(entry.phase).toBe('done')
  expect(entry.ledger.count).toBe(3)
  close()
})

test('safety 9: a device that has receipts without end is believed as many as there are files', async () => {
  const { entry, asked, tell, close } = await sent(2)
  const many = Array.from({ length: 400 }, (_, n) => landed(n))
  await tell(0, 4_000_000, many)
  expect(asked).toMatchObject([{ from: 0 }])
  expect(entry.isOver).toBe(true)
  close()
})

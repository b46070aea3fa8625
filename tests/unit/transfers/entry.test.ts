import { expect, test } from 'vitest'
import type { Transfer } from '#shared/transfers.ts'
import { silentLog } from '#core/base/log.ts'
import { Table } from '#core/base/state.ts'
import { Entry } from '#core/transfers/entry.ts'
import type { FileOutcome } from '#core/transfers/ledger.ts'
import { transferRecordSchema } from '#core/transfers/record.ts'
import { FakeClock } from '../../support/fake-clock.ts'
import { fakeTransfer } from '../../support/fake-transfers.ts'
import { memoryStore } from '../../support/memory-store.ts'

async function received(maxFiles: number | null) {
  const store = memoryStore()
  const records = store.collection('transfers', transferRecordSchema)
  const record = transferRecordSchema.parse({
    ...fakeTransfer(1, { direction: 'receive', doneFiles: 0, failedFiles: 0 }),
    phase: { name: 'accepted' },
    heldByMe: false,
    attempt: 0,
    told: true,
    sources: [],
    consent: { maxBytes: null, maxFiles },
    reported: 0,
  })
  const parts = { store, records, table: new Table<Transfer>(), log: silentLog }
  return Entry.open({ ...parts, clock: new FakeClock() }, record)
}

const refused = (from: number, count: number) =>
  Array.from({ length: count }, (_, n): FileOutcome => {
    const path = `folder/${from + n}`
    const facts = { path, sent: path, bytes: 1, blake3: null, mtimeMs: null }
    return { ...facts, state: 'failed', reason: 'extra' }
  })

test('safety 9: a yes to one file is no yes to hear of others without end', async () => {
  const entry = await received(1)
  await entry.report(refused(0, 5_000))
  await entry.report(refused(5_000, 5_000))
  await expect(entry.report(refused(10_000, 5_000))).rejects.toMatchObject({
    code: 'frame.malformed',
  })
  expect(entry.ledger.count).toBe(10_000)
})

test('of as many files as were agreed to, all are heard', async () => {
  const entry = await received(12_000)
  await entry.report(refused(0, 12_000))
  expect(entry.record).toMatchObject({ failedFiles: 12_000, reported: 12_000 })
})

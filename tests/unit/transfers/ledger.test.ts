import { expect, test } from 'vitest'
import { Ledger, shownFile, type FileOutcome } from '#core/transfers/ledger.ts'
import { fakeTransferId } from '../../support/fake-transfers.ts'
import { memoryStore } from '../../support/memory-store.ts'

const id = fakeTransferId(1)
const outcome = (n: number, state: FileOutcome['state'] = 'landed'): FileOutcome => ({
  path: `${n}`,
  sent: `${n}`,
  bytes: n,
  state,
  reason: state === 'landed' ? null : 'changed',
  blake3: state === 'landed' ? '0'.repeat(64) : null,
  mtimeMs: null,
})
async function all(ledger: Ledger): Promise<FileOutcome[]> {
  const found: FileOutcome[] = []
  for await (const file of ledger.each()) found.push(file)
  return found
}
const many = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, n) => outcome(from + n))

test('pages come back in order, whatever the slice', async () => {
  const ledger = await Ledger.open(memoryStore(), id, 0)
  for (let at = 0; at < 1_000; at += 70) await ledger.add(many(at, Math.min(1_000, at + 70)))
  expect(ledger.count).toBe(1_000)
  const paths = (files: FileOutcome[]) => files.map(({ bytes }) => bytes)
  expect(paths(await ledger.slice(250, 20))).toEqual(paths(many(250, 270)))
  expect(await ledger.slice(0, 5_000)).toEqual(many(0, 1_000))
  expect(paths(await ledger.slice(990, 500))).toEqual(paths(many(990, 1_000)))
  expect(await ledger.slice(1_000, 10)).toEqual([])
})

test('opened again it goes on where it was, even if the count that was kept is behind', async () => {
  const store = memoryStore()
  const before = await Ledger.open(store, id, 0)
  await before.add(many(0, 700))
  for (const known of [0, 255, 256, 699, 700]) {
    const ledger = await Ledger.open(store, id, known)
    expect(ledger.count).toBe(700)
    expect(await all(ledger)).toEqual(many(0, 700))
  }
})

test('additions that overlap in time all count', async () => {
  const ledger = await Ledger.open(memoryStore(), id, 0)
  await Promise.all([ledger.add(many(0, 300)), ledger.add(many(300, 600))])
  expect((await all(ledger)).map(({ bytes }) => bytes)).toEqual(many(0, 600).map((f) => f.bytes))
})

test('cleared, nothing of it is left in the store', async () => {
  const store = memoryStore()
  const ledger = await Ledger.open(store, id, 0)
  await ledger.add(many(0, 600))
  await ledger.replace(many(0, 3))
  expect(await all(ledger)).toEqual(many(0, 3))
  await ledger.clear()
  expect({ count: ledger.count, disk: store.disk.size }).toEqual({ count: 0, disk: 0 })
})

test('what is shown has nothing in it that is ours alone', () => {
  expect(Object.keys(shownFile(outcome(1))).sort()).toEqual(
    ['blake3', 'bytes', 'path', 'reason', 'state'].sort(),
  )
})

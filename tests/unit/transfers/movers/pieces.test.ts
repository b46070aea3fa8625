import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { collectGarbage } from '#core/base/collect-garbage.ts'
import { blake3Of } from '#core/transfers/content/blake3.ts'
import { chunkBytesFor } from '#core/transfers/movers/sender/chunk-size.ts'
import { EntryTable } from '#core/transfers/movers/entry-table.ts'
import { Pace } from '#core/transfers/movers/pace.ts'
import { RunningHash } from '#core/transfers/movers/running-hash.ts'
import { FakeClock } from '../../../support/fake-clock.ts'

const kib = 1024

test('chunks follow the speed of the lane and the cap', () => {
  expect(chunkBytesFor(null, null)).toBe(256 * kib)
  expect(chunkBytesFor(1_000_000, null)).toBe(64 * kib)
  expect(chunkBytesFor(60_000_000, null)).toBe(256 * kib)
  expect(chunkBytesFor(900_000_000, null)).toBe(960 * kib)
  expect(chunkBytesFor(900_000_000, 100_000)).toBe(64 * kib)
})

test('a cap holds over time, and a new one at once', async () => {
  const clock = new FakeClock()
  const pace = new Pace(clock)
  const { signal } = new AbortController()
  pace.cap(1_000_000)
  let taken = 0
  const taking = (async () => {
    for (; taken < 100; taken++) await pace.take(100_000, signal)
  })()
  await clock.advance(2_000)
  expect(taken).toBeGreaterThanOrEqual(18)
  expect(taken).toBeLessThanOrEqual(22)
  pace.cap(10_000_000)
  const before = taken
  await clock.advance(500)
  expect(taken - before).toBeGreaterThanOrEqual(40)
  expect(taken - before).toBeLessThanOrEqual(55)
  pace.cap(null)
  await clock.advance(300)
  await taking
})

test('a hash is right wherever the moving part began', async () => {
  const bytes = randomBytes(5_000_000)
  const read = async (into: Uint8Array, offset: number) =>
    bytes.copy(into, 0, offset, Math.min(bytes.length, offset + into.length))
  for (const start of [0, 1, 3_000_000, bytes.length]) {
    const hash = new RunningHash(read)
    for (let at = start; at < bytes.length; at += 400_000) {
      const piece = bytes.subarray(at, at + 400_000)
      hash.pass(at, [piece])
      if (hash.at < at) await hash.step(at + piece.length)
    }
    const digest = await hash.digest(bytes.length)
    expect(Buffer.compare(digest ?? bytes, blake3Of(bytes))).toBe(0)
  }
  expect(await new RunningHash(read).digest(bytes.length + 1)).toBeNull()
})

test('to hash a small file takes no more memory than the file', async () => {
  const bytes = randomBytes(kib)
  const hash = new RunningHash(async (into, offset) => {
    expect(into.buffer.byteLength).toBe(kib)
    return bytes.copy(into, 0, offset)
  })
  expect(Buffer.compare((await hash.digest(kib)) ?? bytes, blake3Of(bytes))).toBe(0)
})

test('safety 12: entries take little memory, so that a million fit', async () => {
  const table = new EntryTable<'new' | 'old'>(['new', 'old'])
  const facts = { kind: 'file', size: 1_024, mtimeMs: 1.7e12, mode: 0o644 } as const
  await collectGarbage()
  const before = process.memoryUsage()
  const folder = table.add({ ...facts, kind: 'folder', parent: null, name: 'folder' })
  for (let n = 1; n < 200_000; n++) table.add({ ...facts, parent: folder, name: `file ${n}` })
  for (let n = 0; n < 200_000; n += 1_000) table.setHash(n, new Uint8Array(32))
  await collectGarbage()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  const used = heapUsed - before.heapUsed + arrayBuffers - before.arrayBuffers
  expect(used / 200_000).toBeLessThan(200)
  expect(table.path(199_999)).toBe('folder/file 199999')
  expect(table.entry(5)).toEqual({ ...facts, parent: 0, name: 'file 5' })
  expect(table.state(77)).toBe('new')
})

import { randomBytes } from 'node:crypto'
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { blake3Of } from '#core/transfers/content/blake3.ts'
import { dataHead, encodeSender, wholeHead } from '#core/transfers/content/encode.ts'
import type { Entry } from '#core/transfers/content/messages.ts'
import type { Lane } from '#core/transfers/lanes/lane.ts'
import { anythingGoes, memoryLanePair, receiveJob, TestMover } from '../../support/movers.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { filesIn, snapshot } from '../../support/tree.ts'
import { until } from '../../support/until.ts'

const hello = encodeSender({ kind: 'hello', listing: 'ab'.repeat(16) })

function file(name: string, size: number, parent: number | null = null): Entry {
  return { kind: 'file', parent, name, size, mtimeMs: 1_700_000_000_000, mode: 0o644 }
}

function folder(name: string, parent: number | null = null): Entry {
  return { kind: 'folder', parent, name, size: 0, mtimeMs: 1_700_000_000_000, mode: 0o755 }
}

const entries = (first: number, ...list: Entry[]) =>
  encodeSender({ kind: 'entries', first, entries: list })

function whole(index: number, bytes: Uint8Array, hash = blake3Of(bytes)): Uint8Array {
  const { length } = bytes
  const head = wholeHead(index, hash, { deflated: false, length, packedLength: length })
  return Buffer.concat([head, bytes])
}

function data(index: number, offset: number, bytes: Uint8Array): Uint8Array {
  return Buffer.concat([dataHead(index, offset, { deflated: false, length: bytes.length }), bytes])
}

const end = (index: number, hash: Uint8Array) => encodeSender({ kind: 'end', index, hash })

/** Says everything to a fresh receiver, and waits until it has taken it or broken off. */
async function attack(destination: string, frames: readonly Uint8Array[]) {
  const receiver = new TestMover(receiveJob(destination))
  const [mine, its] = await memoryLanePair()
  await until('it wants a lane', () => receiver.wantsLane)
  receiver.give(its)
  const isOver = () => receiver.find('failed') !== null || receiver.isDone
  await sendAll(mine, frames)
  let hasAnswered = false
  void drain(mine).then(() => (hasAnswered = true))
  await until('it has taken everything', () => isOver() || hasAnswered || receiver.wantsLane, 3_000)
  await mine.close()
  return receiver
}

async function sendAll(lane: Lane, frames: readonly Uint8Array[]): Promise<void> {
  try {
    for (const frame of frames) await lane.send([frame])
    await lane.send([], true)
  } catch {
    // It broke off.
  }
}

async function drain(lane: Lane): Promise<void> {
  try {
    while (await lane.receive());
  } catch {
    // It broke off.
  }
}

const bytes = randomBytes(100)
const malformedOnes: Record<string, Uint8Array[]> = {
  'no hello': [entries(0, file('a', 100))],
  'hello twice': [hello, hello],
  'a gap in the numbers': [hello, entries(1, file('a', 100))],
  'a number twice': [hello, entries(0, file('a', 100)), entries(0, file('b', 100))],
  'a parent to come': [hello, entries(0, file('a', 100, 3))],
  'a file as a parent': [hello, entries(0, file('a', 100)), entries(1, file('b', 1, 0))],
  'a file nobody told of': [hello, whole(0, bytes)],
  'bytes for a folder': [hello, entries(0, folder('d')), whole(0, new Uint8Array())],
  'more bytes than told': [hello, entries(0, file('a', 99)), whole(0, bytes)],
  'a file twice': [hello, entries(0, file('a', 100)), whole(0, bytes), whole(0, bytes)],
  'bytes out of order': [hello, entries(0, file('a', 200)), data(0, 100, bytes)],
  'bytes past the end': [hello, entries(0, file('a', 150)), data(0, 0, bytes), data(0, 100, bytes)],
  'an end too early': [
    hello,
    entries(0, file('a', 200)),
    data(0, 0, bytes),
    end(0, bytes.subarray(0, 32)),
  ],
  'an end twice': [
    hello,
    entries(0, file('a', 100)),
    data(0, 0, bytes),
    end(0, blake3Of(bytes)),
    end(0, blake3Of(bytes)),
  ],
  'a probe nobody asked for': [
    hello,
    entries(0, file('a', 100)),
    encodeSender({ kind: 'probe', index: 0, hash: blake3Of(bytes) }),
  ],
  'sums nobody asked for': [
    hello,
    entries(0, file('a', 100)),
    encodeSender({ kind: 'sums', index: 0, first: 0, sums: new Uint8Array(32) }),
  ],
  'entries behind the last': [
    hello,
    encodeSender({ kind: 'listed', entries: 0 }),
    entries(0, file('a', 100)),
  ],
  'a farewell before the end': [hello, encodeSender({ kind: 'farewell' })],
  'a farewell twice': [
    hello,
    encodeSender({ kind: 'listed', entries: 0 }),
    encodeSender({ kind: 'farewell' }),
    encodeSender({ kind: 'farewell' }),
  ],
  garbage: [hello, randomBytes(1_000)],
}

test.each(Object.entries(malformedOnes))('safety 10: %s ends it', async (_, frames) => {
  using to = temporaryFolder()
  const receiver = await attack(to.path, frames)
  await until('it has broken off', () => receiver.find('failed') !== null)
  expect(receiver.find('failed')?.fault.code).toBe('frame.malformed')
})

test('safety 14: names that lead elsewhere are refused one by one', async () => {
  using home = temporaryFolder()
  const to = join(home.path, 'downloads')
  mkdirSync(to)
  mkdirSync(join(home.path, 'canary'))
  writeFileSync(join(home.path, 'canary/secret'), 'untouched')
  symlinkSync(join(home.path, 'canary'), join(to, 'link'))
  const before = snapshot(join(home.path, 'canary'))
  const names = ['..', '../x', '/etc/x', 'a\0b', '..\\..\\x', 'C:x', '\\\\server\\x', '.', 'fine']
  const list = [...names.map((name) => file(name, 100)), folder('link'), file('x', 100, 9)]
  const listed = encodeSender({ kind: 'listed', entries: list.length })
  const receiver = await attack(to, [
    hello,
    entries(0, ...list),
    ...list.flatMap(({ kind }, index) => (kind === 'file' ? [whole(index, bytes)] : [])),
    listed,
  ])
  await until('it is done', () => receiver.isDone)
  expect(snapshot(join(home.path, 'canary'))).toEqual(before)
  expect(receiver.find('done')?.summary).toMatchObject({ files: 2, failed: 8 })
  expect(filesIn(home.path).filter((path) => !path.startsWith('canary'))).toEqual(
    ['downloads/fine', 'downloads/link (2)/x', 'downloads/link'].sort(),
  )
})

test('a hash that is never right lands nothing', async () => {
  using to = temporaryFolder()
  const wrong = new Uint8Array(32)
  const again = Array.from({ length: 10 }, () => whole(0, bytes, wrong))
  const receiver = await attack(to.path, [
    hello,
    entries(0, file('a', 100), file('b', 100)),
    whole(1, bytes),
    ...again,
    encodeSender({ kind: 'listed', entries: 2 }),
  ])
  await until('it is done', () => receiver.isDone)
  expect(filesIn(to.path)).toEqual(['b'])
  expect(receiver.files).toMatchObject([{ path: 'a', outcome: { reason: 'corrupt' } }])
})

test('a file that never comes to rest fails alone, and the others arrive', async () => {
  using to = temporaryFolder()
  const restart = encodeSender({ kind: 'restart', index: 0, size: 100, mtimeMs: 0, mode: 0o644 })
  const receiver = await attack(to.path, [
    hello,
    entries(0, file('a', 100), file('b', 100)),
    ...Array.from({ length: 10 }, () => restart),
    whole(0, bytes),
    whole(1, bytes),
    encodeSender({ kind: 'listed', entries: 2 }),
  ])
  await until('it is done', () => receiver.isDone)
  expect(filesIn(to.path)).toEqual(['b'])
  expect(receiver.files).toMatchObject([{ path: 'a', outcome: { reason: 'changed' } }])
})

test('safety 8: a path of half a million bytes is refused, and told in few', async () => {
  using to = temporaryFolder()
  const name = (n: number) => `${n}`.padEnd(1_024, 'x')
  const folders = Array.from({ length: 500 }, (_, n) => folder(name(n), n === 0 ? null : n - 1))
  const ends = [file('a', 100, 499), file('b', 100, 499)]
  const receiver = await attack(to.path, [
    hello,
    entries(0, ...folders),
    entries(500, ...ends),
    encodeSender({ kind: 'listed', entries: 502 }),
  ])
  await until('it is done', () => receiver.isDone)
  const told = receiver.files.filter(({ index }) => index >= 500).map(({ path }) => path)
  expect(new Set(told).size).toBe(2)
  for (const { path, outcome } of receiver.files) {
    expect(path.length).toBeLessThanOrEqual(4_096)
    expect(outcome).toEqual({ state: 'failed', reason: 'name' })
  }
})

test('safety 7: more than was agreed to is refused, whatever was said', async () => {
  using to = temporaryFolder()
  const receiver = new TestMover(
    receiveJob(to.path, { agreed: { ...anythingGoes, maxFiles: 2, maxBytes: 150 } }),
  )
  const [mine, its] = await memoryLanePair()
  await until('it wants a lane', () => receiver.wantsLane)
  receiver.give(its)
  const list = [file('a', 100), file('b', 100), file('c', 1), file('d', 1)]
  await sendAll(mine, [
    hello,
    entries(0, ...list),
    whole(0, bytes),
    whole(1, bytes),
    whole(2, bytes.subarray(0, 1)),
    whole(3, bytes.subarray(0, 1)),
    encodeSender({ kind: 'listed', entries: 4 }),
  ])
  await until('it is done', () => receiver.isDone)
  expect(filesIn(to.path)).toEqual(['a', 'c'])
  await receiver.stop()
})

test('safety 7: what was not shown by its name does not land under the yes to another', async () => {
  using to = temporaryFolder()
  const agreed = { ...anythingGoes, maxFiles: 5, maxBytes: 500, names: ['photo.jpg', 'album'] }
  const receiver = new TestMover(receiveJob(to.path, { agreed }))
  const [mine, its] = await memoryLanePair()
  await until('it wants a lane', () => receiver.wantsLane)
  receiver.give(its)
  const list = [file('setup.exe', 100), folder('album'), file('a', 100, 1), folder('bin')]
  await sendAll(mine, [
    hello,
    entries(0, ...list, file('b', 100, 3), file('photo.jpg', 100)),
    ...[0, 2, 4, 5].map((index) => whole(index, bytes)),
    encodeSender({ kind: 'listed', entries: 6 }),
  ])
  await until('it is done', () => receiver.isDone)
  expect(filesIn(to.path)).toEqual(['album/a', 'photo.jpg'])
  await receiver.stop()
})

test('safety 7: under one yes no more lands in all, however often the list begins anew', async () => {
  using to = temporaryFolder()
  const agreed = { ...anythingGoes, maxFiles: 3, maxBytes: 350 }
  const receiver = new TestMover(receiveJob(to.path, { agreed }))
  for (let round = 0; round < 4; round++) {
    const [mine, its] = await memoryLanePair()
    await until('it wants a lane', () => receiver.wantsLane)
    receiver.give(its)
    const landed = receiver.landed.size
    // One lands and one is only asked for, under names and numbers that are new each time.
    const list = [file(`a${round}`, 100), file(`b${round}`, 100)]
    const listing = encodeSender({ kind: 'hello', listing: `${round}`.repeat(32) })
    await sendAll(mine, [listing, entries(0, ...list), whole(0, bytes)])
    const isOver = () => receiver.landed.size > landed || receiver.files.length > 0
    await until('it has landed or was refused', isOver)
    await mine.close()
  }
  expect(filesIn(to.path).filter((path) => !path.startsWith('.'))).toEqual(['a0', 'a1', 'a2'])
  await receiver.stop()
})

test('safety 7: what was begun and dropped does not pile up, however often the list begins anew', async () => {
  using to = temporaryFolder()
  const size = 300_000
  const agreed = { ...anythingGoes, maxFiles: 2, maxBytes: size }
  const job = receiveJob(to.path, { agreed })
  const receiver = new TestMover(job)
  const part = randomBytes(200_000)
  const staged = () => readdirSync(join(to.path, '.gangway', job.transferId))
  for (let round = 0; round < 6; round++) {
    const [mine, its] = await memoryLanePair()
    await until('it wants a lane', () => receiver.wantsLane)
    receiver.give(its)
    // Names that are refused cost nothing, and give the file another number each time.
    const refused = Array.from({ length: round }, () => file('..', 1))
    await sendAll(mine, [
      encodeSender({ kind: 'hello', listing: `${round}`.repeat(32) }),
      entries(0, ...refused, file(`a${round}`, size)),
      data(round, 0, part),
    ])
    await until('it has come', () => staged().includes(`${round}`))
    await mine.close()
  }
  await until('the last was taken', () => receiver.wantsLane)
  expect(staged().length).toBeLessThanOrEqual(2)
  await receiver.stop()
})

test('safety 9: files are not begun without end', async () => {
  using to = temporaryFolder()
  const list = Array.from({ length: 400 }, (_, n) => file(`${n}`, 100_000))
  const receiver = await attack(to.path, [
    hello,
    entries(0, ...list),
    ...list.map((_, n) => data(n, 0, bytes)),
  ])
  await until('it has broken off', () => receiver.find('failed') !== null)
  expect(receiver.find('failed')?.fault.code).toBe('frame.malformed')
})

test('safety 7: a yes to what is still counted is a yes to what it comes to', async () => {
  using to = temporaryFolder()
  const agreed = { ...anythingGoes, maxBytes: 10_000, isOpen: true }
  const receiver = new TestMover(receiveJob(to.path, { agreed }))
  for (const [listing, names] of [
    ['a', ['a', 'b']],
    ['b', ['c', 'd']],
  ] as const) {
    const [mine, its] = await memoryLanePair()
    await until('it wants a lane', () => receiver.wantsLane)
    receiver.give(its)
    await sendAll(mine, [
      encodeSender({ kind: 'hello', listing: listing.repeat(32) }),
      entries(0, ...names.map((name) => file(name, 100))),
      encodeSender({ kind: 'listed', entries: 2 }),
      whole(0, bytes),
      whole(1, bytes),
    ])
    await until('it is done', () => receiver.isDone)
    await until('all are over', () => receiver.landed.size + receiver.files.length > 1)
    await mine.close()
  }
  await until('the others are refused', () => receiver.files.length === 2)
  expect(filesIn(to.path).filter((path) => !path.startsWith('.'))).toEqual(['a', 'b'])
  expect(receiver.files).toMatchObject([
    { path: 'c', outcome: { reason: 'extra' } },
    { path: 'd', outcome: { reason: 'extra' } },
  ])
  await receiver.stop()
})

test('safety 7, 8: no order of messages does more than fail', async () => {
  const index = fc.nat(4)
  const message = fc.oneof(
    fc.constant(entries(0, folder('d'), file('a', 100, 0), file('b', 300_000))),
    fc.constant(entries(3, file('../c', 5), file('e', 0))),
    index.map((index) => whole(index, bytes)),
    fc.tuple(index, fc.nat(300_000)).map(([index, at]) => data(index, at, bytes)),
    index.map((index) => end(index, blake3Of(bytes))),
    index.map((index) => encodeSender({ kind: 'failed', index, reason: 'changed' })),
    fc
      .tuple(index, fc.nat(200))
      .map(([index, size]) =>
        encodeSender({ kind: 'restart', index, size, mtimeMs: 0, mode: 0o777 }),
      ),
    fc.nat(6).map((entries) => encodeSender({ kind: 'listed', entries })),
    fc.constant(encodeSender({ kind: 'farewell' })),
    fc.uint8Array({ maxLength: 50 }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(message, { maxLength: 12 }), async (frames) => {
      using home = temporaryFolder()
      const to = join(home.path, 'to')
      mkdirSync(to)
      const receiver = await attack(to, [hello, ...frames])
      await receiver.stop()
      const allowed = new Set(['to/d/a', 'to/b', 'to/e'])
      expect(filesIn(home.path).filter((path) => !allowed.has(path))).toEqual([])
      const fault = receiver.find('failed')?.fault.code ?? 'frame.malformed'
      expect(fault).toBe('frame.malformed')
    }),
    { numRuns: 60 },
  )
}, 60_000)

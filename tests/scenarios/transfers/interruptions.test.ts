import { randomBytes } from 'node:crypto'
import {
  appendFileSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { digestOf, digestsIn } from '../../support/digests.ts'
import { breakableLanes, joinMovers, receiveJob, TestMover } from '../../support/movers.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { until } from '../../support/until.ts'

function makeTree(root: string): string {
  const tree = join(root, 'tree')
  mkdirSync(join(tree, 'sub/deep'), { recursive: true })
  for (let n = 0; n < 200; n++) writeFileSync(join(tree, `sub/s${n}`), randomBytes(n * 37))
  writeFileSync(join(tree, 'large'), randomBytes(20_000_000))
  writeFileSync(join(tree, 'sub/deep/middle'), randomBytes(700_000))
  return tree
}

const isDone = (...movers: TestMover[]) => movers.every((mover) => mover.isDone)

test('a lane that breaks again and again loses nothing and repeats hardly anything', async () => {
  using from = temporaryFolder()
  using to = temporaryFolder()
  const tree = makeTree(from.path)
  const sender = new TestMover({ role: 'send', sources: [tree] })
  const receiver = new TestMover(receiveJob(to.path))
  let breaks = 0
  while (!isDone(sender, receiver)) {
    const bytes = breaks < 25 ? Math.floor(Math.random() * 1_800_000) : Infinity
    await joinMovers(sender, receiver, breakableLanes(bytes))
    breaks++
    await until(
      'the lane breaks or all is done',
      () => isDone(sender, receiver) || (sender.wantsLane && receiver.wantsLane),
      20_000,
    )
  }
  expect(digestsIn(join(to.path, 'tree'))).toEqual(digestsIn(tree))
  expect(breaks).toBeGreaterThan(5)
  const moved = sender.find('progress')?.moved ?? 0
  // What is in flight when a lane breaks goes again: some buffers, not the file.
  expect(moved).toBeLessThan(21_500_000 + breaks * 6_000_000)
  await sender.stop()
  await receiver.stop()
}, 60_000)

test('safety 23: a receiver killed at any moment goes on from its journal', async () => {
  using from = temporaryFolder()
  using to = temporaryFolder()
  const tree = makeTree(from.path)
  const sender = new TestMover({ role: 'send', sources: [tree] })
  let job = receiveJob(to.path)
  let receiver = new TestMover(job)
  for (let kills = 0; kills < 12; kills++) {
    await joinMovers(sender, receiver, breakableLanes(Math.random() * 6_000_000))
    await until(
      'it stops moving',
      () => isDone(sender, receiver) || (sender.wantsLane && receiver.wantsLane),
      20_000,
    )
    if (isDone(receiver)) break
    await receiver.kill()
    job = { ...job, landed: [...receiver.landed.values()], partial: receiver.partial }
    const { landed } = receiver
    receiver = new TestMover(job)
    for (const [sent, hint] of landed) receiver.landed.set(sent, hint)
  }
  if (!isDone(receiver)) await joinMovers(sender, receiver)
  await until('both are done', () => isDone(sender, receiver), 20_000)
  expect(digestsIn(join(to.path, 'tree'))).toEqual(digestsIn(tree))
  await sender.stop()
  await receiver.stop(false)
}, 60_000)

test('a sender that starts anew sends only what is missing', async () => {
  using from = temporaryFolder()
  using to = temporaryFolder()
  const tree = makeTree(from.path)
  let sender = new TestMover({ role: 'send', sources: [tree] })
  const receiver = new TestMover(receiveJob(to.path))
  await joinMovers(sender, receiver, breakableLanes(12_000_000))
  await until('the lane breaks', () => sender.wantsLane && receiver.wantsLane)
  await sender.kill()
  sender = new TestMover({ role: 'send', sources: [tree] })
  await joinMovers(sender, receiver)
  await until('both are done', () => isDone(sender, receiver), 20_000)
  expect(digestsIn(join(to.path, 'tree'))).toEqual(digestsIn(tree))
  expect(sender.find('progress')?.moved ?? 0).toBeLessThan(14_000_000)
  expect(sender.files).toHaveLength(202)
  await sender.stop()
  await receiver.stop()
}, 30_000)

test('a chunk that rotted on disk is fetched alone', async () => {
  using from = temporaryFolder()
  using to = temporaryFolder()
  const large = join(from.path, 'large')
  writeFileSync(large, randomBytes(24_000_000))
  const sender = new TestMover({ role: 'send', sources: [large] })
  const job = receiveJob(to.path)
  let receiver = new TestMover(job)
  await joinMovers(sender, receiver, breakableLanes(12_000_000))
  await until('the lane breaks', () => sender.wantsLane && receiver.wantsLane)
  await receiver.stop()
  const [partial] = receiver.partial
  expect(partial?.verified).toBeGreaterThan(5_000_000)
  const staged = join(to.path, '.gangway', job.transferId, '0')
  const bytes = readFileSync(staged)
  bytes[3_000_000] = (bytes[3_000_000] ?? 0) ^ 1
  writeFileSync(staged, bytes)
  receiver = new TestMover({ ...job, partial: receiver.partial })
  await joinMovers(sender, receiver)
  await until('both are done', () => isDone(sender, receiver), 20_000)
  expect(digestOf(join(to.path, 'large'))).toBe(digestOf(large))
  const rest = 24_000_000 - (partial?.verified ?? 0)
  const moved = receiver.find('progress')?.moved ?? 0
  expect(moved).toBeGreaterThan(rest + 256 * 1024)
  expect(moved).toBeLessThan(rest + 256 * 1024 + 10_000)
  await sender.stop()
  await receiver.stop()
}, 30_000)

test('a journal that lies is only a hint', async () => {
  using from = temporaryFolder()
  using to = temporaryFolder()
  const tree = makeTree(from.path)
  const { mtimeMs } = statSync(join(tree, 'sub/s5'))
  const blake3 = 'ab'.repeat(32)
  const landed = [
    { sent: 'tree/sub/s5', path: 'tree/sub/s5', size: 5 * 37, mtimeMs, blake3 },
    { sent: 'tree/sub/s6', path: '../../etc/passwd', size: 6 * 37, mtimeMs, blake3: 'nonsense' },
  ]
  const large = statSync(join(tree, 'large'))
  const partial = [
    { index: 1, sent: 'tree/large', size: large.size, mtimeMs: large.mtimeMs, verified: 9_999_999 },
    { index: 5, sent: 'tree/sub/s9', size: 1, mtimeMs: 1, verified: 1e15 },
  ]
  const sender = new TestMover({ role: 'send', sources: [tree] })
  const receiver = new TestMover({ ...receiveJob(to.path), landed, partial })
  await joinMovers(sender, receiver)
  await until('both are done', () => isDone(sender, receiver), 20_000)
  expect(digestsIn(join(to.path, 'tree'))).toEqual(digestsIn(tree))
  await sender.stop()
  await receiver.stop()
}, 30_000)

test('what is there already, byte for byte, is not sent again', async () => {
  using from = temporaryFolder()
  using to = temporaryFolder()
  const tree = makeTree(from.path)
  for (const pass of [1, 2]) {
    const sender = new TestMover({ role: 'send', sources: [tree] })
    const receiver = new TestMover(receiveJob(to.path))
    await joinMovers(sender, receiver)
    await until('both are done', () => isDone(sender, receiver), 20_000)
    const moved = sender.find('progress')?.moved ?? 0
    if (pass === 2) expect(moved).toBe(0)
    expect(sender.files.filter(({ outcome }) => outcome.state === 'landed')).toHaveLength(202)
    await sender.stop()
    await receiver.stop(false)
  }
  expect(digestsIn(join(to.path, 'tree'))).toEqual(digestsIn(tree))
}, 30_000)

test('safety 21: a source that changes while it is sent never mixes its versions', async () => {
  using from = temporaryFolder()
  using to = temporaryFolder()
  const path = join(from.path, 'large')
  writeFileSync(path, randomBytes(16_000_000))
  const { atimeMs, mtimeMs } = statSync(path)
  const sender = new TestMover({ role: 'send', sources: [path] })
  const receiver = new TestMover(receiveJob(to.path))
  sender.tell({ command: 'cap', bytesPerSecond: 20_000_000 })
  await joinMovers(sender, receiver)
  await until('bytes move', () => (receiver.find('progress')?.bytes ?? 0) > 1_000_000)
  const changed = readFileSync(path)
  changed.fill(7, 100, 200)
  writeFileSync(path, changed)
  utimesSync(path, atimeMs / 1000, mtimeMs / 1000)
  sender.tell({ command: 'cap', bytesPerSecond: null })
  await until('both are done', () => isDone(sender, receiver), 20_000)
  expect(digestOf(join(to.path, 'large'))).toBe(digestOf(path))
  await sender.stop()
  await receiver.stop()
}, 30_000)

test('safety 21: a source that never rests fails alone', async () => {
  using from = temporaryFolder()
  using to = temporaryFolder()
  const tree = join(from.path, 'tree')
  mkdirSync(tree)
  writeFileSync(join(tree, 'a'), randomBytes(3_000_000))
  writeFileSync(join(tree, 'b'), 'quiet')
  const sender = new TestMover({ role: 'send', sources: [tree] })
  const receiver = new TestMover(receiveJob(to.path))
  sender.tell({ command: 'cap', bytesPerSecond: 6_000_000 })
  const timer = setInterval(() => appendFileSync(join(tree, 'a'), 'x'), 5)
  try {
    await joinMovers(sender, receiver)
    await until('both are done', () => isDone(sender, receiver), 20_000)
  } finally {
    clearInterval(timer)
  }
  expect(digestsIn(to.path).map((line) => line.split(' ')[0])).toEqual(['tree/b'])
  expect(receiver.files).toMatchObject([
    { path: 'tree/a', outcome: { state: 'failed', reason: 'changed' } },
  ])
  await sender.stop()
  await receiver.stop()
}, 30_000)

test('a file that vanished after it was listed fails alone', async () => {
  using from = temporaryFolder()
  using to = temporaryFolder()
  const tree = makeTree(from.path)
  const sender = new TestMover({ role: 'send', sources: [tree] })
  const receiver = new TestMover(receiveJob(to.path))
  await until('all is listed', () => sender.find('listed')?.complete === true)
  rmSync(join(tree, 'sub/deep/middle'))
  await joinMovers(sender, receiver)
  await until('both are done', () => isDone(sender, receiver), 20_000)
  expect(sender.find('done')?.summary).toMatchObject({ files: 201, failed: 1 })
  expect(digestsIn(join(to.path, 'tree'))).toEqual(digestsIn(tree))
  await sender.stop()
  await receiver.stop()
}, 30_000)

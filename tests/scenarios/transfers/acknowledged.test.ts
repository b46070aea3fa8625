import { randomBytes } from 'node:crypto'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { MoverEvent } from '#core/transfers/movers/messages.ts'
import { breakableLanes, joinMovers, receiveJob, TestMover } from '../../support/movers.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { until } from '../../support/until.ts'

const size = 6_000_000

type Told = Extract<MoverEvent, { event: 'progress' }>

/** What it showed as arrived, in order. */
function shownBy(mover: TestMover): number[] {
  const told = mover.events.filter((event): event is Told => event.event === 'progress')
  return told.map(({ bytes }) => bytes)
}

test('safety 24: a sender shows what the receiver has acknowledged, over a lane that breaks and one that is new', async () => {
  using from = temporaryFolder()
  using to = temporaryFolder()
  const source = join(from.path, 'film')
  writeFileSync(source, randomBytes(size))
  const sender = new TestMover({ role: 'send', sources: [source] })
  const receiver = new TestMover(receiveJob(to.path))
  const wrong: string[] = []
  sender.onEvent((event) => {
    if (event.event !== 'progress') return
    // Nothing is shown that would have to be taken back if the receiver were killed now.
    const kept = (receiver.partial[0]?.verified ?? 0) + (receiver.landed.size > 0 ? size : 0)
    if (event.bytes > kept) wrong.push(`${event.bytes} of ${kept}`)
  })
  sender.tell({ command: 'cap', bytesPerSecond: 1_500_000 })
  await joinMovers(sender, receiver, breakableLanes(4_000_000))
  await until('so much is kept', () => shownBy(sender).some((bytes) => bytes > 2_000_000), 8_000)
  expect(sender.find('progress')?.moved ?? 0).toBeGreaterThan(shownBy(sender).at(-1) ?? 0)
  await joinMovers(sender, receiver)
  await until('it goes on', () => shownBy(sender).some((bytes) => bytes > 3_500_000), 8_000)
  expect(sender.find('allSent')).toBeNull()
  sender.tell({ command: 'cap', bytesPerSecond: null })
  await until('both are done', () => sender.isDone && receiver.isDone, 8_000)
  expect(wrong).toEqual([])
  const shown = shownBy(sender)
  expect(shown).toEqual(shown.toSorted((a, b) => a - b))
  expect(shown.at(-1)).toBe(size)
  const names = sender.events.map(({ event }) => event)
  expect(names.indexOf('allSent')).toBeGreaterThan(0)
  expect(names.indexOf('allSent')).toBeLessThan(names.indexOf('done'))
  await sender.stop()
  await receiver.stop()
}, 30_000)

test('safety 24: what has landed is told when it stands in the journal, and not before', async () => {
  using from = temporaryFolder()
  using to = temporaryFolder()
  const sources = ['note', 'film'].map((name) => join(from.path, name))
  for (const [n, source] of sources.entries()) writeFileSync(source, randomBytes(n * size + 9))
  const sender = new TestMover({ role: 'send', sources })
  const receiver = new TestMover(receiveJob(to.path))
  const keep = receiver.holdJournal()
  sender.tell({ command: 'cap', bytesPerSecond: 1_000_000 })
  await joinMovers(sender, receiver)
  await until('the note is there', () => existsSync(join(to.path, 'note')), 8_000)
  const atNote = receiver.find('progress')?.bytes ?? 0
  const more = () => (receiver.find('progress')?.bytes ?? 0) - atNote
  await until('much follows', () => more() > 500_000, 8_000)
  expect(sender.files).toEqual([])
  expect(shownBy(sender).at(-1)).toBe(0)
  keep()
  await until('the note is told', () => sender.files[0]?.outcome.state === 'landed', 8_000)
  sender.tell({ command: 'cap', bytesPerSecond: null })
  await until('both are done', () => sender.isDone && receiver.isDone, 8_000)
  await sender.stop()
  await receiver.stop()
}, 30_000)

test('a sender that comes back is told what is there already, and counts it as arrived', async () => {
  using from = temporaryFolder()
  using to = temporaryFolder()
  const source = join(from.path, 'film')
  writeFileSync(source, randomBytes(size))
  const receiver = new TestMover(receiveJob(to.path))
  const killed = new TestMover({ role: 'send', sources: [source] })
  killed.tell({ command: 'cap', bytesPerSecond: 3_000_000 })
  await joinMovers(killed, receiver)
  await until('so much is kept', () => shownBy(killed).some((bytes) => bytes > 2_000_000), 8_000)
  const before = shownBy(killed).at(-1) ?? 0
  await killed.kill()
  const sender = new TestMover({ role: 'send', sources: [source] })
  await joinMovers(sender, receiver)
  await until('both are done', () => sender.isDone && receiver.isDone, 8_000)
  const caughtUp = sender.events.find((event) => event.event === 'progress' && event.isCaughtUp)
  expect(caughtUp).toMatchObject({ event: 'progress' })
  for (const bytes of shownBy(sender).filter((bytes) => bytes > 0)) {
    expect(bytes).toBeGreaterThanOrEqual(before)
  }
  await sender.stop()
  await receiver.stop()
}, 30_000)

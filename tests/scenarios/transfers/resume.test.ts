import { closeSync, existsSync, openSync, readdirSync, rmSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { messageAlpn } from '#core/messages/messages.ts'
import { transferAlpn } from '#core/transfers/transfer-alpn.ts'
import { closing } from '../../support/closing.ts'
import { twoWithFiles } from '../../support/transfer-scene.ts'
import {
  act,
  becomes,
  comesTo,
  isUnderWay,
  send,
  slow,
  transferAt,
  treeOf,
  writeTree,
} from '../../support/transfers.ts'

const own = closing()
const tree = { 'set/film.mkv': 6_000_000, 'set/a.txt': 'a', 'set/b.txt': 'b' }

async function midway() {
  const { ada, bob, source } = await twoWithFiles(own)
  writeTree(source, tree)
  await slow(ada, 2_000_000)
  const id = await send(ada, bob, [join(source, 'set')])
  await isUnderWay(ada, id)
  await becomes(bob, id, 'a small file', ({ doneFiles }) => doneFiles > 0)
  return { ada, bob, source, id }
}

async function arrives({ ada, bob, source, id }: Awaited<ReturnType<typeof midway>>) {
  await slow(ada, null)
  expect(await comesTo(ada, id, 'done', 30_000)).toMatchObject({ doneFiles: 3, failedFiles: 0 })
  await comesTo(bob, id, 'done')
  expect(treeOf(bob.downloads)).toEqual(treeOf(source))
  const { files } = await ada.rooms.transfers.book.files(id, 0, 10)
  expect(files.map(({ path }) => path).sort()).toEqual(Object.keys(tree).sort())
  for (const { blake3 } of files) expect(blake3).toMatch(/^[0-9a-f]{64}$/)
}

describe('restarted in the middle', () => {
  test('the sender: it goes on by itself', async () => {
    const scene = await midway()
    await scene.ada.shut()
    const row = await comesTo(scene.bob, scene.id, 'paused')
    expect(row).toMatchObject({ by: 'reason', fault: { code: 'peer.closed' } })
    await scene.ada.open()
    await arrives(scene)
  }, 60_000)

  test('the receiver: it goes on by itself', async () => {
    const scene = await midway()
    await scene.bob.shut()
    expect(await comesTo(scene.ada, scene.id, 'paused')).toMatchObject({ by: 'reason' })
    await scene.bob.open()
    await arrives(scene)
  }, 60_000)

  test('the receiver, and what was staged rotted meanwhile: what is rotten comes anew', async () => {
    const scene = await midway()
    await becomes(scene.bob, scene.id, 'some of it', ({ bytes }) => bytes > 1_000_000)
    await scene.bob.shut()
    const staging = join(scene.bob.downloads, '.gangway', scene.id)
    const staged = readdirSync(staging).map((name) => join(staging, name))
    const film = staged.find((path) => statSync(path).size > 1_000_000)
    if (film === undefined) throw new Error('nothing is staged')
    const file = openSync(film, 'r+')
    writeSync(file, Buffer.alloc(3, 0xff), 0, 3, 500_000)
    closeSync(file)
    await scene.bob.open()
    await arrives(scene)
    expect(existsSync(staging)).toBe(false)
  }, 60_000)

  test('both, one after the other', async () => {
    const scene = await midway()
    await scene.bob.restart()
    await scene.ada.restart()
    expect(transferAt(scene.ada, scene.id)?.state).not.toBe('done')
    await arrives(scene)
  }, 60_000)

  test('while it was paused: it stays so until somebody lets it go on', async () => {
    const scene = await midway()
    await act(scene.bob, 'pause', scene.id)
    await comesTo(scene.ada, scene.id, 'paused')
    await scene.bob.restart()
    await becomes(
      scene.ada,
      scene.id,
      'the other',
      (row) => row.state === 'paused' && row.by === 'peer',
    )
    expect(transferAt(scene.bob, scene.id)).toMatchObject({ state: 'paused', by: 'me' })
    await act(scene.bob, 'resume', scene.id)
    await arrives(scene)
  }, 60_000)

  test('cancelled while the other was away: it is told when it comes back', async () => {
    const { ada, bob, id } = await midway()
    await bob.shut()
    await comesTo(ada, id, 'paused')
    await act(ada, 'cancel', id)
    await bob.open()
    expect(await comesTo(bob, id, 'cancelled')).toMatchObject({ by: 'peer' })
    await expect.poll(() => existsSync(join(bob.downloads, '.gangway'))).toBe(false)
  }, 60_000)
})

test('a device that is away: queued, over a restart too, and it goes when the device appears', async () => {
  const { ada, bob, source } = await twoWithFiles(own)
  writeTree(source, tree)
  const to = bob.id
  await bob.shut()
  const { id } = await ada.calls['transfer.send'](
    { to, paths: [join(source, 'set')] },
    new AbortController().signal,
  )
  expect(transferAt(ada, id)).toMatchObject({ state: 'queued', deviceName: 'Bob' })
  await ada.restart()
  expect(transferAt(ada, id)).toMatchObject({ state: 'queued' })
  await bob.open()
  await comesTo(ada, id, 'done', 30_000)
  expect(treeOf(bob.downloads)).toEqual(treeOf(source))
}, 60_000)

test('the session about transfers breaks: it goes on over the next one', async () => {
  const scene = await midway()
  for (let round = 0; round < 3; round++) {
    scene.ada.rooms.sessions.current(scene.bob.id, transferAlpn)?.close('clean')
    await becomes(scene.ada, scene.id, 'movement', ({ state }) => state === 'moving')
  }
  scene.bob.rooms.sessions.current(scene.ada.id, messageAlpn)?.close('clean')
  expect(transferAt(scene.bob, scene.id)?.state).not.toBe('done')
  await arrives(scene)
}, 60_000)

test('the sender says done only when the receiver does: what it missed it is told later', async () => {
  const { ada, bob, source } = await twoWithFiles(own)
  writeTree(source, tree)
  const id = await send(ada, bob, [join(source, 'set')])
  await comesTo(bob, id, 'done')
  // However far the sender had come by then, after this it hears of it as news.
  await ada.restart()
  const known = () => ada.rooms.transfers.book.history('', 0, 10).transfers.map((row) => row.id)
  await expect.poll(known, { timeout: 10_000 }).toEqual([id])
  expect(ada.rooms.transfers.book.history('', 0, 10).transfers).toMatchObject([{ state: 'done' }])
}, 60_000)

test('history: found by name, with receipts, over a restart; cleared, it is gone', async () => {
  const { ada, bob, source } = await twoWithFiles(own)
  writeTree(source, tree)
  const id = await send(ada, bob, [join(source, 'set')])
  await comesTo(ada, id, 'done')
  await ada.restart()
  expect(ada.rooms.transfers.list()).toEqual([])
  expect(ada.rooms.transfers.book.history('nothing like it', 0, 10).total).toBe(0)
  const { transfers } = ada.rooms.transfers.book.history('SET', 0, 10)
  expect(transfers).toMatchObject([{ id, state: 'done', doneFiles: 3, deviceName: 'Bob' }])
  expect((await ada.rooms.transfers.book.files(id, 0, 10)).total).toBe(3)
  await ada.rooms.transfers.book.clearHistory()
  expect(ada.rooms.transfers.book.history('', 0, 10).total).toBe(0)
}, 60_000)

test('one transfer is removed from the history, once it has ended; the rest stays', async () => {
  const scene = await midway()
  const { ada, bob, id, source } = scene
  await expect(ada.rooms.transfers.book.removeFromHistory(id)).rejects.toThrow('as it stands')
  await act(ada, 'cancel', id)
  await slow(ada, null)
  const kept = await send(ada, bob, [join(source, 'set')])
  await comesTo(ada, kept, 'done')
  await ada.rooms.transfers.book.removeFromHistory(id)
  const known = () => ada.rooms.transfers.book.history('', 0, 10).transfers.map((row) => row.id)
  expect(known()).toEqual([kept])
  await expect(ada.rooms.transfers.book.removeFromHistory(id)).rejects.toThrow('no such transfer')
  await ada.restart()
  expect(known()).toEqual([kept])
}, 60_000)

test('a source that is gone fails alone, and retry sends only what is missing', async () => {
  const { ada, bob, source } = await twoWithFiles(own, 'known')
  writeTree(source, tree)
  const id = await send(ada, bob, [join(source, 'set/a.txt'), join(source, 'set/b.txt')])
  await comesTo(bob, id, 'offered')
  rmSync(join(source, 'set/b.txt'))
  const yes = () => bob.calls['transfer.answer']({ id, accept: true }, new AbortController().signal)
  await yes()
  const failed = await comesTo(ada, id, 'failed')
  expect(failed).toMatchObject({
    fault: { code: 'transfer.incomplete' },
    failedFiles: 1,
    doneFiles: 1,
  })
  const { files } = await ada.rooms.transfers.book.files(id, 0, 10)
  expect(files).toContainEqual(expect.objectContaining({ path: 'b.txt', reason: 'vanished' }))
  writeTree(source, { 'set/b.txt': 'back again' })
  await act(ada, 'retry', id)
  // For Bob everything that came was there, so his yes was used up.
  await comesTo(bob, id, 'offered')
  await yes()
  expect(await comesTo(ada, id, 'done')).toMatchObject({ failedFiles: 0, doneFiles: 2 })
  expect(Object.keys(treeOf(bob.downloads)).sort()).toEqual(['a.txt', 'b.txt'])
}, 60_000)

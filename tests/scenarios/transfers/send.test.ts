import { existsSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Trust } from '#shared/devices.ts'
import type { TransferId } from '#shared/ids.ts'
import { blake3Of } from '#core/transfers/content/blake3.ts'
import { closing } from '../../support/closing.ts'
import { twoWithFiles } from '../../support/transfer-scene.ts'
import {
  answer,
  becomes,
  comesTo,
  send,
  transferAt,
  treeOf,
  writeTree,
} from '../../support/transfers.ts'
import { until } from '../../support/until.ts'

const own = closing()

const two = (trust?: Trust) => twoWithFiles(own, trust)

describe('a device that is trusted', () => {
  test('files and folders land with their hashes, and both sides say done', async () => {
    const { ada, bob, source } = await two()
    writeTree(source, { 'photos/a.jpg': 3_000_000, 'photos/deep/b.txt': 'b', 'photos/empty': '' })
    const id = await send(ada, bob, [join(source, 'photos')])
    const done = await comesTo(ada, id, 'done')
    const bytes = 3_000_001
    expect(done).toMatchObject({ files: 3, doneFiles: 3, totalBytes: bytes, bytes, lane: 'tcp' })
    expect(await comesTo(bob, id, 'done')).toMatchObject({ doneFiles: 3, bytes, deviceName: 'Ada' })
    expect(treeOf(bob.downloads)).toEqual(treeOf(source))
    for (const core of [ada, bob]) {
      const { total, files } = await core.rooms.transfers.book.files(id, 0, 100)
      expect(total).toBe(3)
      const blake3 = Buffer.from(blake3Of(Buffer.from('b'))).toString('hex')
      const path = 'photos/deep/b.txt'
      expect(files).toContainEqual({ path, bytes: 1, state: 'landed', reason: null, blake3 })
    }
  }, 30_000)

  test('the same is sent once more: what is there already is not sent again', async () => {
    const { ada, bob, source } = await two()
    writeTree(source, { 'x/file': 'y' })
    const first = await send(ada, bob, [join(source, 'x')])
    await comesTo(ada, first, 'done')
    const second = await ada.rooms.transfers.sendAgain(first)
    await comesTo(ada, second, 'done')
    expect(treeOf(bob.downloads)).toEqual(treeOf(source))
    await expect(bob.rooms.transfers.sendAgain(second)).rejects.toThrow('as it stands')
    rmSync(join(source, 'x'), { recursive: true })
    await expect(ada.rooms.transfers.sendAgain(first)).rejects.toThrow('is not where it was')
  }, 30_000)

  test('what is not sent is told with its reason', async () => {
    const { ada, bob, source } = await two()
    writeTree(source, { 'x/file': 'y' })
    symlinkSync('/etc/passwd', join(source, 'x/link'))
    const id = await send(ada, bob, [join(source, 'x')])
    expect(await comesTo(ada, id, 'done')).toMatchObject({ doneFiles: 1, skippedFiles: 1 })
    const { files } = await ada.rooms.transfers.book.files(id, 0, 100)
    expect(files).toContainEqual(
      expect.objectContaining({ path: 'x/link', state: 'skipped', reason: 'link' }),
    )
  }, 30_000)

  test('5,000 small files', async () => {
    const { ada, bob, source } = await two()
    const names = Array.from({ length: 5_000 }, (_, n) => [`many/${n % 50}/${n}`, `content ${n}`])
    writeTree(source, Object.fromEntries(names))
    const id = await send(ada, bob, [join(source, 'many')])
    expect(await comesTo(ada, id, 'done', 60_000)).toMatchObject({ doneFiles: 5_000 })
    expect(treeOf(bob.downloads)).toEqual(treeOf(source))
    const last = await ada.rooms.transfers.book.files(id, 4_990, 500)
    expect({ total: last.total, length: last.files.length }).toEqual({ total: 5_000, length: 10 })
  }, 120_000)

  test('many transfers at once all arrive, three at a time', async () => {
    const { ada, bob, source } = await two()
    const ids: TransferId[] = []
    for (let n = 0; n < 8; n++) {
      writeTree(source, { [`${n}.bin`]: 200_000 })
      ids.push(await send(ada, bob, [join(source, `${n}.bin`)]))
    }
    let most = 0
    const count = () => (most = Math.max(most, ada.rooms.transfers.movingCount))
    await until(
      'all are done',
      () => {
        count()
        return ids.every((id) => transferAt(ada, id)?.state === 'done')
      },
      60_000,
    )
    expect(most).toBeLessThanOrEqual(3)
    expect(treeOf(bob.downloads)).toEqual(treeOf(source))
  }, 90_000)
})

describe('safety 7: consent', () => {
  test('a known device is asked about, and before the answer nothing is created', async () => {
    const { ada, bob, source } = await two('known')
    writeTree(source, { 'report.pdf': 100_000 })
    const id = await send(ada, bob, [join(source, 'report.pdf')])
    const offer = await comesTo(bob, id, 'offered')
    expect(offer).toMatchObject({ names: ['report.pdf'], direction: 'receive', deviceName: 'Ada' })
    await comesTo(ada, id, 'offered')
    await becomes(bob, id, 'the size', ({ totalBytes, listed }) => listed && totalBytes === 100_000)
    await becomes(bob, id, 'the room', ({ freeBytes }) => freeBytes !== null)
    expect(existsSync(bob.downloads)).toBe(false)
    await answer(bob, id, true)
    await comesTo(ada, id, 'done')
    expect(treeOf(bob.downloads)).toEqual(treeOf(source))
  }, 30_000)

  test('no is no: told to the sender, and nothing is created', async () => {
    const { ada, bob, source } = await two('known')
    writeTree(source, { 'report.pdf': 10 })
    const id = await send(ada, bob, [join(source, 'report.pdf')])
    await comesTo(bob, id, 'offered')
    await answer(bob, id, false)
    const declined = await comesTo(ada, id, 'declined')
    expect(declined).toMatchObject({ fault: { code: 'transfer.declined' } })
    await comesTo(bob, id, 'declined')
    expect(existsSync(bob.downloads)).toBe(false)
  }, 30_000)

  test('yes, leaving out what is there, always: a name that is taken is told, not doubled', async () => {
    const { ada, bob, source } = await two('known')
    writeTree(source, { one: 'theirs', two: '2' })
    writeTree(bob.downloads, { one: 'mine' })
    const mine = treeOf(bob.downloads)
    for (const name of ['one', 'two']) {
      const id = await send(ada, bob, [join(source, name)])
      if (name === 'one') {
        await comesTo(bob, id, 'offered')
        await bob.calls['transfer.answer'](
          { id, accept: true, always: true, conflicts: 'skip' },
          new AbortController().signal,
        )
      }
      const skipped = { doneFiles: name === 'one' ? 0 : 1, skippedFiles: name === 'one' ? 1 : 0 }
      expect(await comesTo(ada, id, 'done')).toMatchObject(skipped)
    }
    expect(treeOf(bob.downloads)).toEqual({ ...treeOf(source), ...mine })
  }, 30_000)

  test('yes, always: the next offer lands without asking', async () => {
    const { ada, bob, source } = await two('known')
    writeTree(source, { one: '1', two: '2' })
    const first = await send(ada, bob, [join(source, 'one')])
    await comesTo(bob, first, 'offered')
    await bob.calls['transfer.answer'](
      { id: first, accept: true, always: true },
      new AbortController().signal,
    )
    await comesTo(ada, first, 'done')
    const second = await send(ada, bob, [join(source, 'two')])
    await comesTo(ada, second, 'done')
    expect(treeOf(bob.downloads)).toEqual(treeOf(source))
  }, 30_000)
})

describe('what waits for an answer when trust or rules change', () => {
  async function waiting() {
    const { ada, bob, source } = await two('known')
    writeTree(source, { one: '1', two: '2', three: '3' })
    const ids = []
    for (const name of ['one', 'two', 'three']) {
      const id = await send(ada, bob, [join(source, name)])
      await comesTo(bob, id, 'offered')
      ids.push(id)
    }
    return { ada, bob, source, ids }
  }
  const { signal } = new AbortController()

  test('is taken with the first one that is, when that was a yes for always', async () => {
    const { ada, bob, source, ids } = await waiting()
    const [id] = ids
    if (id) await bob.calls['transfer.answer']({ id, accept: true, always: true }, signal)
    for (const each of ids) await comesTo(ada, each, 'done')
    expect(treeOf(bob.downloads)).toEqual(treeOf(source))
  }, 30_000)

  test('is taken when its device is trusted, and turned down when that may not send', async () => {
    const { ada, bob, source, ids } = await waiting()
    await bob.calls['device.change']({ id: ada.id, trust: 'trusted' }, signal)
    for (const each of ids) await comesTo(ada, each, 'done')
    expect(treeOf(bob.downloads)).toEqual(treeOf(source))
    await bob.calls['device.change']({ id: ada.id, trust: 'known' }, signal)
    const last = await send(ada, bob, [join(source, 'one')])
    await comesTo(bob, last, 'offered')
    await bob.calls['device.change']({ id: ada.id, trust: 'observer' }, signal)
    await comesTo(ada, last, 'declined')
    expect(treeOf(bob.downloads)).toEqual(treeOf(source))
  }, 30_000)
})

describe('safety 4: who may offer', () => {
  test('an observer is refused', async () => {
    const { ada, bob, source } = await two('observer')
    writeTree(source, { x: 'x' })
    const id = await send(ada, bob, [join(source, 'x')])
    const declined = await comesTo(ada, id, 'declined')
    expect(declined).toMatchObject({ fault: { code: 'message.refused' } })
    expect(existsSync(bob.downloads)).toBe(false)
  }, 30_000)

  test('a blocked device is not let in, and nothing is sent to one', async () => {
    const { ada, bob, source } = await two('known')
    writeTree(source, { x: 'x' })
    await bob.rooms.devices.change(ada.id, { trust: 'blocked' })
    const back = bob.rooms.transfers.send(ada.id, [join(source, 'x')])
    await expect(back).rejects.toMatchObject({ code: 'transfer.blocked' })
    const id = await send(ada, bob, [join(source, 'x')])
    await until('ada was turned away', () => ada.shows(bob)?.state === 'disconnected')
    expect(transferAt(ada, id)).toMatchObject({ state: 'queued' })
    expect(bob.rooms.transfers.list()).toEqual([])
  }, 30_000)

  test('nothing there to send, and nobody of that id', async () => {
    const { ada, bob, source } = await two()
    const nothing = ada.rooms.transfers.send(bob.id, [join(source, 'nothing')])
    await expect(nothing).rejects.toMatchObject({ code: 'transfer.sourceGone' })
    const nobody = ada.rooms.transfers.send(ada.id, [source])
    await expect(nobody).rejects.toMatchObject({ code: 'device.unknown' })
  })
})

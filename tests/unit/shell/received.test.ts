import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { TransferFile } from '#shared/transfers.ts'
import { placesOf } from '../../../electron/shell/received.ts'
import { fakeApi } from '../../support/fake-api.ts'
import { fakeTransfer, fakeTransferId } from '../../support/fake-transfers.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const file = (path: string, state: TransferFile['state'] = 'landed'): TransferFile => ({
  path,
  bytes: 1,
  state,
  reason: null,
  blake3: null,
})

describe('what the window may show or drag out', () => {
  let outer: ReturnType<typeof temporaryFolder>
  let folder: string
  let fake: ReturnType<typeof fakeApi>

  beforeEach(() => {
    outer = temporaryFolder()
    folder = join(outer.path, 'in')
    mkdirSync(join(folder, 'shoot/deep'), { recursive: true })
    writeFileSync(join(folder, 'shoot/deep/a.txt'), 'a')
    writeFileSync(join(folder, 'b.txt'), 'b')
    writeFileSync(join(outer.path, 'secret'), 's')
    fake = fakeApi()
    fake.files.push(file('shoot/deep/a.txt'), file('b.txt'), file('c.txt', 'failed'))
    fake.transfers.put(fakeTransfer(1, { direction: 'receive', folder, state: 'done' }))
  })

  afterEach(() => outer[Symbol.dispose]())

  const places = (path: string | null, n = 1) => {
    const { signal } = new AbortController()
    return placesOf(fake.api.calls, { transfer: fakeTransferId(n), path }, signal)
  }

  it('safety 32: is what landed, at the place it landed in', async () => {
    expect(await places('shoot/deep/a.txt')).toEqual([join(folder, 'shoot/deep/a.txt')])
    expect(await places(null)).toEqual([join(folder, 'shoot'), join(folder, 'b.txt')])
  })

  it.each(['../secret', '/etc/passwd', 'shoot', 'shoot/../../secret', '', '.', 'c.txt'])(
    'safety 32: is not %j, which no file that landed is called',
    async (path) => {
      await expect(places(path)).rejects.toMatchObject({ code: 'file.moved' })
    },
  )

  it('safety 32: is nothing of a transfer that was sent from here, or that is unknown', async () => {
    fake.transfers.put(fakeTransfer(2, { folder, state: 'done' }))
    await expect(places('b.txt', 2)).rejects.toMatchObject({ code: 'transfer.unknown' })
    await expect(places('b.txt', 3)).rejects.toMatchObject({ code: 'transfer.unknown' })
  })

  it('safety 32: is nothing that was moved, or replaced by a link, since', async () => {
    rmSync(join(folder, 'b.txt'))
    await expect(places('b.txt')).rejects.toMatchObject({ code: 'file.moved' })
    symlinkSync(join(outer.path, 'secret'), join(folder, 'b.txt'))
    await expect(places('b.txt')).rejects.toMatchObject({ code: 'file.moved' })
    renameSync(join(folder, 'shoot'), join(outer.path, 'elsewhere'))
    symlinkSync(join(outer.path, 'elsewhere'), join(folder, 'shoot'))
    await expect(places('shoot/deep/a.txt')).rejects.toMatchObject({ code: 'file.moved' })
    await expect(places(null)).rejects.toMatchObject({ code: 'file.moved' })
  })

  it('safety 32: is nothing outside, whatever was noted', async () => {
    fake.files.push(file('../secret'), file('shoot/../../secret'), file('..'))
    await expect(places('../secret')).rejects.toMatchObject({ code: 'file.moved' })
    await expect(places('shoot/../../secret')).rejects.toMatchObject({ code: 'file.moved' })
    expect(await places(null)).toEqual([join(folder, 'shoot'), join(folder, 'b.txt')])
  })
})

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { isTransferId, type TransferId } from '#shared/ids.ts'
import type { Transfer, TransferStateName } from '#shared/transfers.ts'
import { silentLog } from '#core/base/log.ts'
import { Table } from '#core/base/state.ts'
import { openDrops } from '#core/drops/drops.ts'
import { closing } from '../../support/closing.ts'
import { fakeId } from '../../support/fake-devices.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { until } from '../../support/until.ts'

const own = closing()
const peer = fakeId(1)

function newFolder(): string {
  const folder = temporaryFolder()
  own({ close: () => folder[Symbol.dispose]() })
  return folder.path
}

function transferId(n: number): TransferId {
  const id = n.toString(16).padStart(32, '0')
  if (!isTransferId(id)) throw new Error('not an id')
  return id
}

async function opened(dataDir = newFolder(), table = new Table<Transfer>()) {
  const sent: { to: string; paths: readonly string[]; isCopy: boolean }[] = []
  const transfers = {
    table,
    async send(to: string, paths: readonly string[], isCopy: boolean) {
      sent.push({ to, paths, isCopy })
      stand(table, sent.length, 'queued')
      return transferId(sent.length)
    },
  }
  const drops = own(await openDrops({ dataDir, transfers, log: silentLog }))
  const file = (path: string, text = 'bytes') => ({
    path,
    mtimeMs: 1_700_000_000_000,
    bytes: text.length,
    body: Readable.from([Buffer.from(text)]),
  })
  const left = () => readdirSync(join(dataDir, 'drops'))
  return { dataDir, drops, sent, table, file, left }
}

function stand(table: Table<Transfer>, n: number, state: TransferStateName): void {
  table.put({ id: transferId(n), state } as Transfer)
}

describe('what is dropped on a page', () => {
  test('is sent as it was: folders, names, times and bytes, for this user’s eyes only', async () => {
    const { drops, sent, file } = await opened()
    const drop = await drops.begin()
    await drops.write(drop, file('Trip/day [1]/photo #1.jpg', 'one'))
    await drops.write(drop, file('note.txt', 'two'))
    await drops.makeFolder(drop, 'Trip/day [1]/later')
    await drops.makeFolder(drop, 'Empty')
    await expect(drops.makeFolder(drop, 'note.txt')).rejects.toMatchObject({
      code: 'input.invalid',
    })
    await drops.send(drop, peer)
    await expect(drops.makeFolder(drop, 'late')).rejects.toMatchObject({ code: 'drop.unknown' })
    expect(sent).toMatchObject([{ to: peer, isCopy: true }])
    const paths = [...(sent[0]?.paths ?? [])].sort()
    expect(paths.map((path) => path.split('/').at(-1))).toEqual(['Empty', 'Trip', 'note.txt'])
    expect(readdirSync(paths[0] ?? '')).toEqual([])
    expect(readdirSync(join(paths[1] ?? '', 'day [1]/later'))).toEqual([])
    const photo = join(paths[1] ?? '', 'day [1]/photo #1.jpg')
    expect(readFileSync(photo, 'utf8')).toBe('one')
    expect(statSync(photo).mtimeMs).toBe(1_700_000_000_000)
    expect(statSync(photo).mode & 0o777).toBe(0o600)
  })

  test.each(['../escape', '/etc/passwd', 'a/../../b', 'a\0b', '', 'C:\\x'])(
    'safety 14: %j is refused and nothing is written',
    async (path) => {
      const { drops, dataDir, file } = await opened()
      const drop = await drops.begin()
      const refusal = { code: 'input.invalid' }
      await expect(drops.write(drop, file(path))).rejects.toMatchObject(refusal)
      await expect(drops.makeFolder(drop, path)).rejects.toMatchObject(refusal)
      expect(readdirSync(join(dataDir, 'drops', drop, 'files'))).toEqual([])
    },
  )

  test('safety 17: a second file of the same name replaces nothing', async () => {
    const { drops, dataDir, file } = await opened()
    const drop = await drops.begin()
    await drops.write(drop, file('a', 'first'))
    await expect(drops.write(drop, file('a', 'second'))).rejects.toMatchObject({
      code: 'input.invalid',
    })
    expect(readFileSync(join(dataDir, 'drops', drop, 'files/a'), 'utf8')).toBe('first')
  })

  test('a page that goes away in the middle of a file leaves no half of it', async () => {
    const { drops, dataDir, file } = await opened()
    const drop = await drops.begin()
    const body = Readable.from(
      (function* () {
        yield Buffer.from('half')
        throw new Error('gone')
      })(),
    )
    await expect(drops.write(drop, { ...file('a'), body })).rejects.toThrow('gone')
    expect(readdirSync(join(dataDir, 'drops', drop, 'files'))).toEqual([])
  })

  test('more than the disk has room for is refused before a byte is taken', async () => {
    const { drops, file } = await opened()
    const drop = await drops.begin()
    const huge = { ...file('a'), bytes: 2 ** 52 }
    await expect(drops.write(drop, huge)).rejects.toMatchObject({ code: 'disk.full' })
    expect(huge.body.readableDidRead).toBe(false)
  })

  test('is kept while its transfer may need it, and removed when that is over', async () => {
    const { drops, table, file, left } = await opened()
    for (const end of ['done', 'cancelled', 'declined'] as const) {
      const drop = await drops.begin()
      await drops.write(drop, file('a'))
      const id = await drops.send(drop, peer)
      const n = Number.parseInt(id, 16)
      for (const state of ['moving', 'paused', 'failed'] as const) {
        stand(table, n, state)
        expect(left()).toContain(drop)
      }
      stand(table, n, end)
      await until(`${end}: it is removed`, () => !left().includes(drop))
    }
  })

  test('after a restart what was sent is still there, and what was never sent is gone', async () => {
    const first = await opened()
    const [kept, aborted] = [await first.drops.begin(), await first.drops.begin()]
    await first.drops.write(kept, first.file('a'))
    await first.drops.write(aborted, first.file('b'))
    await first.drops.send(kept, peer)
    const second = await opened(first.dataDir, first.table)
    expect(second.left()).toEqual([kept])
    await expect(second.drops.write(aborted, second.file('c'))).rejects.toMatchObject({
      code: 'drop.unknown',
    })
    stand(first.table, 1, 'done')
    await until('it is removed', () => second.left().length === 0)
    expect(existsSync(join(first.dataDir, 'drops', kept))).toBe(false)
  })
})

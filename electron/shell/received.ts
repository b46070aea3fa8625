import { lstat, realpath } from 'node:fs/promises'
import { join, relative, sep, isAbsolute } from 'node:path'
import type { Api } from '#shared/contract.ts'
import type { Received } from '#shared/desktop.ts'
import { Fault } from '#shared/faults.ts'
import { maxFilesPerPage, type Transfer } from '#shared/transfers.ts'

/**
 * Where something this app received lies now. The page names a transfer and a file of it, never a
 * place: that comes from what was noted when it landed, and must still be below the folder it landed
 * in, reached through no link, and a file or a folder.
 */
type Notes = Pick<Api['calls'], 'transfers.list' | 'history.list' | 'transfer.files'>

/** A drag carries no more than this; who wants more takes the folder. */
const mostThings = 200
const historyPage = 200

export async function placesOf(
  calls: Notes,
  { transfer: id, path }: Received,
  signal: AbortSignal,
): Promise<string[]> {
  const transfer = await find(calls, id, signal)
  if (transfer?.direction !== 'receive' || transfer.folder === null) {
    throw new Fault('transfer.unknown')
  }
  const landed = await landedOf(calls, id, path, signal)
  const { folder } = transfer
  const places = await Promise.all(landed.map((parts) => placeBelow(folder, parts)))
  const there = places.filter((place) => place !== null)
  if (there.length === 0) throw new Fault('file.moved')
  return there
}

async function find(
  calls: Notes,
  id: Transfer['id'],
  signal: AbortSignal,
): Promise<Transfer | undefined> {
  const { transfers } = await calls['transfers.list']({}, signal)
  const current = transfers.find((row) => row.id === id)
  if (current) return current
  for (let offset = 0; ; offset += historyPage) {
    const page = { search: '', offset, limit: historyPage }
    const { total, transfers: past } = await calls['history.list'](page, signal)
    const found = past.find((row) => row.id === id)
    if (found || offset + historyPage >= total) return found
  }
}

/** The file that is asked for; for a whole transfer what lies at the top of it. */
async function landedOf(
  calls: Notes,
  id: Transfer['id'],
  path: string | null,
  signal: AbortSignal,
): Promise<string[]> {
  const tops = new Set<string>()
  for (let offset = 0; ; offset += maxFilesPerPage) {
    const page = { id, offset, limit: maxFilesPerPage }
    const { total, files } = await calls['transfer.files'](page, signal)
    for (const file of files) {
      if (file.state !== 'landed') continue
      if (path === file.path) return [file.path]
      tops.add(file.path.split('/')[0] ?? file.path)
    }
    const isEnough = path === null && tops.size >= mostThings
    if (isEnough || files.length === 0 || offset + files.length >= total) break
  }
  return path === null ? [...tops].slice(0, mostThings) : []
}

async function placeBelow(folder: string, path: string): Promise<string | null> {
  try {
    const root = await realpath(folder)
    const place = join(root, ...path.split('/'))
    const inside = relative(root, place)
    if (inside === '' || isAbsolute(inside) || inside.split(sep)[0] === '..') return null
    // A link put there since would show or hand out something else.
    if ((await realpath(place)) !== place) return null
    const facts = await lstat(place)
    return facts.isFile() || facts.isDirectory() ? place : null
  } catch {
    return null
  }
}

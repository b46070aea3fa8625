import { lstatSync, readdirSync, type Stats } from 'node:fs'
import { basename, join } from 'node:path'
import { maxDepth, maxNameBytes } from './limits.ts'
import type { Entry } from './messages.ts'
import type { Reason } from './reasons.ts'
import { reasonFor, reasonOf } from './source-file.ts'

export type Found =
  | { readonly kind: 'entry'; readonly entry: Entry }
  /** Not sent, and why; the path is relative to the folder the source lies in. */
  | { readonly kind: 'left'; readonly path: string; readonly reason: Reason }

/** A folder being walked: its names come sorted, so that the same tree gets the same numbers. */
interface OpenFolder {
  readonly path: string
  readonly shown: string
  readonly index: number
  readonly identity: Stats
  readonly names: readonly string[]
  at: number
}

/** How many entries are looked at before the folder is looked at again. */
const sliceLength = 256

/**
 * Everything below a source, folders before what they hold, one by one: what was found is never
 * held, only the names of the folders on the way down. Links are reported, not followed; none may
 * be in the path that is given.
 */
export function* walk(source: string, firstIndex: number): Generator<Found> {
  const shown = basename(source)
  let next = firstIndex
  const open: OpenFolder[] = []

  function* visit(path: string, shown: string, stats: Stats): Generator<Found> {
    const parent = open.at(-1)?.index ?? null
    const folder = stats.isDirectory()
    const left = folder ? null : reasonOf(stats)
    const reason = left ?? (isNameable(path) ? null : 'name')
    if (reason) return yield { kind: 'left', path: shown, reason }
    const index = next++
    yield { kind: 'entry', entry: entryOf(basename(path), parent, stats) }
    if (folder) yield* descend({ path, shown, index, identity: stats })
    return undefined
  }

  function* descend(folder: Omit<OpenFolder, 'names' | 'at'>): Generator<Found> {
    if (open.length >= maxDepth) return yield { kind: 'left', path: folder.shown, reason: 'deep' }
    try {
      open.push({ ...folder, names: readdirSync(folder.path).sort(), at: 0 })
    } catch (error) {
      yield { kind: 'left', path: folder.shown, reason: reasonFor(error) }
    }
    return undefined
  }

  try {
    yield* visit(source, shown, lstatSync(source))
  } catch (error) {
    yield { kind: 'left', path: shown, reason: reasonFor(error) }
  }
  for (let folder = open.at(-1); folder; folder = open.at(-1)) {
    if (folder.at >= folder.names.length) open.pop()
    else yield* visitSlice(folder, visit)
  }
}

function* visitSlice(
  folder: OpenFolder,
  visit: (path: string, shown: string, stats: Stats) => Generator<Found>,
): Generator<Found> {
  // A folder stops its slice: it is walked before what comes behind it.
  const slice: { path: string; shown: string; stats: Stats | Reason }[] = []
  while (slice.length < sliceLength && folder.at < folder.names.length) {
    const name = folder.names[folder.at++] ?? ''
    const path = join(folder.path, name)
    const stats = lookAt(path)
    slice.push({ path, shown: `${folder.shown}/${name}`, stats })
    if (typeof stats !== 'string' && stats.isDirectory()) break
  }
  if (!isStill(folder)) {
    folder.at = folder.names.length
    return yield { kind: 'left', path: folder.shown, reason: 'changed' }
  }
  for (const { path, shown, stats } of slice) {
    if (typeof stats === 'string') yield { kind: 'left', path: shown, reason: stats }
    else yield* visit(path, shown, stats)
  }
  return undefined
}

function lookAt(path: string): Stats | Reason {
  try {
    return lstatSync(path)
  } catch (error) {
    return reasonFor(error)
  }
}

/** What was found through a folder counts only if it still is that folder, and not a link by now. */
function isStill({ path, identity }: OpenFolder): boolean {
  const now = lookAt(path)
  if (typeof now === 'string') return false
  return now.isDirectory() && now.ino === identity.ino && now.dev === identity.dev
}

/** A name that is no UTF-8 comes from the system with replacements and is found by no other. */
function isNameable(path: string): boolean {
  return Buffer.byteLength(basename(path)) <= maxNameBytes
}

function entryOf(name: string, parent: number | null, stats: Stats): Entry {
  const folder = stats.isDirectory()
  return {
    kind: folder ? 'folder' : 'file',
    parent,
    name,
    size: folder ? 0 : stats.size,
    mtimeMs: stats.mtimeMs,
    mode: stats.mode & 0o777,
  }
}

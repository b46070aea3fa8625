import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readSync,
  readlinkSync,
  realpathSync,
  type Stats,
} from 'node:fs'
import type { Reason } from './reasons.ts'

/** What a file was at one moment; the change time cannot be set back by whoever restores the rest. */
interface Version {
  readonly dev: number
  readonly ino: number
  readonly size: number
  readonly mtimeMs: number
  readonly ctimeMs: number
}

export interface SourceFile {
  readonly fd: number
  readonly size: number
  readonly mtimeMs: number
  readonly mode: number
  /** Whether it still is what it was when it was opened. */
  isUnchanged(): boolean
  close(): void
}

/** Nothing but a regular file is ever opened for long: a FIFO must not block, a link not lead away. */
const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)

/** Opens a file of a listing, at exactly this path and not through a link anywhere in it. */
export function openSource(path: string): SourceFile | Reason {
  try {
    const reason = reasonOf(lstatSync(path))
    return reason ?? openRegular(path)
  } catch (error) {
    return reasonFor(error)
  }
}

function openRegular(path: string): SourceFile | Reason {
  const fd = openSync(path, flags)
  try {
    const stats = fstatSync(fd)
    const reason = reasonOf(stats) ?? (isReally(fd, stats, path) ? null : 'changed')
    if (reason === null) return sourceFile(fd, stats)
    closeSync(fd)
    return reason
  } catch (error) {
    closeSync(fd)
    throw error
  }
}

function sourceFile(fd: number, stats: Stats): SourceFile {
  return {
    fd,
    size: stats.size,
    mtimeMs: stats.mtimeMs,
    mode: stats.mode & 0o777,
    isUnchanged: () => isSame(stats, fstatSync(fd)),
    close: () => closeSync(fd),
  }
}

/** A folder on the way may have been swapped for a link since it was listed. */
function isReally(fd: number, stats: Stats, path: string): boolean {
  if (process.platform === 'linux') {
    const place = readlinkSync(`/proc/self/fd/${fd}`)
    return place === path || place === `${path} (deleted)`
  }
  const now = lstatSync(path)
  return realpathSync.native(path) === path && now.ino === stats.ino && now.dev === stats.dev
}

function isSame(a: Version, b: Version): boolean {
  return (
    a.ino === b.ino &&
    a.dev === b.dev &&
    a.size === b.size &&
    a.mtimeMs === b.mtimeMs &&
    a.ctimeMs === b.ctimeMs
  )
}

/** Why what these describe is no file to send. */
export function reasonOf(stats: Stats): Reason | null {
  if (stats.isFile()) return null
  return stats.isSymbolicLink() ? 'link' : 'special'
}

export function reasonFor(error: unknown): Reason {
  const code = error instanceof Error && 'code' in error ? error.code : null
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'vanished'
  return code === 'ELOOP' ? 'link' : 'unreadable'
}

/** Fills the buffer from the start of the file; how much there was. */
export function readWhole(fd: number, into: Uint8Array): number {
  let filled = 0
  while (filled < into.length) {
    const read = readSync(fd, into, filled, into.length - filled, filled)
    if (read === 0) break
    filled += read
  }
  return filled
}

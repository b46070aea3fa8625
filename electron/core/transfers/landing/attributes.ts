import { chmodSync, fchmodSync, futimesSync, utimesSync } from 'node:fs'
import { errorCode } from './errors.ts'
import type { Folder } from './folder.ts'
import type { Attributes } from './types.ts'

// What ext4 can say; beyond it a time wraps around on some systems.
const earliest = -(2 ** 31)
const latest = 2 ** 31 + 3 * 2 ** 32 - 1

/** The mode a file may have here: no set-id, no sticky bit, no running, no writing by everybody. */
export function fileMode(mode: number): number {
  return mode & 0o664
}

function timeOf(mtimeMs: number): number | Date {
  const seconds = Math.min(latest, Math.max(earliest, mtimeMs / 1000))
  // Node takes a negative number for "now", but not the date it stands for.
  if (seconds < 0) return new Date(seconds * 1000)
  // A double holds today's seconds to a quarter of a microsecond, and what is less than a whole
  // millisecond by that much would show as the millisecond before.
  const fallsShort = Math.floor((seconds % 1) * 1000) < Math.floor((seconds * 1000) % 1000)
  return fallsShort ? seconds + 2 ** -22 : seconds
}

/** On an open file or folder. FAT and some network shares keep less; the content is what counts. */
export function applyAttributes(fd: number, mode: number, mtimeMs: number): void {
  quietly(() => fchmodSync(fd, mode))
  if (Number.isFinite(mtimeMs)) quietly(() => futimesSync(fd, Date.now() / 1000, timeOf(mtimeMs)))
}

/** Folders need their x bits, and their owner must be able to clear them out. */
export function applyToFolder(folder: Folder, { mode, mtimeMs }: Attributes): void {
  const folderMode = (mode & 0o775) | 0o700
  const fd = folder.descriptor
  if (fd !== null) return applyAttributes(fd, folderMode, mtimeMs)
  quietly(() => chmodSync(folder.at('.'), folderMode))
  if (!Number.isFinite(mtimeMs)) return
  quietly(() => utimesSync(folder.at('.'), new Date(), timeOf(mtimeMs)))
}

const unsupported = new Set(['EPERM', 'EACCES', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EINVAL'])

function quietly(apply: () => void): void {
  try {
    apply()
  } catch (error) {
    if (!unsupported.has(errorCode(error))) throw error
  }
}

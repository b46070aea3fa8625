import {
  closeSync,
  constants,
  fstatSync,
  linkSync,
  lstatSync,
  openSync,
  renameSync,
  unlinkSync,
} from 'node:fs'
import { errorCode, isUnnameable } from './errors.ts'
import type { Folder } from './folder.ts'

/** `taken`: something has the name. `unnameable`: this file system cannot hold the name. */
type Placed = 'placed' | 'taken' | 'unnameable'

export type Place = (staging: Folder, staged: string, folder: Folder, name: string) => Placed

// A file system without hard links (FAT, exFAT, some network shares) answers one of these.
const noLinks = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EINVAL'])

/**
 * Gives a staged file its name without ever replacing what has it. rename() would replace, link()
 * fails; where there are no links, the name is first taken with an empty file of our own.
 */
export function openPlace(link: typeof linkSync = linkSync): Place {
  let links = true
  return (staging, staged, folder, name) => {
    try {
      if (links && placeByLink(link, staging.at(staged), folder.at(name))) return done(folder)
      placeByTaking(staging.at(staged), folder.at(name))
      links = false
      return done(folder)
    } catch (error) {
      if (errorCode(error) === 'EEXIST') return 'taken'
      if (isUnnameable(error, folder) && isThere(staging.at(staged))) return 'unnameable'
      throw error
    }
  }
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined
}

function done(folder: Folder): Placed {
  folder.confirm()
  return 'placed'
}

function placeByLink(link: typeof linkSync, from: string, to: string): boolean {
  try {
    link(from, to)
  } catch (error) {
    if (noLinks.has(errorCode(error))) return false
    throw error
  }
  unlinkSync(from)
  return true
}

const takeName =
  constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0)

function placeByTaking(from: string, to: string): void {
  const fd = openSync(to, takeName, 0o600)
  const ours = fstatSync(fd, { bigint: true }).ino
  const isOurs = () => {
    const there = lstatSync(to, { bigint: true, throwIfNoEntry: false })
    return there?.ino === ours && there.size === 0n
  }
  try {
    // Windows renames over a closed file only.
    if (process.platform === 'win32') closeSync(fd)
    if (!isOurs())
      throw Object.assign(new Error('EEXIST: the name was taken over'), { code: 'EEXIST' })
    renameSync(from, to)
  } catch (error) {
    if (isOurs()) unlinkSync(to)
    throw error
  } finally {
    if (process.platform !== 'win32') closeSync(fd)
  }
}

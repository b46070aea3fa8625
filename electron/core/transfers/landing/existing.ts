import { closeSync, constants, fstatSync, lstatSync, openSync } from 'node:fs'
import { errorCode } from './errors.ts'
import type { Folder } from './folder.ts'

// Should a FIFO take the place of the file in between, opening it must not wait for its other end.
const readOnly = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)

/** The plain file that has the name, for reading, if it has that very size. Its owner closes it. */
export function openExisting(folder: Folder, name: string, size: number): number | null {
  let fd: number | null = null
  try {
    const there = lstatSync(folder.at(name), { bigint: true })
    if (!there.isFile() || there.size !== BigInt(size)) return null
    fd = openSync(folder.at(name), readOnly)
    const opened = fstatSync(fd, { bigint: true })
    if (opened.ino === there.ino && opened.dev === there.dev) return fd
  } catch (error) {
    if (errorCode(error) === '') throw error
  }
  // Whatever cannot be read is not the same.
  if (fd !== null) closeSync(fd)
  return null
}

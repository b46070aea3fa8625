import {
  type BigIntStats,
  closeSync,
  constants,
  existsSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  openSync,
  readlinkSync,
  realpathSync,
} from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * A folder that stays the folder it was when it was opened, whatever others put in its place. Node
 * has no openat, but on Linux a path through /proc/<pid>/fd starts at the very folder that is open.
 * Elsewhere the folder is looked at again before and after each use.
 */
export interface Folder {
  /** Where it was when opened. */
  readonly path: string
  readonly device: bigint
  /** How to reach an entry of it now. Throws when the folder is no longer in its place. */
  at(name: string): string
  /** After something was made in it: throws when it was not made in this folder. */
  confirm(): void
  /** Whether its path still leads to it. */
  isInPlace(): boolean
  /** To be flushed after its entries changed; null where the system knows no such thing. */
  readonly descriptor: number | null
  close(): void
}

/** How folders are held on this system. */
export type Hold = 'descriptor' | 'path'

// Not through /proc/self: its link is read anew for every file, which small files feel.
const openDescriptors = findDescriptors()

export function holdOfThisSystem(): Hold {
  return openDescriptors === null ? 'path' : 'descriptor'
}

function findDescriptors(): string | null {
  if (process.platform !== 'linux') return null
  try {
    const folder = `/proc/${readlinkSync('/proc/self')}/fd`
    return existsSync(folder) ? folder : null
  } catch {
    return null
  }
}

/** The folder of that name, never through a link. Fails with ENOENT or ENOTDIR. */
export function openChild(parent: Folder, name: string, hold: Hold): Folder {
  const path = join(parent.path, name)
  if (hold === 'descriptor') return openHeld(parent.at(name), path)
  const child = openChecked(parent.at(name))
  // Where names differ in form only, the file system tells the true one; it must be a child still.
  if (dirname(child.path) !== parent.path) throw notAFolder(path)
  return child
}

/** The destination itself, which a person chose: links on the way to it are theirs. */
export function openRoot(path: string, hold: Hold): Folder {
  const real = realpathSync.native(path)
  return hold === 'descriptor' ? openHeld(real, real) : openChecked(real)
}

const folderOnly = constants.O_RDONLY | (constants.O_DIRECTORY ?? 0) | (constants.O_NOFOLLOW ?? 0)

function openHeld(location: string, path: string): Folder {
  const fd = openSync(location, folderOnly)
  const entries = `${openDescriptors}/${fd}/`
  const me = fstatSync(fd, { bigint: true })
  return {
    path,
    device: me.dev,
    descriptor: fd,
    at: (name) => entries + name,
    confirm: () => undefined,
    isInPlace: () => isSame(look(path), me),
    close: () => closeSync(fd),
  }
}

function openChecked(location: string): Folder {
  const me = lstatSync(location, { bigint: true })
  if (!me.isDirectory()) throw notAFolder(location)
  const path = realpathSync.native(location)
  const isInPlace = () => isSame(look(path), me) && realpathSync.native(path) === path
  const confirm = () => {
    if (!isInPlace()) throw Object.assign(new Error(`ENOENT: ${path} moved`), { code: 'ENOENT' })
  }
  confirm()
  return {
    path,
    device: me.dev,
    descriptor: null,
    at: (name) => {
      confirm()
      return join(path, name)
    },
    confirm,
    isInPlace,
    close: () => undefined,
  }
}

function isSame(a: BigIntStats | undefined, b: BigIntStats): boolean {
  return a !== undefined && a.dev === b.dev && a.ino === b.ino
}

function look(path: string): BigIntStats | undefined {
  try {
    return lstatSync(path, { bigint: true })
  } catch {
    return undefined
  }
}

function notAFolder(path: string): Error {
  return Object.assign(new Error(`ENOTDIR: ${path} is not a folder`), { code: 'ENOTDIR' })
}

/** Makes what was created, renamed or removed in the folder last. Windows has no such call. */
export function syncFolder(folder: Folder): void {
  if (folder.descriptor !== null) return fsyncSync(folder.descriptor)
  if (process.platform === 'win32') return
  const fd = openSync(folder.path, folderOnly)
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

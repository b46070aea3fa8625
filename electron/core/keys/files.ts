import { chmod, mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Fault } from '#shared/faults.ts'

/** Files of the profile are for this user only. */
const privateFile = 0o600
const privateFolder = 0o700

/** Whether a mode lets anybody else in. Windows keeps its rights elsewhere. */
export function isOpenToOthers(mode: number): boolean {
  return process.platform !== 'win32' && (mode & 0o077) !== 0
}

export function closeToOthers(file: string): Promise<void> {
  return chmod(file, privateFile)
}

/** With what lies above it. Node's own recursive form never returns where a name is refused. */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await makeOne(folder)
  } catch (error) {
    const above = dirname(folder)
    if (errorCode(error) !== 'ENOENT' || above === folder) throw error
    await makeFolder(above)
    await makeOne(folder)
  }
}

async function makeOne(folder: string): Promise<void> {
  try {
    await mkdir(folder, { mode: privateFolder })
  } catch (error) {
    if (errorCode(error) !== 'EEXIST' || !(await stat(folder)).isDirectory()) throw error
  }
}

/** After this the file holds either the old bytes or the new ones, whatever happens to the power. */
export async function writeAtomically(file: string, bytes: Uint8Array | string): Promise<void> {
  const fresh = `${file}.new`
  // One left behind by a crash may have been made with other rights.
  await rm(fresh, { force: true })
  const handle = await open(fresh, 'wx', privateFile)
  try {
    await handle.writeFile(bytes)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(fresh, file)
  await syncFolder(dirname(file))
}

export async function removeDurably(file: string): Promise<void> {
  await rm(file, { force: true })
  await syncFolder(dirname(file))
}

/** Makes what was created, renamed or removed in a folder last. Windows has no such call. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** The bytes of a small file; null when there is none. More than was asked for comes back cut. */
export async function readSmall(file: string, maxBytes: number): Promise<Buffer | null> {
  let handle
  try {
    handle = await open(file, 'r')
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null
    throw error
  }
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(maxBytes), 0, maxBytes, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}

export function errorCode(error: unknown): string | undefined {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' ? code : undefined
}

const full = new Set(['ENOSPC', 'EDQUOT'])
const refused = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'ENOENT', 'EEXIST'])

/** What a person can do about a disk that does not take our files; other errors stay as they are. */
export function diskFault(error: unknown, folder: string): unknown {
  const code = errorCode(error) ?? ''
  if (full.has(code)) return new Fault('disk.full', { folder }, { cause: error })
  if (refused.has(code)) return new Fault('profile.unwritable', { folder }, { cause: error })
  return error
}

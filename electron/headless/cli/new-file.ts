import { open, type FileHandle } from 'node:fs/promises'
import { Fault } from '#shared/faults.ts'

/** For this user only. A file that is there already is somebody's. */
export async function newFile(file: string): Promise<FileHandle> {
  try {
    return await open(file, 'wx', 0o600)
  } catch (cause) {
    const problem = `The file “${file}” is there already or cannot be written`
    throw new Fault('usage.invalid', { problem }, { cause })
  }
}

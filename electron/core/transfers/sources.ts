import { randomBytes } from 'node:crypto'
import { lstat } from 'node:fs/promises'
import { isAbsolute, resolve } from 'node:path'
import { Fault } from '#shared/faults.ts'
import { isTransferId, type TransferId } from '#shared/ids.ts'

/** Absolute paths of what is there; what a person names and is not there is told at once. */
export async function existing(paths: readonly string[]): Promise<string[]> {
  const sources = [...new Set(paths.map((path) => resolve(path)))]
  for (const [at, path] of sources.entries()) {
    if (!isAbsolute(paths[at] ?? path)) throw new Fault('transfer.sourceGone', { path })
    try {
      await lstat(path)
    } catch (cause) {
      throw new Fault('transfer.sourceGone', { path }, { cause })
    }
  }
  return sources
}

export function newTransferId(): TransferId {
  const id = randomBytes(16).toString('hex')
  if (!isTransferId(id)) throw new Error('16 bytes')
  return id
}

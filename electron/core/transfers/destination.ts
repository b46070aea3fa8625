import { existsSync } from 'node:fs'
import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Fault } from '#shared/faults.ts'
import { spaceFor } from './landing/space.ts'

/** Room where files would land; null where nobody can tell. */
export async function freeAt(folder: string): Promise<number | null> {
  const space = await spaceFor(existingPart(folder), 0).catch(() => null)
  return space?.free ?? null
}

/** The usual folder is made when the first file is accepted, not before. */
function existingPart(folder: string): string {
  const above = dirname(folder)
  return existsSync(folder) || above === folder ? folder : existingPart(above)
}

/** The usual folder is made when it is missing; one that a person chose must be there. */
export async function readyToLand(folder: string, isUsual: boolean): Promise<void> {
  try {
    if (isUsual) await mkdir(folder, { recursive: true })
    if (!(await stat(folder)).isDirectory()) throw new Fault('transfer.destinationGone', { folder })
  } catch (error) {
    throw error instanceof Fault
      ? error
      : new Fault('transfer.destinationGone', { folder }, { cause: error })
  }
}

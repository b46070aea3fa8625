import { statfs } from 'node:fs/promises'
import { landingFault } from './errors.ts'

export interface Space {
  readonly enough: boolean
  /** What may still be written, less what is left to everybody else. */
  readonly free: number
}

/** A disk filled to the last byte hurts whatever else runs on it. */
const mostReserved = 256 * 2 ** 20

/** Whether so many bytes fit on the volume of the destination. */
export async function spaceFor(root: string, bytes: number): Promise<Space> {
  try {
    const { bavail, blocks, bsize } = await statfs(root)
    // Some network and user-space file systems do not know their size.
    if (blocks === 0) return { enough: true, free: Number.MAX_SAFE_INTEGER }
    const reserve = Math.min(mostReserved, (blocks * bsize) / 100)
    const free = Math.max(0, Math.floor(bavail * bsize - reserve))
    return { enough: bytes <= free, free }
  } catch (error) {
    throw landingFault(error, root)
  }
}

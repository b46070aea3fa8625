import { readdir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Fault } from '#shared/faults.ts'
import type { Log } from '../base/log.ts'
import { diskFault, isOpenToOthers, makeFolder } from './files.ts'
import { Level, LevelDamage } from './level.ts'

/** A profile folder that is ours alone until it is closed. */
interface Profile {
  close(): Promise<void>
}

export async function openProfile(options: { dataDir: string; log: Log }): Promise<Profile> {
  const { dataDir, log } = options
  try {
    await makeFolder(dataDir)
    await proveWritable(dataDir)
    const { mode } = await stat(dataDir)
    if (isOpenToOthers(mode)) log.warn('others may look into the profile folder')
    return await lock(join(dataDir, 'lock'))
  } catch (error) {
    if (error instanceof Fault) throw new Fault(error.code, { folder: dataDir }, { cause: error })
    throw diskFault(error, dataDir)
  }
}

/** Some bytes, not an empty file: a full disk still takes names. */
async function proveWritable(folder: string): Promise<void> {
  const probe = join(folder, `.probe-${process.pid}`)
  try {
    await writeFile(probe, Buffer.alloc(4096), { mode: 0o600, flush: true })
  } finally {
    await rm(probe, { force: true })
  }
}

/**
 * Node has no file locks, LevelDB has: they belong to the process, so that none survives one that
 * was killed. The store has its own, but that moves away with a damaged store, and the device key
 * must not be made by two at once; so an empty database serves as the lock of the whole profile.
 */
async function lock(folder: string): Promise<Profile> {
  try {
    return await Level.open(folder)
  } catch (error) {
    if (!(error instanceof LevelDamage)) throw error
    // Nothing is kept in it. The file that carries the lock stays: somebody may hold it by now.
    for (const name of await readdir(folder)) {
      if (name !== 'LOCK') await rm(join(folder, name), { recursive: true, force: true })
    }
    return Level.open(folder)
  }
}

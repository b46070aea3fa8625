import { existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { Fault } from '#shared/faults.ts'

/**
 * One folder at a time from the first that is missing: Node's own recursive way never ends where a
 * folder exists and nothing can be made in it (/proc, an automounted /home).
 */
export function makePrivateFolder(folder: string): void {
  try {
    const missing: string[] = []
    for (let at = folder; !existsSync(at); at = dirname(at)) missing.unshift(at)
    for (const each of missing) mkdirSync(each, { mode: 0o700 })
  } catch (cause) {
    throw new Fault('profile.unwritable', { folder }, { cause })
  }
}

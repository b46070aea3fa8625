import { randomBytes, timingSafeEqual } from 'node:crypto'
import { existsSync, lstatSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Fault } from '#shared/faults.ts'
import { digest } from './serve/sessions.ts'

/**
 * What scripts show to read `/api/peers` and `/metrics`: the given one, else one that is made for the
 * profile and lies in it, readable by its user only.
 */
export function apiTokenOf(dataDir: string, given: string | undefined): string {
  return given ?? saved(dataDir)
}

/** Takes as long whatever is shown. */
export function tokenChecker(token: string): (shown: string) => boolean {
  const expected = digest(token)
  return (shown) => timingSafeEqual(digest(shown), expected)
}

function saved(dataDir: string): string {
  const file = join(dataDir, 'api-token')
  try {
    const fresh = randomBytes(32).toString('base64url')
    writeFileSync(file, `${fresh}\n`, { mode: 0o600, flag: 'wx' })
    return fresh
  } catch (error) {
    if (!existsSync(file))
      throw new Fault('profile.unwritable', { folder: dataDir }, { cause: error })
  }
  return existing(file)
}

function existing(file: string): string {
  const stat = lstatSync(file)
  const isOpen = process.platform !== 'win32' && (stat.mode & 0o077) !== 0
  const token = stat.isFile() && !isOpen ? readFileSync(file, 'utf8').trim() : ''
  if (!/^[\w-]{43}$/.test(token)) throw unreadable(file)
  return token
}

function unreadable(file: string): Fault {
  const problem = `The token in ${file} cannot be used; remove the file to have a new one made`
  return new Fault('usage.invalid', { problem })
}

import { cpSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { silentLog } from '#core/base/log.ts'
import { loadDeviceKey } from '#core/keys/device-key.ts'
import { openStore, type Store } from '#core/keys/store.ts'
import { keyFileVault } from '../../electron/headless/vault.ts'
import { FakeClock } from './fake-clock.ts'

export const textSchema = z.object({ text: z.string() })

/** The store of a profile whose key rests in a plain file, made when there is none. */
export async function openTestStore(dataDir: string, clock = new FakeClock()): Promise<Store> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const key = await loadDeviceKey({ dataDir, vault: keyFileVault(), log: silentLog })
  return openStore({ dataDir, key, log: silentLog, clock })
}

/** Every file below a folder, as paths from it. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(folder, name)).isFile())
    .sort()
}

/** All that is on disk, in one piece: for searching what must not be there. */
export function bytesBelow(folder: string): Buffer {
  return Buffer.concat(filesBelow(folder).map((name) => readFileSync(join(folder, name))))
}

export function copyFolder(from: string, to: string): void {
  cpSync(from, to, { recursive: true })
}

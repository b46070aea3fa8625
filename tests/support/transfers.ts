import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { TransferId } from '#shared/ids.ts'
import type { Transfer, TransferStateName } from '#shared/transfers.ts'
import type { TestCore } from './paired-cores.ts'
import { filesBelow } from './profile.ts'
import { until } from './until.ts'

const forever = new AbortController().signal

/** Files below a folder, by name: text, or so many random bytes. */
export function writeTree(
  folder: string,
  files: Readonly<Record<string, string | number>>,
): string[] {
  return Object.entries(files).map(([name, content]) => {
    const path = join(folder, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, typeof content === 'string' ? content : randomBytes(content))
    return path
  })
}

/** What is in a folder, staging included, as a hash by name: two trees are the same when these are. */
export function treeOf(folder: string): Record<string, string> {
  const hash = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex')
  return Object.fromEntries(filesBelow(folder).map((name) => [name, hash(join(folder, name))]))
}

export async function send(from: TestCore, to: TestCore, paths: string[]): Promise<TransferId> {
  const { id } = await from.calls['transfer.send']({ to: to.id, paths }, forever)
  return id
}

export function transferAt(core: TestCore, id: TransferId): Transfer | undefined {
  return core.rooms.transfers.table.get(id)
}

type Action = 'pause' | 'resume' | 'cancel' | 'retry'

export async function act(core: TestCore, action: Action, id: TransferId): Promise<void> {
  await core.calls[`transfer.${action}`]({ id }, forever)
}

export async function answer(core: TestCore, id: TransferId, accept: boolean): Promise<void> {
  await core.calls['transfer.answer']({ id, accept }, forever)
}

export async function comesTo(
  core: TestCore,
  id: TransferId,
  state: TransferStateName,
  withinMs = 10_000,
): Promise<Transfer> {
  try {
    await until('', () => transferAt(core, id)?.state === state, withinMs)
  } catch {
    const now = JSON.stringify(transferAt(core, id))
    throw new Error(`${core.name}: in vain for ${state}, it is ${now}`)
  }
  const row = transferAt(core, id)
  if (!row) throw new Error('gone')
  return row
}

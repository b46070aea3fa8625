import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Trust } from '#shared/devices.ts'
import type { TransferId } from '#shared/ids.ts'
import type { Transfer, TransferStateName } from '#shared/transfers.ts'
import { pair, together, type TestCore } from './paired-cores.ts'
import { filesBelow } from './profile.ts'
import { until } from './until.ts'

const forever = new AbortController().signal

/** Files below a folder, by name: text, or so many random bytes. */
export function writeTree(folder: string, files: Readonly<Record<string, string | number>>): void {
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, typeof content === 'string' ? content : randomBytes(content))
  }
}

/** What is in a folder, staging included, by name: two trees are the same when these are. */
export function treeOf(folder: string): Record<string, string> {
  if (!statSync(folder, { throwIfNoEntry: false })) return {}
  const hash = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex')
  return Object.fromEntries(filesBelow(folder).map((name) => [name, hash(join(folder, name))]))
}

/** Two that are paired, the second of which trusts the first so far. */
export async function sendingPair(
  ada: TestCore,
  bob: TestCore,
  trust: Trust = 'trusted',
): Promise<void> {
  await pair(ada, bob)
  if (trust !== 'known') await bob.rooms.devices.change(ada.id, { trust })
  await together(ada, bob)
}

export async function send(from: TestCore, to: TestCore, paths: string[]): Promise<TransferId> {
  const { id } = await from.calls['transfer.send']({ to: to.id, paths }, forever)
  return id
}

/** Slow enough to be caught in the middle. */
export async function slow(core: TestCore, bytesPerSecond: number | null): Promise<void> {
  await core.calls['settings.change']({ caps: { all: bytesPerSecond, devices: {} } }, forever)
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
  withinMs = 15_000,
): Promise<Transfer> {
  await becomes(core, id, state, (row) => row.state === state, withinMs)
  const row = transferAt(core, id)
  if (!row) throw new Error('gone')
  return row
}

export async function becomes(
  core: TestCore,
  id: TransferId,
  what: string,
  is: (row: Transfer) => boolean,
  withinMs = 15_000,
): Promise<void> {
  const holds = () => {
    const row = transferAt(core, id)
    return row !== undefined && is(row)
  }
  await until(what, holds, withinMs).catch((cause: unknown) => {
    const now = JSON.stringify(transferAt(core, id))
    throw new Error(`${core.name}: in vain for ${what}, it is ${now}`, { cause })
  })
}

/** Bytes are on their way. */
export function isUnderWay(core: TestCore, id: TransferId): Promise<void> {
  return becomes(core, id, 'bytes', ({ state, rate }) => state === 'moving' && rate > 0)
}

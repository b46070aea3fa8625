import type { z } from 'zod'
import { Fault, type FaultCode, type FaultDetails } from '#shared/faults.ts'
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import { Lifetime } from '../base/lifetime.ts'
import { atRest, type AtRest } from './at-rest.ts'
import type { DeviceKey } from './device-key.ts'
import { diskFault } from './files.ts'
import { Level, LevelDamage } from './level.ts'
import { Records, type StoredCollection, type StoredRecord } from './records.ts'

/**
 * What this profile knows, sealed under the device key. Neither names nor values are in clear on
 * disk. What is damaged is set aside and told once; the rest stays.
 */
export interface Store {
  /** What was found damaged since the start. */
  readonly problems: readonly Fault[]
  record<Value>(name: string, schema: z.ZodType<Value>): StoredRecord<Value>
  collection<Value>(name: string, schema: z.ZodType<Value>): StoredCollection<Value>
  close(): Promise<void>
}

interface StoreOptions {
  readonly dataDir: string
  readonly key: DeviceKey
  readonly log: Log
  readonly clock: Clock
}

type Report = (code: FaultCode, details?: FaultDetails) => void

export async function openStore(options: StoreOptions): Promise<Store> {
  const { dataDir, key, log, clock } = options
  const problems: Fault[] = []
  const report: Report = (code, details) => {
    if (problems.some((problem) => problem.code === code)) return
    const fault = new Fault(code, details)
    problems.push(fault)
    log.warn('saved data was damaged', { fault })
  }
  const rest = atRest(dataDir, key.derive('gangway/key/1/store/sums'))
  try {
    const { level, records } = await openRecords(rest, key, clock, report)
    return {
      problems,
      record: (name, schema) => records.record(name, schema),
      collection: (name, schema) => records.collection(name, schema),
      close: () => close(level, rest, log),
    }
  } catch (error) {
    throw diskFault(error, dataDir)
  }
}

interface Opened {
  readonly level: Level
  readonly records: Records
}

/** As it is, or else empty: never a third way, so nothing can go round in circles. */
async function openRecords(
  rest: AtRest,
  key: DeviceKey,
  clock: Clock,
  report: Report,
): Promise<Opened> {
  const state = await rest.examine(clock.now())
  if (state === 'restored') report('store.restored')
  if (state !== 'damaged') {
    try {
      return await openAt(rest, key, report, { verify: state === 'unknown' })
    } catch (error) {
      if (!(error instanceof LevelDamage)) throw error
    } finally {
      await rest.survived()
    }
  }
  report('store.damaged', { file: await rest.setAside(clock.now()) })
  return openAt(rest, key, report, { verify: false })
}

async function openAt(
  rest: AtRest,
  key: DeviceKey,
  report: Report,
  { verify }: { readonly verify: boolean },
): Promise<Opened> {
  await using lifetime = new Lifetime()
  const level = lifetime.own(await Level.open(rest.folder))
  const records = new Records(level, key, () => report('store.incomplete'))
  if (verify) await records.verify()
  await rest.opened()
  lifetime.keep()
  return { level, records }
}

async function close(level: Level, rest: AtRest, log: Log): Promise<void> {
  const { isSound } = level
  await level.close()
  if (!isSound) return
  try {
    await rest.closed()
  } catch (error) {
    // Everything is saved; only the next start has to look more closely.
    log.warn('the copy of the store could not be renewed', { fault: Fault.of(error) })
  }
}

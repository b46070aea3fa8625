import { homedir } from 'node:os'
import { join } from 'node:path'
import { settingsSchema, type Settings, type SettingsChange } from '#shared/model.ts'
import { withChange } from '#shared/settings-change.ts'
import { Cell } from './base/state.ts'
import type { Host } from './host.ts'
import type { Store } from './keys/store.ts'

export interface SettingsKeeper {
  readonly cell: Cell<Settings>
  /** Saves and applies what is given, leaves the rest, answers with what is now in force. */
  readonly change: (change: SettingsChange) => Promise<Settings>
}

/**
 * What is in force is, from weak to strong: the defaults, what was saved, what flags and environment
 * say for this run, and what a person has changed since the start.
 */
export async function openSettings(
  store: Store,
  host: Pick<Host, 'defaultName' | 'overrides'>,
): Promise<SettingsKeeper> {
  const record = store.record('settings', settingsSchema.partial())
  let saved = (await record.get()) ?? {}
  const defaults: Settings = {
    name: host.defaultName,
    language: 'system',
    // Whoever named it on the command line has set it up already.
    welcomed: host.overrides.name !== undefined,
    visible: false,
    lanOnly: false,
    routerPort: true,
    relay: null,
    statusMinutes: 5,
    downloads: join(homedir(), 'Downloads'),
    caps: { all: null, devices: {} },
    acceptRules: {},
  }
  const cell = new Cell<Settings>(
    settingsSchema.parse({ ...defaults, ...saved, ...host.overrides }),
  )
  let last: Promise<unknown> = Promise.resolve()

  async function apply(change: SettingsChange): Promise<Settings> {
    const next = settingsSchema.parse(withChange(cell.value, change))
    // Saved is what a person changed, and not what flags say for this run.
    const ours = withChange(settingsSchema.parse({ ...defaults, ...saved }), change)
    const given = Object.entries(change).filter(([, value]) => value !== undefined)
    const names = new Set([...Object.keys(saved), ...given.map(([name]) => name)])
    const nextSaved = Object.fromEntries(Object.entries(ours).filter(([name]) => names.has(name)))
    await record.set(nextSaved)
    saved = nextSaved
    cell.set(next)
    return next
  }

  return {
    cell,
    // In turns, so that none of several at once is lost.
    change: (change) => {
      const mine = last.then(() => apply(change))
      last = mine.catch(() => {})
      return mine
    },
  }
}

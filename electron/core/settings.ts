import { homedir } from 'node:os'
import { join } from 'node:path'
import { settingsSchema, type Settings } from '#shared/model.ts'
import { Cell } from './base/state.ts'
import type { Host } from './host.ts'
import type { Store } from './keys/store.ts'

export interface SettingsKeeper {
  readonly cell: Cell<Settings>
  /** Saves and applies what is given, leaves the rest, answers with what is now in force. */
  change(changes: { [Name in keyof Settings]?: Settings[Name] | undefined }): Promise<Settings>
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
  const defaults = {
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

  return {
    cell,
    async change(changes) {
      // Only what has a value: `undefined` in place of a setting means "leave it".
      const given = Object.fromEntries(
        Object.entries(changes).filter(([, value]) => value !== undefined),
      )
      const next = settingsSchema.parse({ ...cell.value, ...given })
      saved = { ...saved, ...given }
      await record.set(saved)
      cell.set(next)
      return next
    },
  }
}

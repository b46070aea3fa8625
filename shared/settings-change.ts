import type { Settings, SettingsChange } from './model.ts'

export function withChange(settings: Settings, change: SettingsChange): Settings {
  const { caps, acceptRules, ...rest } = change
  // `undefined` in place of a setting means "leave it" as well.
  const given = Object.entries(rest).filter(([, value]) => value !== undefined)
  return {
    ...settings,
    ...Object.fromEntries(given),
    caps: {
      all: caps?.all === undefined ? settings.caps.all : caps.all,
      devices: withoutNulls({ ...settings.caps.devices, ...caps?.devices }),
    },
    acceptRules: withoutNulls({ ...settings.acceptRules, ...acceptRules }),
  }
}

function withoutNulls<Value>(
  entries: Readonly<Record<string, Value | null>>,
): Record<string, Value> {
  return Object.fromEntries(
    Object.entries(entries).filter((entry): entry is [string, Value] => entry[1] !== null),
  )
}

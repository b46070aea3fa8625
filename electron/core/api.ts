import type { Api } from '#shared/contract.ts'
import type { NearbyDevice, ThisDevice } from '#shared/model.ts'
import type { Cell, Table } from './base/state.ts'
import type { SettingsKeeper } from './settings.ts'

interface Parts {
  readonly device: Cell<ThisDevice>
  readonly nearby: Table<NearbyDevice>
  readonly settings: SettingsKeeper
}

/** The contract, by delegation and nothing else. */
export function createApi({ device, nearby, settings }: Parts): Api {
  return {
    calls: {
      'status.get': async () => ({ device: device.value, nearby: nearby.rows }),
      'settings.change': (input) => settings.change(input),
    },
    streams: {
      'device.watch': (signal) => device.watch(signal),
      'nearby.watch': (signal) => nearby.watch(signal),
    },
  }
}

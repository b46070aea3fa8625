import type { Api } from '#shared/contract.ts'
import type { NearbyDevice } from '#shared/model.ts'
import { Cell, Table } from '#core/base/state.ts'
import { fakeDevice } from './fake-devices.ts'

/** The contract over state a test can turn; nothing behind it. */
export function fakeApi() {
  const device = new Cell(fakeDevice())
  const nearby = new Table<NearbyDevice>()
  const api: Api = {
    calls: {
      'status.get': async () => ({ device: device.value, nearby: nearby.rows }),
      'settings.change': async (input) => {
        const known = Object.entries(input).filter(([, value]) => value !== undefined)
        const settings = { ...device.value.settings, ...Object.fromEntries(known) }
        device.set({ ...device.value, settings })
        return settings
      },
    },
    streams: {
      'device.watch': (signal) => device.watch(signal),
      'nearby.watch': (signal) => nearby.watch(signal),
    },
  }
  return { api, device, nearby }
}

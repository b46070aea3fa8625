import type { Api } from '#shared/contract.ts'
import { Fault } from '#shared/faults.ts'
import type { PairedDevice, ReceivedText } from '#shared/devices.ts'
import type { NearbyDevice } from '#shared/model.ts'
import { Cell, Table } from '#core/base/state.ts'
import { fakeDevice } from './fake-devices.ts'
import { fakeReport } from './fake-report.ts'

/** The contract over state a test can turn; nothing behind it. */
export function fakeApi() {
  const device = new Cell(fakeDevice())
  const nearby = new Table<NearbyDevice>()
  const devices = new Table<PairedDevice>()
  const texts = new Table<ReceivedText>()
  const api: Api = {
    calls: {
      'status.get': async () => ({ device: device.value, nearby: nearby.rows }),
      'settings.change': async (input) => {
        const known = Object.entries(input).filter(([, value]) => value !== undefined)
        const settings = { ...device.value.settings, ...Object.fromEntries(known) }
        device.set({ ...device.value, settings })
        return settings
      },
      'devices.list': async () => ({ devices: devices.rows }),
      'device.change': async ({ id, name, note, trust }) => {
        const row = devices.get(id)
        if (!row) throw new Fault('device.unknown')
        const known = Object.entries({ note, trust }).filter(([, value]) => value !== undefined)
        const shown = name === undefined ? {} : { name: name ?? row.ownName }
        devices.put({ ...row, ...shown, ...Object.fromEntries(known) })
        return {}
      },
      'device.remove': async ({ id }) => {
        devices.remove(id)
        return {}
      },
      'text.send': async ({ to }) => {
        if (!devices.get(to)) throw new Fault('device.unknown')
        return {}
      },
      'text.dismiss': async ({ id }) => {
        texts.remove(id)
        return {}
      },
      'doctor.run': async () => fakeReport,
    },
    streams: {
      'device.watch': (signal) => device.watch(signal),
      'nearby.watch': (signal) => nearby.watch(signal),
      'devices.watch': (signal) => devices.watch(signal),
      'texts.watch': (signal) => texts.watch(signal),
    },
  }
  return { api, device, nearby, devices }
}

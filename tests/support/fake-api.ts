import type { Api } from '#shared/contract.ts'
import { Fault } from '#shared/faults.ts'
import type { Invite, PairedDevice, PairingState, ReceivedText } from '#shared/devices.ts'
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
  const pairing = new Cell<PairingState>({ attempt: 0, state: 'quiet' })
  const invites = new Table<Invite>()
  const begin = (state: 'preparing' | 'searching') => {
    const attempt = pairing.value.attempt + 1
    pairing.set({ attempt, state })
    return { attempt }
  }
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
      'pairing.show': async () => begin('preparing'),
      'pairing.join': async () => begin('searching'),
      'pairing.joinFile': async () => begin('searching'),
      'pairing.answer': async () => ({}),
      'pairing.cancel': async () => {
        pairing.set({ attempt: pairing.value.attempt, state: 'quiet' })
        return {}
      },
      'invite.create': async () => {
        const now = Date.now()
        const invite = { id: `invite-${now}`, createdAt: now, expiresAt: now + 86_400_000 }
        invites.put(invite)
        return { invite, file: 'AAAA', password: 'orbit-maple-velvet-stone-hero-zoo' }
      },
      'invite.withdraw': async ({ id }) => {
        invites.remove(id)
        return {}
      },
    },
    streams: {
      'device.watch': (signal) => device.watch(signal),
      'nearby.watch': (signal) => nearby.watch(signal),
      'devices.watch': (signal) => devices.watch(signal),
      'texts.watch': (signal) => texts.watch(signal),
      'pairing.watch': (signal) => pairing.watch(signal),
      'invites.watch': (signal) => invites.watch(signal),
    },
  }
  return { api, device, nearby, devices, texts, pairing, invites }
}

import type { Api } from '#shared/contract.ts'
import type { DoctorReport, Verification } from '#shared/devices.ts'
import type { DeviceId } from '#shared/ids.ts'
import type { NearbyDevice, ThisDevice } from '#shared/model.ts'
import type { Cell, Table } from './base/state.ts'
import type { Devices } from './devices/devices.ts'
import type { Drops } from './drops/drops.ts'
import type { Texts } from './messages/texts.ts'
import { noDesktop } from './no-desktop.ts'
import type { Pairing } from './pairing/pairing.ts'
import type { Peers } from './peers.ts'
import type { PrivateNetwork } from './private-network/private-network.ts'
import type { SettingsKeeper } from './settings.ts'
import type { Transfers } from './transfers/transfers.ts'

interface Parts {
  readonly device: Cell<ThisDevice>
  readonly nearby: Table<NearbyDevice>
  readonly settings: SettingsKeeper
  readonly peers: Peers
  readonly devices: Devices
  readonly texts: Texts
  readonly pairing: Pairing
  readonly privateNetwork: PrivateNetwork
  readonly transfers: Transfers
  readonly drops: Drops
  readonly verify: (id: DeviceId, signal: AbortSignal) => Promise<Verification>
  readonly doctor: (signal: AbortSignal) => Promise<DoctorReport>
}

/** The contract, by delegation and nothing else. */
export function createApi(parts: Parts): Api {
  const { device, nearby, settings, peers, devices, texts, pairing, transfers } = parts
  const { privateNetwork, drops, verify, doctor } = parts
  return {
    calls: {
      'status.get': async () => ({
        device: device.value,
        nearby: nearby.rows,
        peers: [...peers.rows],
      }),
      'settings.change': (input) => settings.change(input),
      'devices.list': async () => ({ devices: devices.table.rows }),
      'device.change': async ({ id, ...changes }) => {
        await devices.change(id, changes)
        return {}
      },
      'device.remove': async ({ id }) => {
        await devices.remove(id)
        return {}
      },
      'peer.add': async (peer) => {
        await peers.add(peer)
        return {}
      },
      'peer.remove': async ({ id }) => {
        await peers.remove(id)
        return {}
      },
      'device.verify': ({ id }, signal) => verify(id, signal),
      'text.send': async ({ to, text }, signal) => {
        await texts.send(to, text, signal)
        return {}
      },
      'text.dismiss': async ({ id }) => {
        texts.dismiss(id)
        return {}
      },
      'pairing.show': async () => ({ attempt: pairing.show() }),
      'pairing.join': async ({ code, address }) => ({ attempt: pairing.join(code, address) }),
      'pairing.joinFile': async ({ file, password }) => ({
        attempt: await pairing.joinFile(Buffer.from(file, 'base64'), password),
      }),
      'pairing.answer': async ({ prompt, accept }) => {
        pairing.answer(prompt, accept)
        return {}
      },
      'pairing.cancel': async ({ attempt }) => {
        pairing.cancel(attempt)
        return {}
      },
      'invite.create': async () => {
        const { invite, file, password } = await pairing.invites.create()
        return { invite, file: Buffer.from(file).toString('base64'), password }
      },
      'invite.withdraw': async ({ id }) => {
        await pairing.invites.withdraw(id)
        return {}
      },
      'network.create': async () => {
        const { text: key, fingerprint } = await privateNetwork.create()
        return { key, fingerprint }
      },
      'network.join': async ({ key }) => {
        const { fingerprint } = await privateNetwork.join(key)
        return { fingerprint }
      },
      'network.key': async () => ({ key: privateNetwork.reveal() }),
      'network.leave': async () => {
        await privateNetwork.leave()
        return {}
      },
      'transfers.list': async () => ({ transfers: transfers.list() }),
      'transfer.send': async ({ to, paths }) => ({ id: await transfers.send(to, paths) }),
      'drop.begin': async () => ({ drop: await drops.begin() }),
      'drop.folder': async ({ drop, path }) => {
        await drops.makeFolder(drop, path)
        return {}
      },
      'drop.send': async ({ drop, to }) => ({ id: await drops.send(drop, to) }),
      'drop.discard': async ({ drop }) => {
        await drops.discard(drop)
        return {}
      },
      'transfer.answer': async ({ id, ...answer }) => {
        await transfers.answer(id, answer)
        return {}
      },
      'transfer.pause': async ({ id }) => {
        await transfers.pause(id)
        return {}
      },
      'transfer.resume': async ({ id }) => {
        await transfers.resume(id)
        return {}
      },
      'transfer.cancel': async ({ id }) => {
        await transfers.cancel(id)
        return {}
      },
      'transfer.retry': async ({ id }) => {
        await transfers.retry(id)
        return {}
      },
      'transfer.sendAgain': async ({ id }) => ({ id: await transfers.sendAgain(id) }),
      'transfer.reorder': async ({ id, before }) => {
        await transfers.book.reorder(id, before)
        return {}
      },
      'transfer.files': ({ id, offset, limit }) => transfers.book.files(id, offset, limit),
      'history.list': async ({ search, offset, limit }) =>
        transfers.book.history(search, offset, limit),
      'history.remove': async ({ id }) => {
        await transfers.book.removeFromHistory(id)
        return {}
      },
      'history.clear': async () => {
        await transfers.book.clearHistory()
        return {}
      },
      'doctor.run': (_, signal) => doctor(signal),
      ...noDesktop.calls,
    },
    streams: {
      'device.watch': (signal) => device.watch(signal),
      'nearby.watch': (signal) => nearby.watch(signal),
      'devices.watch': (signal) => devices.table.watch(signal),
      'texts.watch': (signal) => texts.received.watch(signal),
      'pairing.watch': (signal) => pairing.state.watch(signal),
      'invites.watch': (signal) => pairing.invites.table.watch(signal),
      'transfers.watch': (signal) => transfers.table.watch(signal),
      ...noDesktop.streams,
    },
  }
}

import type { Api } from '#shared/contract.ts'
import type { Desktop } from '#shared/desktop.ts'
import { Fault } from '#shared/faults.ts'
import { withChange } from '#shared/settings-change.ts'
import { isOver } from '#shared/transfer-states.ts'
import type { Transfer, TransferFile, TransferState } from '#shared/transfers.ts'
import type { Invite, PairedDevice, PairingState, ReceivedText } from '#shared/devices.ts'
import type { NearbyDevice, StaticPeer } from '#shared/model.ts'
import type { Core } from '#core/core.ts'
import { Cell, Table } from '#core/base/state.ts'
import { noDesktop } from '#core/no-desktop.ts'
import { fakeDevice, fakeNetwork, fakeNetworkKey } from './fake-devices.ts'
import { fakeReport } from './fake-report.ts'
import { fakeTransfer } from './fake-transfers.ts'

/** The contract over state a test can turn; nothing behind it. */
export function fakeApi() {
  const device = new Cell(fakeDevice())
  const nearby = new Table<NearbyDevice>()
  const devices = new Table<PairedDevice>()
  const texts = new Table<ReceivedText>()
  const pairing = new Cell<PairingState>({ attempt: 0, state: 'quiet' })
  const invites = new Table<Invite>()
  const transfers = new Table<Transfer>()
  const desktop = new Cell<Desktop>({ kind: 'browser' })
  const files: TransferFile[] = []
  const peers: StaticPeer[] = []
  const inState = (id: string, state: TransferState) => {
    const row = transfers.get(id)
    if (!row) throw new Fault('transfer.unknown')
    transfers.put({ ...row, ...state })
    return {}
  }
  const begin = (state: 'preparing' | 'searching') => {
    const attempt = pairing.value.attempt + 1
    pairing.set({ attempt, state })
    return { attempt }
  }
  const api: Api = {
    calls: {
      'status.get': async () => ({
        device: device.value,
        nearby: nearby.rows,
        peers: peers.map((peer) => ({ ...peer, saved: true })),
      }),
      'settings.change': async (input) => {
        const settings = withChange(device.value.settings, input)
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
      'peer.add': async (peer) => {
        peers.push(peer)
        return {}
      },
      'peer.remove': async ({ id }) => {
        const rest = peers.filter((peer) => peer.id !== id)
        peers.splice(0, peers.length, ...rest)
        return {}
      },
      'device.verify': async ({ id }) => {
        const row = devices.get(id)
        if (!row) throw new Fault('device.unknown')
        return {
          id,
          name: row.name,
          reachable: true,
          session: true,
          path: null,
          roundTripMs: 1.25,
          throughput: { lane: 'tcp', bytes: 64_000_000, bytesPerSecond: 120_000_000 },
          fault: null,
        }
      },
      'text.send': async ({ to }) => {
        if (!devices.get(to)) throw new Fault('device.unknown')
        return {}
      },
      'text.dismiss': async ({ id }) => {
        texts.remove(id)
        return {}
      },
      'network.create': async () => {
        device.set({ ...device.value, privateNetwork: fakeNetwork })
        return { key: fakeNetworkKey, fingerprint: fakeNetwork.fingerprint }
      },
      'network.join': async ({ key }) => {
        if (key !== fakeNetworkKey) {
          throw new Fault('network.key', { problem: 'one of its characters is wrong' })
        }
        device.set({ ...device.value, privateNetwork: fakeNetwork })
        return { fingerprint: fakeNetwork.fingerprint }
      },
      'network.key': async () => ({ key: fakeNetworkKey }),
      'network.leave': async () => {
        device.set({ ...device.value, privateNetwork: null })
        return {}
      },
      'transfers.list': async () => ({ transfers: transfers.rows }),
      'transfer.send': async ({ to, paths }) => {
        if (!devices.get(to)) throw new Fault('device.unknown')
        const row = fakeTransfer(transfers.rows.length + 1, {
          device: to,
          names: paths.map((path) => path.split('/').at(-1) ?? path),
        })
        transfers.put(row)
        return { id: row.id }
      },
      'drop.begin': async () => ({ drop: '0'.repeat(32) }),
      'drop.folder': async () => ({}),
      'drop.send': async ({ to }) => {
        const row = fakeTransfer(transfers.rows.length + 1, { device: to, names: ['dropped'] })
        transfers.put(row)
        return { id: row.id }
      },
      'drop.discard': async () => ({}),
      'transfer.answer': async ({ id, accept }) => {
        const fault = new Fault('transfer.declined').toRecord()
        return inState(id, accept ? { state: 'accepted' } : { state: 'declined', fault })
      },
      'transfer.pause': async ({ id }) => inState(id, { state: 'paused', by: 'me', fault: null }),
      'transfer.resume': async ({ id }) => inState(id, { state: 'moving' }),
      'transfer.cancel': async ({ id }) => inState(id, { state: 'cancelled', by: 'me' }),
      'transfer.retry': async ({ id }) => inState(id, { state: 'queued' }),
      'transfer.sendAgain': async ({ id }) => {
        const before = transfers.get(id)
        if (!before) throw new Fault('transfer.unknown')
        const { device, names } = before
        const row = fakeTransfer(transfers.rows.length + 1, { device, names })
        transfers.put(row)
        return { id: row.id }
      },
      'transfer.reorder': async ({ id, before }) => {
        const next = before === null ? undefined : transfers.get(before)
        const row = transfers.get(id)
        if (row) transfers.put({ ...row, order: (next?.order ?? 1_000) - 0.5 })
        return {}
      },
      'transfer.files': async ({ offset, limit }) => ({
        total: files.length,
        files: files.slice(offset, offset + limit),
      }),
      'history.list': async ({ search, offset, limit }) => {
        const found = transfers.rows.filter(
          (row) => isOver(row) && row.names.some((name) => name.includes(search)),
        )
        return { total: found.length, transfers: found.slice(offset, offset + limit) }
      },
      'history.remove': async ({ id }) => {
        transfers.remove(id)
        return {}
      },
      'history.clear': async () => {
        for (const row of transfers.rows) if (isOver(row)) transfers.remove(row.id)
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
      ...noDesktop.calls,
    },
    streams: {
      'device.watch': (signal) => device.watch(signal),
      'nearby.watch': (signal) => nearby.watch(signal),
      'devices.watch': (signal) => devices.watch(signal),
      'texts.watch': (signal) => texts.watch(signal),
      'pairing.watch': (signal) => pairing.watch(signal),
      'invites.watch': (signal) => invites.watch(signal),
      'transfers.watch': (signal) => transfers.watch(signal),
      'desktop.watch': (signal) => desktop.watch(signal),
    },
  }
  return { api, device, nearby, devices, texts, pairing, invites, transfers, desktop, files }
}

/** Numbers of a Gangway that has just begun. */
export const fakeMetrics: Core['metrics'] = {
  snapshot: () => ({
    uptimeSeconds: 1,
    devices: new Map(),
    sessions: new Map(),
    sessionsOpened: new Map(),
    transfers: new Map(),
    laneBytes: new Map(),
    pairingFailures: new Map(),
  }),
}

/** Takes in whatever is dropped and keeps nothing of it. */
export const fakeDrops = {
  write: async (_drop: string, { body }: { body: AsyncIterable<unknown> }) => {
    for await (const part of body) void part
  },
}

/** An api whose settings change only from when `answer` is called; calls that came before wait for it. */
export function heldSettings() {
  let answer = () => {}
  const held = new Promise<void>((resolve) => (answer = resolve))
  const hold = (api: Api): Api => ({
    ...api,
    calls: {
      ...api.calls,
      'settings.change': async (input, signal) => {
        await held
        return api.calls['settings.change'](input, signal)
      },
    },
  })
  return { hold, answer }
}

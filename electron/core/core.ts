import type { Api } from '#shared/contract.ts'
import type { DeviceId } from '#shared/ids.ts'
import type { ThisDevice } from '#shared/model.ts'
import { createApi } from './api.ts'
import { Lifetime } from './base/lifetime.ts'
import { derived, type Cell } from './base/state.ts'
import { onWake } from './base/wake.ts'
import { openDevices, type Devices } from './devices/devices.ts'
import type { Announced } from './discovery/announcement.ts'
import { openDialect } from './discovery/dialect.ts'
import { openDiscovery } from './discovery/discovery.ts'
import { systemNames as lookup } from './discovery/static-peers.ts'
import { runDoctor } from './doctor/doctor.ts'
import { thisSystem } from './doctor/this-system.ts'
import { openDrops, type Drops } from './drops/drops.ts'
import { openEndpoint } from './endpoint/endpoint.ts'
import { systemGateway } from './gateway/default-gateway.ts'
import { Gateway, mayAskRouter } from './gateway/gateway.ts'
import type { Host } from './host.ts'
import { loadDeviceKey } from './keys/device-key.ts'
import { openProfile } from './keys/profile.ts'
import { openStore } from './keys/store.ts'
import { openMail } from './mail.ts'
import { messageAlpn, type Messages } from './messages/messages.ts'
import { countedMovers } from './metrics/counted-movers.ts'
import { Tally } from './metrics/counts.ts'
import { Metrics } from './metrics/metrics.ts'
import { openNetwork, type Network } from './network.ts'
import { openPairing, type Pairing } from './pairing/pairing.ts'
import { openPeers } from './peers.ts'
import { privately } from './private-network/private-endpoint.ts'
import { openPrivateNetwork, type PrivateNetwork } from './private-network/private-network.ts'
import { sealedDialect } from './private-network/sealed-dialect.ts'
import { Probes } from './probe/probes.ts'
import { verify } from './probe/verify.ts'
import { ProtocolRegistry } from './protocols/registry.ts'
import type { Sessions } from './sessions/sessions.ts'
import { openSettings } from './settings.ts'
import { describeThisDevice } from './this-device.ts'
import { Awake } from './transfers/awake.ts'
import { moversWithOutsideDoors } from './transfers/outside-doors.ts'
import { remoteMovers } from './transfers/remote-mover.ts'
import { transferAlpn } from './transfers/transfer-alpn.ts'
import { openTransfers, type Transfers } from './transfers/transfers.ts'

/** A running Gangway. */
export interface Core {
  readonly api: Api
  readonly device: Cell<ThisDevice>
  /** Where a page in a browser leaves the bytes of what was dropped on it. */
  readonly drops: Pick<Drops, 'write'>
  readonly metrics: Pick<Metrics, 'snapshot'>
  /** For tests and measurements, which look behind the contract. */
  readonly rooms: {
    readonly devices: Devices
    readonly network: Network
    readonly sessions: Sessions
    readonly messages: Messages
    readonly pairing: Pairing
    readonly privateNetwork: PrivateNetwork
    readonly transfers: Transfers
  }
  close(): Promise<void>
}

/**
 * Opens everything, in the order in which things need each other, and closes it the other way
 * round: discovery takes leave, the router stops accepting and winds up, the endpoint closes, the
 * store is sealed, the profile is free again.
 */
export async function openCore(host: Host): Promise<Core> {
  const { dataDir, vault, clock, log, forceRelay = false } = host
  await using lifetime = new Lifetime()

  lifetime.own(await openProfile({ dataDir, log }))
  const key = await loadDeviceKey({ dataDir, vault, log })
  const store = lifetime.own(await openStore({ dataDir, key, clock, log }))
  const settings = await openSettings(store, host)
  const peers = await openPeers(store, { self: key.id, given: host.peers })
  const devices = lifetime.own(await openDevices({ store, clock, log }))
  const privateNetwork = await openPrivateNetwork(store, host.networkKey)

  const registry = new ProtocolRegistry(log)
  const network = lifetime.own(
    await openNetwork({
      seed: key.seed,
      registry,
      isPaired: (peer) => devices.isPaired(peer),
      settings: settings.cell,
      privateNetwork,
      forceRelay,
      udpPort: host.udpPort,
      clock,
      log,
    }),
  )

  const announced = derived(lifetime, [network.state, settings.cell], (): Announced => {
    const { name, visible } = settings.cell.value
    return { ports: network.state.value.ports, name, visible }
  })
  const discovery = lifetime.own(
    await openDiscovery({
      clock,
      log,
      self: { id: key.id, kind: host.kind },
      announced,
      announcementKey: () => devices.announcementKey,
      knownKeys: () => devices.announcementKeys(),
      dialect: () => {
        const { key } = privateNetwork
        return key ? sealedDialect(key, clock) : openDialect
      },
      staticPeers: peers.cell,
    }),
  )

  const tally = new Tally()
  const device = describeThisDevice(lifetime, {
    host,
    key,
    store,
    network: network.state,
    settings: settings.cell,
    discoveryProblems: discovery.problems,
    privateNetwork,
  })

  const moving = { count: () => 0 }
  const { sessions, messages, statuses, texts, keepers } = lifetime.own(
    await openMail({
      key,
      store,
      devices,
      device,
      network,
      registry,
      discovery,
      capabilities: [messageAlpn, transferAlpn],
      transfers: () => moving.count(),
      clock,
      log,
    }),
  )
  const metrics = lifetime.own(
    new Metrics({
      tally,
      sessions,
      devices: () => devices.table.rows,
      transfers: () => transfers.list(),
      clock,
    }),
  )
  // Until now it was a stranger, and its announcements were not for us.
  lifetime.defer(devices.changes.on('added', () => discovery.refresh()))
  lifetime.defer(discovery.nearby.onChange(() => keepers.sighted(discovery.nearby.rows)))
  lifetime.defer(network.state.onChange(() => keepers.stirred()))
  lifetime.defer(
    onWake(clock, () => {
      discovery.refresh()
      keepers.stirred()
    }),
  )

  const pairing = lifetime.own(
    await openPairing({
      store,
      registry,
      devices,
      discovery,
      lookup,
      self: () => ({
        introduction: {
          id: key.id,
          announcementKey: devices.announcementKey,
          kind: host.kind,
          name: settings.cell.value.name,
          addresses: network.state.value.endpoint.addresses,
        },
        sign: (statement) => key.sign(statement),
      }),
      openEndpoint: async (secretKey) => {
        const network = { ...settings.cell.value, forceRelay }
        const endpoint = await openEndpoint({ secretKey, network, alpns: [], clock, log })
        const { key } = privateNetwork
        return key ? privately(endpoint, key, clock) : endpoint
      },
      meetingSalt: () => privateNetwork.key?.meeting ?? null,
      whereabouts: () => ({ ...network.state.value.endpoint, ports: network.state.value.ports }),
      lanOnly: () => settings.cell.value.lanOnly,
      failed: (code) => tally.pairingFailures.add(code),
      clock,
      log,
    }),
  )

  lifetime.defer(
    privateNetwork.state.onChange(() => {
      discovery.moved()
      // Words and links that are out lead to where nobody is any more.
      pairing.cancel()
    }),
  )

  lifetime.own(host.movers)
  const awake = lifetime.own(new Awake(host.keepAwake))
  const choice = derived(lifetime, [settings.cell, privateNetwork.state], () => ({
    mayAsk: mayAskRouter(settings.cell.value, privateNetwork.key !== null),
  }))
  const gateway = lifetime.own(new Gateway({ choice, find: systemGateway(clock), clock, log }))
  lifetime.defer(network.state.onChange(() => gateway.moved()))
  const movers = remoteMovers({
    hosts: host.movers,
    relay: () => settings.cell.value.relay,
    clock,
  })
  const startMover = moversWithOutsideDoors({ start: movers, gateway, clock })
  const transfers = lifetime.own(
    await openTransfers({
      store,
      devices,
      sessions,
      messages,
      settings: settings.cell,
      setRule: async (peer, rule) => {
        await settings.change({ acceptRules: { [peer]: rule } })
      },
      seek: (peer) => keepers.wanted(peer),
      startMover: countedMovers(startMover, tally),
      prepare: () => host.movers.prepare(),
      kinds: ['tcp', 'quic'],
      moving: (count) => {
        awake.moving(count)
        statuses.changed()
      },
      clock,
      log,
    }),
  )
  moving.count = () => transfers.movingCount
  const probes = lifetime.own(
    new Probes({
      self: key.id,
      sessions,
      devices,
      settings: settings.cell,
      startMover,
      clock,
      log,
    }),
  )
  const drops = lifetime.own(await openDrops({ dataDir, transfers, log }))

  const doctor = {
    clock,
    log,
    system: thisSystem(dataDir, clock),
    device,
    network: network.state,
    forceRelay,
    hearing: () => discovery.hearing(),
    discoveryProblems: discovery.problems,
    lookAtRouter: (signal: AbortSignal) => gateway.look(signal),
    devices: () => devices.table.rows,
    isNearby: (id: DeviceId) => discovery.nearby.get(id) !== undefined,
    pathTo: (id: DeviceId) => sessions.pathTo(id),
    clockAheadMs: (id: DeviceId) => statuses.clockAheadMs(id),
  }

  const kept = lifetime.keep()
  return {
    api: createApi({
      device,
      nearby: discovery.nearby,
      settings,
      peers,
      devices,
      texts,
      pairing,
      privateNetwork,
      transfers,
      drops,
      verify: (id, signal) => verify({ devices, messages, sessions, probes, clock }, id, signal),
      doctor: (signal) => runDoctor(doctor, signal),
    }),
    device,
    drops,
    metrics,
    rooms: { devices, network, sessions, messages, pairing, privateNetwork, transfers },
    close: () => kept.close(),
  }
}

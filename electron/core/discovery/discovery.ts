import type { FaultRecord } from '#shared/faults.ts'
import type { DeviceId } from '#shared/ids.ts'
import type { NearbyDevice, StaticPeer } from '#shared/model.ts'
import type { Clock } from '#core/base/clock.ts'
import { Lifetime } from '#core/base/lifetime.ts'
import type { Log } from '#core/base/log.ts'
import { Table, type Cell } from '#core/base/state.ts'
import {
  currentInstance,
  readAnnouncement,
  recognise,
  serviceOf,
  type Announced,
  type AnnouncementKeys,
  type Instance,
  type Self,
} from './announcement.ts'
import { openDialect, type Dialect } from './dialect.ts'
import { openDnsSd } from './dns-sd.ts'
import { HeardLately, type Hearing } from './hearing.ts'
import { isDialable, socketAddress, type Surroundings } from './links.ts'
import { Meetings, type Found, type Place } from './meetings.ts'
import { systemNetwork, type Network } from './multicast.ts'
import type { AnnouncedService, HeardService, Service } from './packets.ts'
import { Sightings } from './sightings.ts'
import { openStaticPeers, systemNames, type Lookup } from './static-peers.ts'

export interface DiscoveryOptions {
  readonly clock: Clock
  readonly log: Log
  readonly self: Self
  /** What others may learn of the endpoint now; followed as it changes. */
  readonly announced: Cell<Announced>
  /** 32 bytes, known to this device and those paired with it. */
  readonly announcementKey: () => Uint8Array
  /** The announcement keys of the devices to recognise, asked for each time. */
  readonly knownKeys: () => AnnouncementKeys
  /** Devices at addresses a person typed; followed as they change. */
  readonly staticPeers: Cell<readonly StaticPeer[]>
  /** Asked for each time; without it, that of the open network. */
  readonly dialect?: () => Dialect
  readonly random?: () => number
  readonly network?: Network
  readonly lookup?: Lookup
}

/** Who is near. Everything here is a hint: only a connection proves who somebody is. */
export interface Discovery {
  readonly nearby: Table<NearbyDevice>
  /** `discovery.unavailable` while it lasts. */
  readonly problems: Cell<readonly FaultRecord[]>
  hearing(): Hearing
  /** Where to try a device, the likeliest first. */
  addressesOf(id: DeviceId): readonly string[]
  /** Announces a place to meet, and nothing else of this device, until the result is called. */
  announceMeeting(now: () => Place | null): () => void
  /** Asks the network where this place is, until the result is called. */
  seekMeeting(id: DeviceId, found: Found): () => void
  /** Looks again now: the network changed, the computer woke, keys changed, or a person asks. */
  refresh(): void
  /** The dialect is another one: others hear us now, under other names, and we hear others. */
  moved(): void
  /** Takes leave, so that others see us go at once. */
  close(): Promise<void>
}

export async function openDiscovery(options: DiscoveryOptions): Promise<Discovery> {
  const { clock, self, announced, random = Math.random, lookup = systemNames } = options
  const { dialect = () => openDialect } = options
  const log = options.log.room('discovery')
  await using lifetime = new Lifetime()
  const nearby = new Table<NearbyDevice>()
  const sightings = lifetime.own(new Sightings(clock, nearby))
  const meetings = new Meetings(clock)
  const others = new HeardLately(clock)
  const own = new HeardLately(clock)
  let instance: Instance | null = null

  function services(): readonly Service[] {
    const { ports, visible } = announced.value
    if (ports.v4 === null && ports.v6 === null) return meetings.services()
    const key = options.announcementKey()
    instance = currentInstance(instance, { key, visible, unixMs: clock.now() })
    return [serviceOf(self, announced.value, instance), ...meetings.services()]
  }

  const spoken = (): AnnouncedService[] => services().map((service) => dialect().speak(service))

  function heard(sealed: HeardService, source: string, surroundings: Surroundings): void {
    const service = dialect().understand(sealed)
    if (service === null) return
    if (meetings.hear(service, source, addressesIn(service, source, surroundings))) return
    const announcement = readAnnouncement(service.txt)
    if (!announcement) return
    const isOwn = service.instance === instance?.name || announcement.id === self.id
    ;(isOwn ? own : others).add()
    if (isOwn) return
    const { tag, name, kind } = announcement
    const known = recognise(options.knownKeys(), service.instance, tag, clock.now())
    const id = known ?? announcement.id
    const addresses = addressesIn(service, source, surroundings)
    if (id === null || addresses.length === 0) return
    const recognised = known !== null
    sightings.hear({ id, instance: service.instance, source, recognised, name, kind, addresses })
  }

  const { network = systemNetwork() } = options
  const atOpening = announced.value
  const left = (name: string) => {
    sightings.forget(name)
    meetings.forget(name)
  }
  const dnsSd = lifetime.own(
    await openDnsSd({
      clock,
      log,
      random,
      network,
      types: () => dialect().types(),
      services: spoken,
      heard,
      left,
    }),
  )
  const staticPeers = lifetime.own(
    openStaticPeers({
      clock,
      log,
      random,
      lookup,
      peers: options.staticPeers,
      found: (id, addresses) => sightings.fix(id, addresses),
      dropped: (id) => sightings.loosen(id),
    }),
  )
  void followAnnounced(announced, atOpening, lifetime.signal, () => dnsSd.changed())

  const kept = lifetime.keep()
  return {
    nearby,
    problems: dnsSd.problems,
    hearing() {
      const { interfaces } = dnsSd
      return { interfaces, minutes: own.minutes, others: others.count, own: own.count }
    },
    addressesOf: (id) => nearby.get(id)?.addresses ?? [],
    announceMeeting(now) {
      const undo = meetings.announce(now)
      dnsSd.changed()
      return () => {
        undo()
        if (!lifetime.signal.aborted) dnsSd.changed()
      }
    },
    seekMeeting(id, found) {
      const undo = meetings.seek(id, found)
      dnsSd.ask()
      return undo
    },
    refresh() {
      staticPeers.refresh()
      dnsSd.refresh()
    },
    moved() {
      instance = null
      meetings.renew()
      sightings.forgetAll()
      dnsSd.changed()
      dnsSd.ask()
    },
    close: () => kept.close(),
  }
}

async function followAnnounced(
  announced: Cell<Announced>,
  said: Announced,
  signal: AbortSignal,
  changed: () => void,
): Promise<void> {
  for await (const value of announced.watch(signal)) {
    if (value !== said) changed()
    said = value
  }
}

/** Where the packet came from, then what it names: each only if it lies in a network of ours. */
function addressesIn(
  { ports, addresses }: HeardService,
  source: string,
  surroundings: Surroundings,
): string[] {
  const found = [source, ...addresses]
    .filter((address) => isDialable(address, source) && surroundings.isLocal(address))
    .flatMap((address) => {
      const port = address.includes(':') ? ports.v6 : ports.v4
      return port === null ? [] : [socketAddress(address, port)]
    })
  return [...new Set(found)]
}

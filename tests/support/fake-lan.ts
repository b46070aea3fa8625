import type { NetworkInterfaceInfo } from 'node:os'
import {
  surroundingsOf,
  type Interfaces,
  type Link,
  type Surroundings,
} from '#core/discovery/links.ts'
import type { Followed, Multicast, Network } from '#core/discovery/multicast.ts'

interface Station {
  readonly hear: (packet: Uint8Array, source: string) => void
  links: readonly Link[]
}

/** Multicast without sockets: whoever is on the cable hears everything, itself included. */
export class FakeLan {
  /** Every packet that was sent. */
  readonly packets: Uint8Array[] = []
  readonly #stations = new Set<Station>()

  host(...addresses: readonly string[]): FakeHost {
    return new FakeHost(this, addresses)
  }

  /** A packet from anybody. */
  inject(packet: Uint8Array, source: string): void {
    this.packets.push(packet)
    for (const station of this.#stations) if (station.links.length > 0) station.hear(packet, source)
  }

  plug(station: Station): () => void {
    this.#stations.add(station)
    return () => this.#stations.delete(station)
  }

  /** How many hold the group open. */
  get stations(): number {
    return this.#stations.size
  }
}

class FakeHost implements Network {
  readonly #lan: FakeLan
  addresses: readonly string[]
  /** What the system answers to every attempt to join; null when joining works. */
  refusal: string | null = null
  sendingFails = false
  /** Packets are taken and never sent. */
  stuck = false
  /** The system does not tell its interfaces. */
  blind = false
  /** Announced on every link besides its own address. */
  more: readonly string[] = []

  constructor(lan: FakeLan, addresses: readonly string[]) {
    this.#lan = lan
    this.addresses = addresses
  }

  surroundings(): Surroundings {
    if (this.blind) throw new Error('not permitted')
    const own = surroundingsOf(fakeInterfaces(this.addresses))
    const links = own.links.map((link) => ({
      ...link,
      addresses: [...link.addresses, ...this.more],
    }))
    return { ...own, links }
  }

  open(hear: (packet: Uint8Array, source: string) => void): Multicast {
    const station: Station = { hear, links: [] }
    const unplug = this.#lan.plug(station)
    return {
      follow: async (links): Promise<Followed> => {
        station.links = this.refusal === null ? links : []
        return { usable: station.links, trouble: this.refusal }
      },
      send: async (packet, link) => {
        if (this.stuck) await new Promise<never>(() => {})
        if (this.sendingFails) throw new Error('EPERM')
        this.#lan.inject(packet, link.source)
      },
      close: async () => unplug(),
    }
  }
}

function fakeInterfaces(addresses: readonly string[]): Interfaces {
  return Object.fromEntries(
    addresses.map((address, index) => [`net${index}`, [fakeInterface(address)]]),
  )
}

function fakeInterface(address: string, internal = false): NetworkInterfaceInfo {
  const common = { address, netmask: '', mac: '02:00:00:00:00:01', internal }
  return address.includes(':')
    ? { ...common, family: 'IPv6', cidr: `${address}/64`, scopeid: 2 }
    : { ...common, family: 'IPv4', cidr: `${address}/24` }
}

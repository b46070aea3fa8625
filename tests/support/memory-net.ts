import { Cell } from '#core/base/state.ts'
import { publicKeyOf } from '#core/crypto/ed25519.ts'
import type { Discovery } from '#core/discovery/discovery.ts'
import type { Connection, Endpoint, Target } from '#core/endpoint/types.ts'
import { Fault } from '#shared/faults.ts'
import type { Alpn, DeviceId } from '#shared/ids.ts'
import type { EndpointState } from '#shared/model.ts'
import { MemoryAcceptor } from './memory-acceptor.ts'
import { deviceId } from './pairing.ts'

type Meetings = Pick<Discovery, 'announceMeeting' | 'seekMeeting' | 'addressesOf'>

/**
 * Endpoints that reach each other without a network: on one LAN by address, and by their id alone
 * while there is an `internet`.
 */
export class MemoryNet {
  internet = false
  readonly #host: string
  readonly #endpoints = new Map<DeviceId, MemoryEndpoint>()
  readonly #announced = new Map<symbol, readonly [DeviceId, readonly string[]]>()
  readonly #seekers = new Map<symbol, readonly [DeviceId, (addresses: readonly string[]) => void]>()
  #port = 1_000

  /** Real endpoints may be announced here too, at the host they are bound to. */
  constructor(host = '10.0.0.1') {
    this.#host = host
  }

  open(secretKey: Uint8Array): Promise<MemoryEndpoint> {
    const id = deviceId(publicKeyOf(secretKey))
    const endpoint = new MemoryEndpoint(this, id, (this.#port += 1))
    this.#endpoints.set(id, endpoint)
    return Promise.resolve(endpoint)
  }

  leave(endpoint: MemoryEndpoint): void {
    if (this.#endpoints.get(endpoint.id) === endpoint) this.#endpoints.delete(endpoint.id)
  }

  find({ id, addresses }: Target): MemoryEndpoint {
    const endpoint = this.#endpoints.get(id)
    const isReached = endpoint && (addresses.includes(endpoint.address) || this.internet)
    if (!isReached) throw new Fault('peer.unreachable')
    return endpoint
  }

  /** Where somebody who knows everything would dial. */
  targetOf(id: DeviceId): Target {
    const endpoint = this.#endpoints.get(id)
    return { id, addresses: endpoint ? [endpoint.address] : [] }
  }

  /** What is announced on the LAN now. */
  get places(): DeviceId[] {
    return [...this.#announced.values()].map(([id]) => id)
  }

  /** Anybody may announce anything. */
  announce(id: DeviceId, addresses: readonly string[]): () => void {
    const key = Symbol('announcement')
    this.#announced.set(key, [id, addresses])
    for (const [sought, found] of this.#seekers.values()) if (sought === id) found(addresses)
    return () => void this.#announced.delete(key)
  }

  readonly meetings: Meetings = {
    addressesOf: () => [],
    announceMeeting: (now) => {
      const place = now()
      return place ? this.announce(place.id, [`${this.#host}:${place.ports.v4}`]) : () => {}
    },
    seekMeeting: (id, found) => {
      const key = Symbol('seeker')
      this.#seekers.set(key, [id, found])
      for (const [place, addresses] of this.#announced.values()) if (place === id) found(addresses)
      return () => void this.#seekers.delete(key)
    },
  }
}

export class MemoryEndpoint extends MemoryAcceptor implements Endpoint {
  readonly id: DeviceId
  readonly address: string
  readonly state: Cell<EndpointState>
  readonly sockets: readonly string[]
  readonly #net: MemoryNet
  readonly #connections = new Set<Connection>()

  constructor(net: MemoryNet, id: DeviceId, port: number) {
    super(id)
    this.#net = net
    this.id = id
    this.address = `10.0.0.1:${port}`
    this.state = new Cell<EndpointState>({ addresses: [this.address], relay: null })
    this.sockets = [`0.0.0.0:${port}`]
  }

  async connect(target: Target, alpn: Alpn): Promise<Connection> {
    const other = this.#net.find(target)
    if (!other.offered.includes(alpn)) throw new Fault('protocol.unknown')
    const connection = other.knock({ peer: this.id, alpn, origin: this.address })
    this.#connections.add(connection)
    return connection
  }

  async close(): Promise<void> {
    this.#net.leave(this)
    for (const connection of this.#connections) connection.close('core.closing')
    this.end()
  }
}

import { Fault, isCancellation, type FaultCode, type FaultRecord } from '#shared/faults.ts'
import type { Alpn, DeviceId } from '#shared/ids.ts'
import type { EndpointState, Settings } from '#shared/model.ts'
import { retrying } from './base/backoff.ts'
import type { Clock } from './base/clock.ts'
import { Lifetime } from './base/lifetime.ts'
import type { Log } from './base/log.ts'
import { Cell } from './base/state.ts'
import { portsOf } from './endpoint/addresses.ts'
import { openEndpoint } from './endpoint/endpoint.ts'
import type { Connection, DialBounds, Endpoint, Target } from './endpoint/types.ts'
import type { NetworkKey } from './private-network/network-key.ts'
import { privately } from './private-network/private-endpoint.ts'
import type { PrivateNetwork } from './private-network/private-network.ts'
import type { ProtocolRegistry } from './protocols/registry.ts'
import { openRouter, type Router } from './protocols/router.ts'

interface NetworkChoice extends Pick<Settings, 'lanOnly' | 'relay'> {
  readonly key: NetworkKey | null
}

export interface NetworkState {
  readonly endpoint: EndpointState
  readonly ports: { readonly v4: number | null; readonly v6: number | null }
  /** Why there is no endpoint right now; it is tried again by itself. */
  readonly problem: FaultRecord | null
}

interface NetworkOptions {
  readonly seed: Uint8Array
  readonly registry: ProtocolRegistry
  readonly isPaired: (peer: DeviceId) => boolean
  readonly settings: Cell<Settings>
  readonly privateNetwork: PrivateNetwork
  readonly forceRelay: boolean
  readonly udpPort?: number | undefined
  readonly clock: Clock
  readonly log: Log
}

const closed: NetworkState = {
  endpoint: { addresses: [], relay: null },
  ports: { v4: null, v6: null },
  problem: null,
}

interface Running {
  readonly endpoint: Endpoint
  readonly router: Router
  readonly lifetime: Lifetime
}

/**
 * The endpoint and its router, as the settings want them. Whether packets may leave the LAN and which
 * private network it belongs to is fixed for an endpoint, so changing that means a new one under the
 * same device key; whoever uses the network notices connections that close and are made again.
 */
export async function openNetwork(options: NetworkOptions): Promise<Network> {
  const network = new Network(options)
  await network.opened()
  return network
}

export class Network {
  readonly state = new Cell<NetworkState>(closed)
  readonly #options: NetworkOptions
  readonly #log: Log
  readonly #stopFollowing: readonly (() => void)[]
  #choice: NetworkChoice
  #running: Running | null = null
  #attempt = new AbortController()
  #turn: Promise<void>

  constructor(options: NetworkOptions) {
    this.#options = options
    this.#log = options.log.room('network')
    this.#choice = choiceOf(options)
    this.#turn = this.#open(this.#attempt.signal)
    const { settings, privateNetwork } = options
    this.#stopFollowing = [settings, privateNetwork.state].map((cell) =>
      cell.onChange(() => this.#follow()),
    )
  }

  /** When the first attempt to open has succeeded or failed. */
  opened(): Promise<void> {
    return this.#turn
  }

  connect(target: Target, alpn: Alpn, bounds: DialBounds): Promise<Connection> {
    if (!this.#running) return Promise.reject(new Fault('endpoint.unavailable', { port: 'any' }))
    return this.#running.endpoint.connect(target, alpn, bounds)
  }

  /** Ends at once what a device has running here. */
  closePeer(peer: DeviceId, code: FaultCode): void {
    this.#running?.router.closePeer(peer, code)
  }

  /** Router before endpoint, so that every peer hears why. */
  async close(): Promise<void> {
    for (const stop of this.#stopFollowing) stop()
    this.#attempt.abort()
    await this.#turn
    await this.#shut()
  }

  #follow(): void {
    const choice = choiceOf(this.#options)
    const { lanOnly, relay, key } = this.#choice
    if (choice.lanOnly === lanOnly && choice.relay === relay && choice.key === key) return
    this.#choice = choice
    this.#attempt.abort()
    const attempt = (this.#attempt = new AbortController())
    this.#turn = this.#turn.then(async () => {
      await this.#shut()
      await this.#open(attempt.signal)
    })
  }

  async #open(signal: AbortSignal): Promise<void> {
    try {
      if (!signal.aborted) await this.#bind()
    } catch (error) {
      this.#failed(error)
      void this.#keepTrying(signal)
    }
  }

  async #keepTrying(signal: AbortSignal): Promise<void> {
    try {
      await retrying({ clock: this.#options.clock, signal }, () => {
        // Its turn comes after whatever else is being opened or closed.
        const bound = this.#turn.then(() => (signal.aborted ? undefined : this.#bind()))
        this.#turn = bound.catch(() => {})
        return bound
      })
    } catch (error) {
      if (!isCancellation(error)) this.#failed(error)
    }
  }

  #failed(error: unknown): void {
    const fault = Fault.of(error)
    this.#log.warn('no endpoint', { fault })
    this.state.set({ ...closed, problem: fault.toRecord() })
  }

  async #bind(): Promise<void> {
    const { seed, registry, isPaired, forceRelay, udpPort, clock, log } = this.#options
    await using lifetime = new Lifetime()
    const { key, ...choice } = this.#choice
    const bound = await openEndpoint({
      secretKey: seed,
      network: { ...choice, forceRelay },
      // The names of a private network need the id of the endpoint; the router gives them at once.
      alpns: key ? [] : registry.alpns,
      ...(udpPort === undefined ? {} : { bindAddr: `0.0.0.0:${udpPort}` }),
      clock,
      log,
    })
    const endpoint = lifetime.own(key ? privately(bound, key, clock) : bound)
    const router = lifetime.own(openRouter({ acceptor: endpoint, registry, isPaired, clock, log }))
    const tell = () =>
      this.state.set({
        endpoint: endpoint.state.value,
        ports: portsOf(endpoint.sockets),
        problem: null,
      })
    lifetime.defer(endpoint.state.onChange(tell))
    this.#running = { endpoint, router, lifetime: lifetime.keep() }
    tell()
  }

  async #shut(): Promise<void> {
    const running = this.#running
    this.#running = null
    await running?.lifetime.close()
    this.state.set(closed)
  }
}

function choiceOf({ settings, privateNetwork }: NetworkOptions): NetworkChoice {
  const { lanOnly, relay } = settings.value
  return { lanOnly, relay, key: privateNetwork.key }
}

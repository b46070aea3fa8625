import { Fault, isCancellation } from '#shared/faults.ts'
import type { Settings } from '#shared/model.ts'
import type { Clock } from '../base/clock.ts'
import { abortable } from '../base/abortable.ts'
import { within } from '../base/deadline.ts'
import type { Log } from '../base/log.ts'
import type { Cell } from '../base/state.ts'
import type { FindGateway } from './default-gateway.ts'
import type { Dialect, RouterProtocol } from './dialect.ts'
import { Lease, type Hold } from './lease.ts'
import { speakNatPmp } from './nat-pmp.ts'
import { isPublic } from './outside-address.ts'
import { speakPcp } from './pcp.ts'
import type { Router } from './udp-question.ts'
import type { Ssdp } from './upnp/search.ts'
import { speakUpnp } from './upnp/upnp.ts'

export type { Hold } from './lease.ts'

interface GatewayOptions {
  /** Whether the router may be asked for anything at all. */
  readonly choice: Cell<{ readonly mayAsk: boolean }>
  readonly find: FindGateway
  /** Where routers listen; tests have places of their own. */
  readonly places?: Places
  readonly clock: Clock
  readonly log: Log
}

/** What the router is, as far as it says. */
export type RouterFacts =
  /** It may not be asked. */
  | { readonly state: 'off' }
  /** This computer does not say which it is, or there is none. */
  | { readonly state: 'unknown' }
  | { readonly state: 'silent' }
  | {
      readonly state: 'speaks'
      readonly protocol: RouterProtocol
      /** Whether its own address leads to it from everywhere; null where it does not tell. */
      readonly isPublic: boolean | null
    }

interface Places {
  readonly udp: number
  readonly ssdp: Ssdp
}

const usualPlaces: Places = { udp: 5351, ssdp: { port: 1900, group: '239.255.255.250' } }
/** Whoever hides that somebody is there opens no port to the whole internet. */
export function mayAskRouter(
  { routerPort, lanOnly }: Pick<Settings, 'routerPort' | 'lanOnly'>,
  isInPrivateNetwork: boolean,
): boolean {
  return routerPort && !lanOnly && !isInPrivateNetwork
}

const probeMs = 3_000
/** For so long it is not asked again what it speaks. */
const freshMs = 10 * 60_000
const farewellMs = 1_500

interface Known {
  readonly address: string
  readonly at: number
  /** The best first. All are asked at once; each comes to an answer in bounded time. */
  readonly dialects: readonly Promise<Dialect | null>[]
}

/** The router of this network, asked to let somebody in for as long as a transfer needs it. */
export class Gateway {
  readonly #options: GatewayOptions
  readonly #log: Log
  readonly #leases = new Set<Lease>()
  readonly #asking = new AbortController()
  readonly #stopFollowing: () => void
  #known: Known | null = null

  constructor(options: GatewayOptions) {
    this.#options = options
    this.#log = options.log.room('gateway')
    this.#stopFollowing = options.choice.onChange(() => {
      if (!options.choice.value.mayAsk) void this.#releaseAll()
    })
  }

  hold(port: number): Hold {
    if (!this.#mayAsk) return nothing
    const { clock } = this.#options
    const lease = new Lease({
      port,
      dialects: (signal) => this.#dialects(signal),
      wentAway: () => (this.#known = null),
      clock,
      log: this.#log,
    })
    this.#leases.add(lease)
    void lease.ended.finally(() => this.#leases.delete(lease))
    return lease
  }

  /** Another network, and so another router, perhaps at the same address. */
  moved(): void {
    this.#known = null
  }

  /** Asks what it is, and for nothing. */
  async look(signal: AbortSignal): Promise<RouterFacts> {
    if (!this.#mayAsk) return { state: 'off' }
    this.moved()
    const dialects = await this.#dialects(signal)
    if (dialects.length === 0) return { state: 'unknown' }
    const all = await abortable(Promise.all(dialects), signal)
    const speaking = all.filter((dialect) => dialect !== null)
    const [best] = speaking
    if (!best) return { state: 'silent' }
    const outside = speaking.flatMap((dialect) => dialect.outside ?? [])
    const { protocol } = best
    return {
      state: 'speaks',
      protocol,
      isPublic: outside.length > 0 ? outside.some(isPublic) : null,
    }
  }

  /** What was opened is closed again, as far as the router answers soon. */
  async close(): Promise<void> {
    this.#stopFollowing()
    const ending = this.#releaseAll()
    const bounds = { clock: this.#options.clock, milliseconds: farewellMs }
    await within(bounds, () => ending).catch(() => {})
    this.#asking.abort()
  }

  get #mayAsk(): boolean {
    return this.#options.choice.value.mayAsk && !this.#asking.signal.aborted
  }

  #releaseAll(): Promise<unknown> {
    for (const lease of this.#leases) lease.release()
    return Promise.all([...this.#leases].map(({ ended }) => ended))
  }

  async #dialects(signal: AbortSignal): Promise<Known['dialects']> {
    const { clock } = this.#options
    const address = await this.#address(signal)
    if (address === null) return []
    const known = this.#known
    const isFresh = known !== null && clock.monotonic() - known.at < freshMs
    if (isFresh && known.address === address) return known.dialects
    const dialects = this.#probe(address)
    this.#known = { address, at: clock.monotonic(), dialects }
    return dialects
  }

  async #address(signal: AbortSignal): Promise<string | null> {
    try {
      return await this.#options.find(signal)
    } catch (error) {
      if (isCancellation(error)) throw error
      this.#log.debug('no router is known', { fault: Fault.of(error) })
      return null
    }
  }

  #probe(address: string): Known['dialects'] {
    const { clock, places = usualPlaces } = this.#options
    const { signal } = this.#asking
    const router: Router = { address, port: places.udp, clock, signal }
    const bounds = { clock, milliseconds: probeMs, signal }
    const asked = [
      () => speakPcp(router),
      () => speakNatPmp(router),
      () => speakUpnp(router, places.ssdp),
    ]
    // Out of time, or nobody may ask any more: for whoever waits that is no answer.
    return asked.map((ask) => within(bounds, ask).catch(() => null))
  }
}

const nothing: Hold = { outside: Promise.resolve(null), release: () => {} }

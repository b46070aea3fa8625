import { randomBytes } from 'node:crypto'
import { Backoff } from '#shared/backoff.ts'
import { Fault, isCancellation } from '#shared/faults.ts'
import { abortable } from '../base/abortable.ts'
import { sleep, type Clock } from '../base/clock.ts'
import { Public, type Log } from '../base/log.ts'
import type { Dialect, Mapping, Wanted } from './dialect.ts'
import { isPublic } from './outside-address.ts'

const leaseSeconds = 20 * 60
const nonceLength = 12
/** Below it other services live; no device of ours dials there. */
const lowestPort = 1_024
/** A router that keeps it for less would be asked all the time. */
const leastSeconds = 30
const againPolicy = { firstMs: 10_000, maxMs: 60_000 }

/** A port that is held open at the router for as long as somebody needs it. */
export interface Hold {
  /** Where it is reached from outside; null where the router gives none. Settles in bounded time. */
  readonly outside: Promise<string | null>
  /** Nobody needs it any more. */
  release(): void
}

interface LeaseOptions {
  readonly port: number
  /** How the router can be asked, the best way first. */
  readonly dialects: (signal: AbortSignal) => Promise<readonly Promise<Dialect | null>[]>
  /** It said how to be asked, and then did not answer. */
  readonly wentAway: () => void
  readonly clock: Clock
  readonly log: Log
}

interface Held {
  readonly dialect: Dialect
  readonly mapping: Mapping
  readonly until: number
}

export class Lease implements Hold {
  readonly outside: Promise<string | null>
  /** When nothing is left of it at the router. */
  readonly ended: Promise<void>
  readonly #options: LeaseOptions
  readonly #over = new AbortController()
  readonly #nonce = randomBytes(nonceLength)
  #held: Held | null = null
  #tell: (outside: string | null) => void = () => {}

  constructor(options: LeaseOptions) {
    this.#options = options
    this.outside = new Promise((resolve) => (this.#tell = resolve))
    this.ended = this.#live()
  }

  release(): void {
    this.#tell(null)
    this.#over.abort()
  }

  async #live(): Promise<void> {
    const { log } = this.#options
    try {
      this.#held = await this.#first()
      if (this.#held) {
        const { dialect, mapping } = this.#held
        log.info('the router opened a port', { protocol: new Public(dialect.protocol) })
        this.#tell(`${mapping.host}:${mapping.port}`)
      }
      while (this.#held) this.#held = await this.#renewed(this.#held)
    } catch (error) {
      if (!isCancellation(error)) log.warn('no port at the router', { fault: Fault.of(error) })
    } finally {
      this.#tell(null)
      await this.#giveBack()
    }
  }

  async #first(): Promise<Held | null> {
    const { signal } = this.#over
    for (const speaking of await this.#options.dialects(signal)) {
      const dialect = await abortable(speaking, signal)
      const held = dialect && mayLeadHere(dialect) ? await this.#map(dialect, null) : null
      if (held) return held
    }
    return null
  }

  /** At half of its time, and from then on again and again until that is up. */
  async #renewed({ dialect, mapping, until }: Held): Promise<Held | null> {
    const { clock } = this.#options
    const { signal } = this.#over
    const backoff = new Backoff(againPolicy)
    await sleep(clock, (until - clock.monotonic()) / 2, signal)
    while (clock.monotonic() < until) {
      const held = await this.#map(dialect, mapping)
      if (held) return held
      await sleep(clock, backoff.next(), signal)
    }
    return null
  }

  /** Not cut short by a release: what the router grants must be known, to be given back. */
  async #map(dialect: Dialect, before: Mapping | null): Promise<Held | null> {
    const { clock, wentAway } = this.#options
    const granted = await dialect.map(this.#wanted(before))
    if (granted === null) wentAway()
    if (granted === null || granted === 'refused') return null
    const { host, port, seconds } = granted
    if (!isPublic(host) || port < lowestPort || seconds < leastSeconds) {
      await dialect.unmap(this.#wanted(null), granted)
      return null
    }
    const until = clock.monotonic() + Math.min(seconds, leaseSeconds) * 1_000
    return { dialect, mapping: granted, until }
  }

  async #giveBack(): Promise<void> {
    if (!this.#held) return
    const { dialect, mapping } = this.#held
    // Without an answer it runs out by itself.
    await dialect.unmap(this.#wanted(null), mapping).catch(() => {})
  }

  #wanted(held: Mapping | null): Wanted {
    return { port: this.#options.port, nonce: this.#nonce, held, seconds: leaseSeconds }
  }
}

/** A router behind another one opens what nobody gets to. */
function mayLeadHere({ outside }: Dialect): boolean {
  return outside === null || isPublic(outside)
}

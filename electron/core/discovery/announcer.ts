import { Fault } from '#shared/faults.ts'
import type { Clock } from '#core/base/clock.ts'
import type { Log } from '#core/base/log.ts'
import type { Link } from './links.ts'
import { encodeGoodbye, encodeService, isAskedFor, type AnnouncedService } from './packets.ts'

// Sightings live for 30 s, so two lost packets in a row do no harm.
const repeatMs = 10_000
// RFC 6762, 6: no record more often than once a second, and answers a little apart from each other.
const restMs = 1_000
const answerMs = 100

interface AnnouncerOptions {
  readonly clock: Clock
  readonly log: Log
  readonly random: () => number
  /** What there is to announce, asked each time; what is no longer in it takes its leave. */
  readonly services: () => readonly AnnouncedService[]
  /** Sends on every link what is right for that link. */
  readonly spread: (packetFor: (link: Link) => Uint8Array) => Promise<void>
}

/** Says what we offer: at once when it changes, soon when asked, and every now and then. */
export class Announcer {
  readonly #options: AnnouncerOptions
  #said: readonly AnnouncedService[] = []
  #lastAt = -Infinity
  #next = { at: Infinity, undo: () => {} }
  #closed = false

  constructor(options: AnnouncerOptions) {
    this.#options = options
  }

  /** Something is new: once now, and once more in case that was lost. */
  async announceTwice(): Promise<void> {
    await this.#announce()
    this.#schedule(restMs)
  }

  asked(question: string): void {
    if (!isAskedFor(question, this.#said)) return
    const { clock, random } = this.#options
    const rest = this.#lastAt + restMs - clock.monotonic()
    this.#schedule(Math.max(random() * answerMs, rest))
  }

  /** Nothing is said after this. */
  async goodbye(): Promise<void> {
    this.#closed = true
    this.#next.undo()
    await this.#leave(this.#said)
  }

  async #announce(): Promise<void> {
    if (this.#closed) return
    const { clock, random, services, spread } = this.#options
    const wanted = services()
    const gone = this.#said.filter(({ instance }) =>
      wanted.every((service) => service.instance !== instance),
    )
    this.#said = wanted
    this.#lastAt = clock.monotonic()
    this.#next.undo()
    this.#next = { at: Infinity, undo: () => {} }
    this.#schedule(repeatMs - random() * 0.2 * repeatMs)
    for (const service of wanted) {
      await spread(({ addresses }) => encodeService(service, addresses))
    }
    // The new name first: whoever knows us by both never loses us.
    await this.#leave(gone)
  }

  async #leave(services: readonly AnnouncedService[]): Promise<void> {
    for (const service of services) await this.#options.spread(() => encodeGoodbye(service))
  }

  /** The earliest of what was wished for counts. */
  #schedule(waitMs: number): void {
    const { clock, log } = this.#options
    const at = clock.monotonic() + waitMs
    if (this.#closed || at >= this.#next.at) return
    this.#next.undo()
    const announce = () =>
      void this.#announce().catch((error: unknown) =>
        log.error('stumbled', { error: Fault.of(error) }),
      )
    this.#next = { at, undo: clock.after(waitMs, announce) }
  }
}

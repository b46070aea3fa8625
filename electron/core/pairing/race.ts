import { setMaxListeners } from 'node:events'
import { Fault, isCancellation } from '#shared/faults.ts'
import { retrying } from '../base/backoff.ts'
import type { Clock } from '../base/clock.ts'
import { within } from '../base/deadline.ts'

interface Closable {
  close(): void
}

interface RaceOptions {
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly milliseconds: number
  readonly lost: () => Fault
}

/** Soon again at first: the other side may just be getting ready. */
const policy = { firstMs: 250, maxMs: 2_000 }
/** How long the others may still win once one way has ended in a clear no. */
const graceMs = 3_000

/** Several ways at once to the same thing. The first that succeeds wins, the others are closed. */
export class Race<Prize extends Closable> {
  readonly #options: RaceOptions
  readonly #others = new AbortController()
  readonly #won: Promise<Prize>
  #win: (prize: Prize) => void = () => {}
  #lose: (fault: Fault) => void = () => {}
  #over = false

  constructor(options: RaceOptions) {
    this.#options = options
    this.#won = new Promise((resolve, reject) => {
      this.#win = resolve
      this.#lose = reject
    })
    // Nobody waits for it once the race is called off.
    this.#won.catch(() => {})
    // Every way listens to it.
    setMaxListeners(0, this.#others.signal)
  }

  get signal(): AbortSignal {
    return this.#others.signal
  }

  /** Tries again what may work later. */
  enter(way: (signal: AbortSignal) => Promise<Prize>): void {
    if (this.#over) return
    const { clock } = this.#options
    retrying({ clock, signal: this.signal, policy }, way).then(
      (prize) => this.#arrived(prize),
      (error: unknown) => this.failed(error),
    )
  }

  /** A way has ended in a no, or could not even be begun. */
  failed(error: unknown): void {
    if (this.#over || isCancellation(error)) return
    const undo = this.#options.clock.after(graceMs, () => this.#lose(Fault.of(error)))
    this.signal.addEventListener('abort', undo, { once: true })
  }

  async result(): Promise<Prize> {
    const { clock, signal, milliseconds, lost } = this.#options
    try {
      return await within({ clock, signal, milliseconds, fault: lost }, () => this.#won)
    } catch (error) {
      // It may have been won in the very moment that ended it.
      this.#won.then(
        (prize) => prize.close(),
        () => {},
      )
      throw error
    } finally {
      this.#over = true
      this.#others.abort()
    }
  }

  #arrived(prize: Prize): void {
    if (this.#over) return prize.close()
    this.#over = true
    this.#win(prize)
    this.#others.abort()
  }
}

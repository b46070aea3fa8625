import type { Clock } from '../base/clock.ts'

interface LivenessOptions {
  readonly clock: Clock
  /** Sends something that has to be answered. */
  readonly ask: () => void
  /** The other side has gone without a word. */
  readonly dead: () => void
}

interface Pace {
  /** So much silence is normal. */
  readonly askAfterMs: number
  /** How long an answer may take; with the silence before it, how soon a death is noticed. */
  readonly answerMs: number
}

const idlePace: Pace = { askAfterMs: 30_000, answerMs: 30_000 }
const busyPace: Pace = { askAfterMs: 5_000, answerMs: 10_000 }

/**
 * Whether the other side is still there. The transport does not tell: a peer that was killed looks
 * to it like one that has nothing to say.
 */
export class Liveness {
  readonly #options: LivenessOptions
  #heardAt: number
  #askedAt: number | null = null
  #leases = 0
  #undo = () => {}
  #closed = false

  constructor(options: LivenessOptions) {
    this.#options = options
    this.#heardAt = options.clock.monotonic()
    this.#look()
  }

  get isBusy(): boolean {
    return this.#leases > 0
  }

  /** Something came from the other side. */
  heard(): void {
    this.#heardAt = this.#options.clock.monotonic()
    if (this.#askedAt === null) return
    this.#askedAt = null
    this.#look()
  }

  /** While something is under way a death has to be noticed soon. Returns its own end. */
  busy(): () => void {
    this.#leases += 1
    // What was asked at leisure is asked again: its answer is wanted sooner now.
    if (this.#leases === 1) this.#askedAt = null
    this.#look()
    let held = true
    return () => {
      if (!held) return
      held = false
      this.#leases -= 1
      this.#look()
    }
  }

  close(): void {
    this.#closed = true
    this.#undo()
  }

  #look(): void {
    this.#undo()
    if (this.#closed) return
    const { clock, ask, dead } = this.#options
    const { askAfterMs, answerMs } = this.#leases > 0 ? busyPace : idlePace
    const now = clock.monotonic()
    if (this.#askedAt === null && now - this.#heardAt >= askAfterMs) {
      this.#askedAt = now
      ask()
    }
    if (this.#askedAt !== null && now - this.#askedAt >= answerMs) return dead()
    const next = this.#askedAt === null ? this.#heardAt + askAfterMs : this.#askedAt + answerMs
    this.#undo = clock.after(next - now, () => this.#look())
  }
}

import type { Clock } from '../../base/clock.ts'

interface Watched {
  /** Whether silence would be a sign. */
  expects(): boolean
  isSilent(): void
  /** Says something where nothing else was said. */
  speak(): void
}

const tickMs = 2_500
const silentTicks = 4

/**
 * Each end says something every few seconds, so that silence means that the way is gone. Time is
 * counted in ticks of our own: after a sleep of ten minutes one has passed, and what waits in the
 * kernel is read before anybody judges.
 */
export class Liveness {
  readonly #clock: Clock
  readonly #watched: Watched
  #silent = 0
  #hasSpoken = false
  #stopTicking: () => void = () => {}

  constructor(clock: Clock, watched: Watched) {
    this.#clock = clock
    this.#watched = watched
    this.#schedule()
  }

  heard(): void {
    this.#silent = 0
  }

  spoke(): void {
    this.#hasSpoken = true
  }

  stop(): void {
    this.#stopTicking()
  }

  #schedule(): void {
    this.#stopTicking = this.#clock.after(tickMs, () => {
      this.#schedule()
      this.#tick()
    })
  }

  #tick(): void {
    if (!this.#hasSpoken) this.#watched.speak()
    this.#hasSpoken = false
    this.#silent = this.#watched.expects() ? this.#silent + 1 : 0
    if (this.#silent > silentTicks) this.#watched.isSilent()
  }
}

import type { Clock } from '../../base/clock.ts'

const windowMs = 500

/** How many bytes a second a lane takes, over the last half second or so of moving. */
export class Rate {
  readonly #clock: Clock
  #since: number
  #bytes = 0
  #bytesPerSecond: number | null = null

  constructor(clock: Clock) {
    this.#clock = clock
    this.#since = clock.monotonic()
  }

  /** Null until enough was measured. */
  get bytesPerSecond(): number | null {
    return this.#bytesPerSecond
  }

  count(bytes: number): void {
    this.#bytes += bytes
    const passed = this.#clock.monotonic() - this.#since
    if (passed < windowMs) return
    this.#bytesPerSecond = (this.#bytes / passed) * 1_000
    this.restart()
  }

  /** What was no moving (a pause, a wait for the other side) does not count. */
  restart(): void {
    this.#bytes = 0
    this.#since = this.#clock.monotonic()
  }
}

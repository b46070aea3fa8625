import type { Clock } from '../../base/clock.ts'

const windowMs = 100
/** Above this the network is faster than deflate, and packing would only slow it down. */
const slowBytesPerSecond = 40_000_000

/** How many bytes a second a lane takes, over the last tenth of a second or so of moving. */
export class Rate {
  readonly #clock: Clock
  #since: number
  #bytes = 0
  #waitedMs = 0
  #bytesPerSecond: number | null = null
  #waitedShare = 0

  constructor(clock: Clock) {
    this.#clock = clock
    this.#since = clock.monotonic()
  }

  /** Null until enough was measured. */
  get bytesPerSecond(): number | null {
    return this.#bytesPerSecond
  }

  /** Whether it is the lane that is slow, and not whoever feeds it. */
  get isLaneSlow(): boolean {
    const isSlow = this.#bytesPerSecond !== null && this.#bytesPerSecond < slowBytesPerSecond
    return isSlow && this.#waitedShare > 0.8
  }

  /** A wait for room on the lane. */
  waited(milliseconds: number): void {
    this.#waitedMs += milliseconds
  }

  count(bytes: number): void {
    this.#bytes += bytes
    const passed = this.#clock.monotonic() - this.#since
    if (passed < windowMs) return
    this.#bytesPerSecond = (this.#bytes / passed) * 1_000
    this.#waitedShare = this.#waitedMs / passed
    this.restart()
  }

  /** What was no moving (a pause, a wait for the other side) does not count. */
  restart(): void {
    this.#bytes = 0
    this.#waitedMs = 0
    this.#since = this.#clock.monotonic()
  }
}

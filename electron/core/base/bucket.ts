import type { Clock } from './clock.ts'

export interface BucketSize {
  readonly burst: number
  readonly perSecond: number
}

/** Lets through so many at once and so many a second after that. */
export class Bucket {
  readonly #clock: Clock
  readonly #size: BucketSize
  #tokens: number
  #filledAt: number

  constructor(clock: Clock, size: BucketSize) {
    this.#clock = clock
    this.#size = size
    this.#tokens = size.burst
    this.#filledAt = clock.monotonic()
  }

  take(): boolean {
    const now = this.#clock.monotonic()
    const earned = ((now - this.#filledAt) / 1_000) * this.#size.perSecond
    this.#tokens = Math.min(this.#size.burst, this.#tokens + earned)
    this.#filledAt = now
    if (this.#tokens < 1) return false
    this.#tokens -= 1
    return true
  }
}

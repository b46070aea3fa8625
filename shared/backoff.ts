export interface BackoffPolicy {
  readonly firstMs: number
  readonly maxMs: number
}

/** The one policy: half a second, doubled each time up to half a minute, each with full jitter. */
export const standardBackoff: BackoffPolicy = { firstMs: 500, maxMs: 30_000 }

/**
 * How long to wait before each next attempt. Jitter over the upper half keeps devices that failed
 * together from knocking together, without ever hammering.
 */
export class Backoff {
  readonly #policy: BackoffPolicy
  readonly #random: () => number
  #failures = 0

  constructor(policy: BackoffPolicy = standardBackoff, random: () => number = Math.random) {
    this.#policy = policy
    this.#random = random
  }

  next(): number {
    const ceiling = Math.min(this.#policy.firstMs * 2 ** this.#failures, this.#policy.maxMs)
    this.#failures += 1
    return ceiling / 2 + (this.#random() * ceiling) / 2
  }

  /** After a success, or news that makes an early attempt worth while. */
  reset(): void {
    this.#failures = 0
  }
}

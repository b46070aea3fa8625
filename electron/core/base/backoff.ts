import { Fault, isCancellation } from '#shared/faults.ts'
import { sleep, type Clock } from './clock.ts'

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

export interface RetryOptions {
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly policy?: BackoffPolicy
  readonly random?: () => number
  readonly onRetry?: (fault: Fault, waitMs: number) => void
}

/** Repeats what may succeed later (the fault table says which) until it does or nobody wants it. */
export async function retrying<Value>(
  options: RetryOptions,
  attempt: (signal: AbortSignal) => Promise<Value>,
): Promise<Value> {
  const backoff = new Backoff(options.policy, options.random)
  for (;;) {
    try {
      return await attempt(options.signal)
    } catch (error) {
      if (isCancellation(error)) throw error
      const fault = Fault.of(error)
      if (fault.row.retry !== 'later') throw error
      const waitMs = backoff.next()
      options.onRetry?.(fault, waitMs)
      await sleep(options.clock, waitMs, options.signal)
    }
  }
}

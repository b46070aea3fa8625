import { Backoff, type BackoffPolicy } from '#shared/backoff.ts'
import { Fault, isCancellation } from '#shared/faults.ts'
import { sleep, type Clock } from './clock.ts'

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

import { cancellation, Fault } from '#shared/faults.ts'
import type { Clock } from './clock.ts'

export interface Bounds {
  readonly clock: Clock
  readonly milliseconds: number
  readonly signal?: AbortSignal | undefined
  /** What passing the deadline means here; without it, `deadline.passed`. */
  readonly fault?: (() => Fault) | undefined
}

/**
 * Runs work that may hang. The work gets a signal that aborts at the deadline or when the caller
 * loses interest; the caller gets its answer then, whether or not the work listens.
 */
export async function within<Value>(
  bounds: Bounds,
  work: (signal: AbortSignal) => Promise<Value>,
): Promise<Value> {
  const { clock, milliseconds, signal } = bounds
  if (signal?.aborted) throw cancellation()
  const controller = new AbortController()
  let undo = () => {}
  const interrupted = new Promise<never>((_, reject) => {
    const stop = (error: Error) => {
      reject(error)
      controller.abort()
    }
    const onAbort = () => stop(cancellation())
    signal?.addEventListener('abort', onAbort, { once: true })
    const undoTimer = clock.after(milliseconds, () =>
      stop(bounds.fault?.() ?? new Fault('deadline.passed', { seconds: milliseconds / 1000 })),
    )
    undo = () => {
      undoTimer()
      signal?.removeEventListener('abort', onAbort)
    }
  })
  try {
    const running = work(controller.signal)
    // If the deadline wins, a later failure of the work has nobody left to hear it.
    running.catch(() => {})
    return await Promise.race([running, interrupted])
  } finally {
    undo()
    interrupted.catch(() => {})
  }
}

import { cancellation } from '#shared/faults.ts'

/** Time as the core sees it; tests bend it. */
export interface Clock {
  /** Wall clock in milliseconds: for people and for other devices; it can jump. */
  now(): number
  /** Milliseconds that only ever grow, through suspend or not as the system has it. */
  monotonic(): number
  /** Calls back once; returns the undo. Never keeps the process alive by itself. */
  after(milliseconds: number, callback: () => void): () => void
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(milliseconds, callback) {
    const timer = setTimeout(callback, milliseconds)
    timer.unref()
    return () => clearTimeout(timer)
  },
}

/** Resolves after the time, rejects with a cancellation when the signal aborts first. */
export function sleep(clock: Clock, milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(cancellation())
    const undo = clock.after(milliseconds, () => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    })
    const onAbort = () => {
      undo()
      reject(cancellation())
    }
    signal?.addEventListener('abort', onAbort, { once: true })
  })
}

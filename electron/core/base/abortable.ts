import { cancellation } from '#shared/faults.ts'

/**
 * Waits for work that cannot be cancelled, but only as long as somebody wants the answer. The work
 * goes on by itself; what it brings afterwards is the business of whoever started it.
 */
export function abortable<Value>(work: Promise<Value>, signal?: AbortSignal): Promise<Value> {
  if (!signal) return work
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(cancellation())
    const settled = () => signal.removeEventListener('abort', onAbort)
    work.then(resolve, reject).finally(settled)
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort, { once: true })
  })
}

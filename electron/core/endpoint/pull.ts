import { cancellation } from '#shared/faults.ts'
import { abortable } from '../base/abortable.ts'

/**
 * Calls of the binding cannot be cancelled. What arrives after its waiter has left is kept for the
 * next one, so that leaving early loses nothing. One waits at a time.
 */
export class Pull<Value> {
  readonly #start: () => Promise<Value>
  #running: Promise<Value> | null = null
  #waiting = false

  constructor(start: () => Promise<Value>) {
    this.#start = start
  }

  async next(signal?: AbortSignal): Promise<Value> {
    if (this.#waiting) throw new Error('somebody else already waits here')
    if (signal?.aborted) throw cancellation()
    this.#waiting = true
    try {
      const value = await abortable(this.#begun(), signal)
      this.#running = null
      return value
    } catch (error) {
      if (!signal?.aborted) this.#running = null
      throw error
    } finally {
      this.#waiting = false
    }
  }

  #begun(): Promise<Value> {
    if (this.#running) return this.#running
    const running = this.#start()
    // With nobody waiting, a failure is kept for the next one too.
    running.catch(() => {})
    this.#running = running
    return running
  }
}

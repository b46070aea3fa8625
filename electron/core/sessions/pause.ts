import { cancellation } from '#shared/faults.ts'
import type { Clock } from '../base/clock.ts'

/** A wait that news cut short; news that come when nobody waits cut the next one. */
export class Pause {
  readonly #clock: Clock
  #news = false
  #end = () => {}

  constructor(clock: Clock) {
    this.#clock = clock
  }

  end(): void {
    this.#news = true
    this.#end()
  }

  /** Ends the wait there is, if there is one. */
  wake(): void {
    this.#end()
  }

  /** For so long, or with null until there are news. */
  async wait(milliseconds: number | null, signal: AbortSignal): Promise<void> {
    if (signal.aborted) throw cancellation()
    if (!this.#news) await this.#waited(milliseconds, signal)
    this.#news = false
    if (signal.aborted) throw cancellation()
  }

  #waited(milliseconds: number | null, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const over = () => {
        undo()
        signal.removeEventListener('abort', over)
        this.#end = () => {}
        resolve()
      }
      const undo = milliseconds === null ? () => {} : this.#clock.after(milliseconds, over)
      signal.addEventListener('abort', over, { once: true })
      this.#end = over
    })
  }
}

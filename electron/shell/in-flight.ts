import { maxInFlight } from './channels.ts'

/**
 * Electron queues without end for a page that hangs. Streams therefore wait once too much is on its
 * way, and the core merges what changes meanwhile.
 */
export class InFlight {
  #sent = 0
  #taken = 0
  #waiting: (() => void)[] = []
  #closed = false

  sent(): void {
    this.#sent += 1
  }

  /** The page says how many it has taken in all; it cannot have taken more than were sent. */
  taken(count: number): void {
    if (!Number.isInteger(count) || count < this.#taken || count > this.#sent) return
    this.#taken = count
    if (this.#hasRoom()) this.#wake()
  }

  drained(): Promise<void> {
    if (this.#hasRoom()) return Promise.resolve()
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  close(): void {
    this.#closed = true
    this.#wake()
  }

  #hasRoom(): boolean {
    return this.#closed || this.#sent - this.#taken < maxInFlight
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve()
  }
}

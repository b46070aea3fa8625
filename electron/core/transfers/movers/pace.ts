import { sleep, type Clock } from '../../base/clock.ts'

/** A cap that was changed is felt within so long. */
const lookMs = 200

/** Lets so many bytes a second through, or all; the cap may change at any time. */
export class Pace {
  readonly #clock: Clock
  #bytesPerSecond: number | null = null
  /** What may go at once; below zero, what went too early. */
  #credit = 0
  #creditedAt = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get bytesPerSecond(): number | null {
    return this.#bytesPerSecond
  }

  cap(bytesPerSecond: number | null): void {
    this.#earn()
    this.#bytesPerSecond = bytesPerSecond
    this.#credit = 0
  }

  /** Resolves when bytes that are about to go, or just came, keep to the cap. */
  async take(bytes: number, signal: AbortSignal): Promise<void> {
    if (this.#bytesPerSecond === null) return
    this.#earn()
    this.#credit -= bytes
    while (this.#bytesPerSecond !== null && this.#credit < 0) {
      const dueMs = (-this.#credit / this.#bytesPerSecond) * 1_000
      await sleep(this.#clock, Math.min(lookMs, dueMs), signal)
      this.#earn()
    }
  }

  #earn(): void {
    const now = this.#clock.monotonic()
    const rate = this.#bytesPerSecond ?? 0
    // No saving up: after a silence the cap holds at once.
    const most = (rate * lookMs) / 1_000
    this.#credit = Math.min(most, this.#credit + (rate * (now - this.#creditedAt)) / 1_000)
    this.#creditedAt = now
  }
}

import type { Clock } from '#core/base/clock.ts'

/** What discovery hears, for whoever looks after it. */
export interface Hearing {
  /** Network interfaces on which devices are announced and heard. */
  readonly interfaces: readonly string[]
  readonly minutes: number
  /** Announcements of other devices in the last minutes, and of this one coming back to it. */
  readonly others: number
  readonly own: number
}

const minuteMs = 60_000
const minutes = 5

/** Counts by the minute, so that it stays small however much there is to hear. */
export class HeardLately {
  readonly minutes = minutes
  readonly #clock: Clock
  readonly #counts = new Map<number, number>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  add(): void {
    const now = this.#minute()
    this.#counts.set(now, (this.#counts.get(now) ?? 0) + 1)
    for (const minute of this.#counts.keys())
      if (minute <= now - minutes) this.#counts.delete(minute)
  }

  get count(): number {
    const now = this.#minute()
    let sum = 0
    for (const [minute, count] of this.#counts) if (minute > now - minutes) sum += count
    return sum
  }

  #minute(): number {
    return Math.floor(this.#clock.monotonic() / minuteMs)
  }
}

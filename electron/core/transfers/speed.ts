import type { Clock } from '../base/clock.ts'

const windowMs = 4_000

/** How fast bytes go, over the last few seconds. */
export class Speed {
  readonly #clock: Clock
  readonly #samples: { at: number; bytes: number }[] = []

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** So many bytes in all, by now. */
  reached(bytes: number): void {
    const at = this.#clock.monotonic()
    this.#samples.push({ at, bytes })
    while (this.#samples.length > 2 && (this.#samples[1]?.at ?? at) <= at - windowMs) {
      this.#samples.shift()
    }
  }

  rest(): void {
    this.#samples.length = 0
  }

  get bytesPerSecond(): number {
    const [first] = this.#samples
    const last = this.#samples.at(-1)
    if (!first || !last || last.at <= first.at) return 0
    return Math.max(0, ((last.bytes - first.bytes) / (last.at - first.at)) * 1_000)
  }
}

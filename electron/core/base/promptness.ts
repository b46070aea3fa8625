const promptBytesPerMs = 1024 * 1024
const leastMs = 1
/** One that is late may have been interrupted by something else. */
const mostLate = 3

/**
 * Whether the system reads or writes a file in memory, at the speed of a copy. Then to do it here
 * and now costs less than to have another thread do it; where a disk has to move, it must not block.
 */
export class Promptness {
  readonly #now: () => number
  #late = 0

  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  get isPrompt(): boolean {
    return this.#late < mostLate
  }

  /** The work returns how many bytes it moved, or less than it was asked to. */
  watch(bytes: number, work: () => number): number {
    const began = this.#now()
    const result = work()
    const isLate = this.#now() - began > Math.max(leastMs, bytes / promptBytesPerMs)
    this.#late = isLate ? this.#late + 1 : 0
    return result
  }
}

import type { Clock } from '#core/base/clock.ts'

interface Timer {
  readonly at: number
  readonly callback: () => void
}

/** A clock whose time passes only when the test says so; wall and monotonic time move apart at will. */
export class FakeClock implements Clock {
  #monotonic = 0
  #wall: number
  readonly #timers = new Set<Timer>()

  constructor(wall = Date.UTC(2026, 0, 1)) {
    this.#wall = wall
  }

  now(): number {
    return this.#wall
  }

  monotonic(): number {
    return this.#monotonic
  }

  after(milliseconds: number, callback: () => void): () => void {
    const timer = { at: this.#monotonic + milliseconds, callback }
    this.#timers.add(timer)
    return () => void this.#timers.delete(timer)
  }

  get pending(): number {
    return this.#timers.size
  }

  /** Moves the wall clock alone, as a person or a time server does. */
  jump(milliseconds: number): void {
    this.#wall += milliseconds
  }

  /** Time passes and nothing runs, as in a process that is stopped: what fell due comes late. */
  freeze(milliseconds: number): void {
    this.#moveTo(this.#monotonic + milliseconds)
  }

  /** Lets time pass, running what falls due in order and letting promises settle in between. */
  async advance(milliseconds: number): Promise<void> {
    const until = this.#monotonic + milliseconds
    await settle()
    for (let due = this.#next(until); due; due = this.#next(until)) {
      this.#timers.delete(due)
      this.#moveTo(Math.max(due.at, this.#monotonic))
      due.callback()
      await settle()
    }
    this.#moveTo(until)
    await settle()
  }

  #next(until: number): Timer | undefined {
    return [...this.#timers].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0]
  }

  #moveTo(time: number): void {
    this.#wall += time - this.#monotonic
    this.#monotonic = time
  }
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve))
}

import type { Clock } from '../base/clock.ts'

interface StandstillOptions {
  readonly clock: Clock
  /** How long nothing may count; null while that says nothing. */
  readonly patienceMs: () => number | null
  readonly isStill: () => void
}

/** A timer that comes so late says that this process stood still, not what it watches. */
const frozenMs = 1_000

/** Notices that nothing has counted for a while. */
export class Standstill {
  readonly #options: StandstillOptions
  #undo = () => {}

  constructor(options: StandstillOptions) {
    this.#options = options
  }

  /** Something counted just now, or how long to be patient changed. */
  moved(): void {
    const { clock, patienceMs, isStill } = this.#options
    this.rest()
    const patience = patienceMs()
    if (patience === null) return
    const dueAt = clock.monotonic() + patience
    this.#undo = clock.after(patience, () => {
      // What came meanwhile waits to be heard: nobody is judged before that.
      if (clock.monotonic() - dueAt > frozenMs) this.moved()
      else isStill()
    })
  }

  rest(): void {
    this.#undo()
    this.#undo = () => {}
  }
}

import type { Clock } from './clock.ts'

/** A timer for each name: setting it again puts the new one in the place of the old. */
export class Timers<Name> {
  readonly #clock: Clock
  readonly #undo = new Map<Name, () => void>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  set(name: Name, milliseconds: number, callback: () => void): void {
    this.stop(name)
    const due = () => {
      this.#undo.delete(name)
      callback()
    }
    this.#undo.set(name, this.#clock.after(milliseconds, due))
  }

  stop(name: Name): void {
    this.#undo.get(name)?.()
    this.#undo.delete(name)
  }

  close(): void {
    for (const undo of this.#undo.values()) undo()
    this.#undo.clear()
  }
}

type Listener<Value> = (value: Value) => void

/**
 * Announces; never drives. Listeners run in the order they came, one that throws does not keep the
 * others from hearing, and what it threw goes to the given reporter.
 */
export class Emitter<Events extends Record<string, unknown>> {
  readonly #listeners = new Map<keyof Events, Set<Listener<never>>>()
  readonly #report: (error: unknown) => void

  constructor(report: (error: unknown) => void) {
    this.#report = report
  }

  /** Returns its own undo. */
  on<Name extends keyof Events>(name: Name, listener: Listener<Events[Name]>): () => void {
    const listeners = this.#listeners.get(name) ?? new Set()
    this.#listeners.set(name, listeners)
    // Each registration is its own, even of the same function.
    const own: Listener<Events[Name]> = (value) => listener(value)
    listeners.add(own)
    return () => listeners.delete(own)
  }

  emit<Name extends keyof Events>(name: Name, value: Events[Name]): void {
    for (const listener of Array.from(this.#listeners.get(name) ?? [])) {
      try {
        ;(listener as Listener<Events[Name]>)(value)
      } catch (error) {
        this.#report(error)
      }
    }
  }

  /** How many listen: tests prove that nothing is left behind. */
  count(name: keyof Events): number {
    return this.#listeners.get(name)?.size ?? 0
  }
}

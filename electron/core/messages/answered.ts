import type { Outcome } from './envelope.ts'

const remembered = 1_024

/**
 * What became of the messages of one device, by their ids: one that is sent again because its
 * answer got lost is answered again and not handled again.
 */
export class Answered {
  readonly #outcomes = new Map<string, Promise<Outcome>>()

  once(id: string, handle: () => Promise<Outcome>): Promise<Outcome> {
    const known = this.#outcomes.get(id)
    if (known) return known
    const outcome = handle()
    this.#outcomes.set(id, outcome)
    const [oldest] = this.#outcomes.keys()
    if (this.#outcomes.size > remembered && oldest !== undefined) this.#outcomes.delete(oldest)
    return outcome
  }
}

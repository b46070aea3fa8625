import { Fault } from '#shared/faults.ts'
import type { Outcome } from './envelope.ts'

/** A message on its way: it is sent on every session until one brings its answer. */
export interface Letter {
  readonly id: string
  readonly bytes: Uint8Array
  readonly answer: Promise<void>
  settle(outcome: Outcome): void
  /** Ends the close watch over the session it went out on. */
  release: () => void
}

const maxLetters = 256

/** The messages to one device that wait for their answers, in the order they were written. */
export class Outbox {
  readonly #letters = new Map<string, Letter>()

  get letters(): Letter[] {
    return [...this.#letters.values()]
  }

  add(id: string, bytes: Uint8Array): Letter {
    if (this.#letters.size >= maxLetters) throw new Fault('peer.busy')
    let settle: Letter['settle'] = () => {}
    const answer = new Promise<void>((resolve, reject) => {
      settle = (outcome) => (outcome === null ? resolve() : reject(new Fault(outcome)))
    })
    answer.catch(() => {})
    const letter: Letter = { id, bytes, answer, settle, release: () => {} }
    this.#letters.set(id, letter)
    return letter
  }

  settle(id: string, outcome: Outcome): void {
    this.#letters.get(id)?.settle(outcome)
  }

  remove(letter: Letter): void {
    letter.release()
    this.#letters.delete(letter.id)
  }
}

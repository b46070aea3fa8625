import { landingFault } from './errors.ts'

/** Steps that may not overlap, one after the other; what fails is told as a fault. */
export class Turns {
  readonly #root: string
  #last: Promise<unknown> = Promise.resolve()

  constructor(root: string) {
    this.#root = root
  }

  run<T>(step: () => T | Promise<T>): Promise<T> {
    const turn = this.#last.then(async () => {
      try {
        return await step()
      } catch (error) {
        throw landingFault(error, this.#root)
      }
    })
    this.#last = turn.catch(() => undefined)
    return turn
  }
}

import type { Reporter } from '../reporter.ts'

/**
 * How much the receiver has acknowledged as durable. It outlives lanes: what was acknowledged over
 * one is still there over the next, unless the receiver says otherwise.
 */
export class Acknowledged {
  readonly #reporter: Reporter
  /** Of files that have not landed. */
  readonly #partial = new Map<number, number>()

  constructor(reporter: Reporter) {
    this.#reporter = reporter
  }

  of(index: number): number {
    return this.#partial.get(index) ?? 0
  }

  /** It has so much of a file that has not landed. */
  partial(index: number, bytes: number): void {
    this.#reporter.covered(bytes - this.of(index))
    if (bytes === 0) this.#partial.delete(index)
    else this.#partial.set(index, bytes)
  }

  landed(index: number, size: number): void {
    this.#reporter.covered(size - this.of(index))
    this.#partial.delete(index)
  }

  /** It had landed, and is wanted once more. */
  lost(size: number): void {
    this.#reporter.covered(-size)
  }
}

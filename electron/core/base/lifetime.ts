type Closer = () => void | Promise<void>

/**
 * What was opened together closes together, last opened first. A function that opens several things
 * holds a Lifetime with `await using`: if it throws half-way, the earlier parts are closed; if it
 * succeeds, it hands the rest to whoever asked with `keep()`.
 */
export class Lifetime implements AsyncDisposable {
  #closers: Closer[] = []
  #closing: Promise<void> | null = null
  #isHandedOver = false
  readonly #controller = new AbortController()

  /** Aborts when closing begins: for loops that live as long as their owner. */
  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** Owns a part that knows how to close itself. */
  own<Part extends { close(): void | Promise<void> }>(part: Part): Part {
    this.defer(() => part.close())
    return part
  }

  /** Runs when closing, in reverse order of being added. */
  defer(closer: Closer): void {
    if (this.#closing) throw new Error('a lifetime that has ended cannot own anything')
    if (this.#isHandedOver) throw new Error('a lifetime that was handed over cannot own anything')
    this.#closers.push(closer)
  }

  /** Moves everything owned into a new lifetime, so that this one closes nothing. */
  keep(): Lifetime {
    const kept = new Lifetime()
    kept.#closers = this.#closers
    this.#closers = []
    this.#isHandedOver = true
    // Loops opened here watch this signal: it must follow the lifetime that now owns them.
    kept.signal.addEventListener('abort', () => this.#controller.abort(), { once: true })
    return kept
  }

  /** Closes every part even if one fails, then throws what failed. Closing twice is closing once. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    // Its loops belong to its successor now.
    if (this.#isHandedOver) return
    this.#controller.abort()
    const errors: unknown[] = []
    for (const closer of this.#closers.splice(0).reverse()) {
      try {
        await closer()
      } catch (error) {
        errors.push(error)
      }
    }
    if (errors.length === 1) throw errors[0]
    if (errors.length > 1) throw new AggregateError(errors, 'several parts failed to close')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}

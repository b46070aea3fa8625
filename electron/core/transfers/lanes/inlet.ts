import { damaged } from './frame.ts'
import type { Pipe, Taker } from './pipe.ts'

/** What begins a pipe: a few bytes at a time, before frames flow. */
export class Inlet implements Taker {
  readonly #pipe: Pipe
  #held: Buffer = Buffer.alloc(0)
  #hasEnded = false
  #changed: () => void = () => {}

  constructor(pipe: Pipe) {
    this.#pipe = pipe
    pipe.deliverTo(this)
  }

  bytes(bytes: Uint8Array): void {
    this.#held = Buffer.concat([this.#held, bytes])
    this.#pipe.pause()
    this.#changed()
  }

  ended(): void {
    this.#hasEnded = true
    this.#changed()
  }

  /** Whether the other end says more than it was asked. */
  get hasMore(): boolean {
    return this.#held.length > 0
  }

  /** Fails when the pipe ends; whoever no longer wants the answer destroys the pipe. */
  async take(length: number): Promise<Uint8Array> {
    while (this.#held.length < length) {
      if (this.#hasEnded) throw damaged()
      const changed = new Promise<void>((resolve) => (this.#changed = resolve))
      this.#pipe.resume()
      await changed
    }
    const taken = this.#held.subarray(0, length)
    this.#held = this.#held.subarray(length)
    return taken
  }

  /** What came too early and all that follows goes there. */
  passOn(taker: Taker): void {
    this.#pipe.deliverTo(taker)
    if (this.#held.length > 0) taker.bytes(this.#held)
    if (this.#hasEnded) taker.ended()
    else this.#pipe.resume()
  }
}

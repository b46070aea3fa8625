import { createBlake3 } from '../content/blake3.ts'

/** Fills from the offset; how much there was, 0 at the end. */
export type ReadAt = (into: Uint8Array, offset: number) => Promise<number>

const stepBytes = 1024 * 1024

/**
 * The hash of a whole file of which only the rest is moving: bytes that follow on what was hashed
 * are taken as they pass, others are read back, a step for every chunk that moves, so that nothing
 * waits for the part that was there already.
 */
export class RunningHash {
  readonly #hash = createBlake3()
  readonly #read: ReadAt
  #at = 0
  #buffer = new Uint8Array()

  constructor(read: ReadAt) {
    this.#read = read
  }

  /** How far it has come. */
  get at(): number {
    return this.#at
  }

  pass(offset: number, parts: readonly Uint8Array[]): void {
    if (offset !== this.#at) return
    for (const part of parts) {
      this.#hash.update(part)
      this.#at += part.length
    }
  }

  /** One step towards the given offset; false when the file ends before it. */
  async step(until: number): Promise<boolean> {
    const length = Math.min(stepBytes, until - this.#at)
    if (length === 0) return true
    // A small file is not worth a whole step's.
    if (this.#buffer.length < length) this.#buffer = new Uint8Array(length)
    const wanted = this.#buffer.subarray(0, length)
    const read = await this.#read(wanted, this.#at)
    this.#hash.update(wanted.subarray(0, read))
    this.#at += read
    return read > 0
  }

  /** Of the first so many bytes, or null when the file is shorter by now. */
  async digest(length: number): Promise<Uint8Array | null> {
    while (this.#at < length) {
      if (!(await this.step(length))) return null
    }
    return this.#hash.digest()
  }
}

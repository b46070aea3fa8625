import { wholeHead, wholeHeadBytes } from '../content/encode.ts'
import { maxFrameBytes, type Lane } from '../lanes/lane.ts'

/** A small file inside the frame being filled. */
interface Slot {
  readonly bytes: Uint8Array
}

/**
 * Messages on their way out: small ones gather in one frame, in their order. A lane has taken what
 * it was given as soon as it is called, so one buffer serves all.
 */
export class Outgoing {
  readonly #lane: Lane
  readonly #buffer = Buffer.allocUnsafeSlow(maxFrameBytes)
  readonly #waited: (milliseconds: number) => void
  #filled = 0

  constructor(lane: Lane, waited: (milliseconds: number) => void = () => {}) {
    this.#lane = lane
    this.#waited = waited
  }

  async message(bytes: Uint8Array): Promise<void> {
    while (this.#filled + bytes.length > this.#buffer.length) await this.flush()
    this.#buffer.set(bytes, this.#filled)
    this.#filled += bytes.length
  }

  /** Room for a small file and what stands before it, to be read into directly. */
  async slot(length: number): Promise<Slot> {
    if (this.#filled + wholeHeadBytes + length > this.#buffer.length) await this.flush()
    const start = this.#filled + wholeHeadBytes
    return { bytes: this.#buffer.subarray(start, start + length) }
  }

  /** What was read into the slot goes out, or what it was packed to. */
  fill(index: number, hash: Uint8Array, slot: Slot, packed: Uint8Array | null): void {
    const { length } = slot.bytes
    const packedLength = packed?.length ?? length
    if (packed) slot.bytes.set(packed)
    const head = wholeHead(index, hash, { deflated: packed !== null, length, packedLength })
    this.#buffer.set(head, this.#filled)
    this.#filled += wholeHeadBytes + packedLength
  }

  /** A frame of its own, behind everything said before. */
  async frame(parts: readonly Uint8Array[]): Promise<void> {
    await this.flush()
    await this.#send(parts)
  }

  async flush(): Promise<void> {
    if (this.#filled === 0) return
    const frame = this.#buffer.subarray(0, this.#filled)
    this.#filled = 0
    await this.#send([frame])
  }

  async #send(parts: readonly Uint8Array[]): Promise<void> {
    const began = performance.now()
    await this.#lane.send(parts)
    this.#waited(performance.now() - began)
  }

  /** Nothing follows. */
  async last(...parts: readonly Uint8Array[]): Promise<void> {
    await this.flush()
    await this.#lane.send(parts, true)
  }
}

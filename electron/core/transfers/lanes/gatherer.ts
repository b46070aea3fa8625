import { minPartBytes } from './lane.ts'

/** Ciphers run fastest on pieces that stay in the processor's cache. */
const maxPieceBytes = 128 * 1024

/**
 * Bytes in pieces fit for a cipher: large ones as they are, small ones copied together, so that
 * neither one-byte slices nor thousands of small parts cost a call and an object each.
 */
export class Gatherer {
  readonly #small = Buffer.allocUnsafeSlow(minPartBytes)
  #held = 0

  /** What is emitted is valid only during the call. */
  push(bytes: Uint8Array, emit: (piece: Uint8Array) => void): void {
    let rest = bytes
    if (this.#held > 0) {
      rest = this.#hold(rest)
      if (this.#held < minPartBytes) return
      this.flush(emit)
    }
    while (rest.length >= minPartBytes) {
      const piece = rest.subarray(0, maxPieceBytes)
      emit(piece)
      rest = rest.subarray(piece.length)
    }
    this.#hold(rest)
  }

  flush(emit: (piece: Uint8Array) => void): void {
    if (this.#held === 0) return
    emit(this.#small.subarray(0, this.#held))
    this.#held = 0
  }

  #hold(bytes: Uint8Array): Uint8Array {
    const piece = bytes.subarray(0, minPartBytes - this.#held)
    this.#small.set(piece, this.#held)
    this.#held += piece.length
    return bytes.subarray(piece.length)
  }
}

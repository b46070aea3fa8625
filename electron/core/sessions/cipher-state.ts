import { Fault } from '#shared/faults.ts'
import { keyLength, open, seal, tagLength } from '../crypto/aead.ts'
import { wipe } from '../crypto/hash.ts'

/** Section 3 of the Noise specification. */
export const longestNoiseMessage = 65_535
/** The last counter is kept for rekeying. */
const lastCounter = 2n ** 64n - 1n

const nothing = new Uint8Array()

/**
 * One direction of a session: a key and a counter that only ever grows. The first message that
 * does not open ends the direction: what follows an attack is not worth reading.
 */
export class CipherState implements Disposable {
  #key: Uint8Array | null
  #next: bigint

  constructor(key: Uint8Array, next = 0n) {
    this.#key = Uint8Array.from(key)
    this.#next = next
  }

  seal(plain: Uint8Array, context: Uint8Array = nothing): Uint8Array {
    if (plain.length > longestNoiseMessage - tagLength)
      throw new Error('longer than a message may be')
    const { key, counter } = this.#take()
    return seal(key, counter, plain, context)
  }

  open(sealed: Uint8Array, context: Uint8Array = nothing): Uint8Array {
    const { key, counter } = this.#take()
    const plain = sealed.length > longestNoiseMessage ? null : open(key, counter, sealed, context)
    if (plain) return plain
    this[Symbol.dispose]()
    throw unproved()
  }

  /** Both sides do so at the same message; what was sealed before stays sealed if a key leaks. */
  rekey(): void {
    if (!this.#key) throw unproved()
    const zeros = new Uint8Array(keyLength)
    const sealed = seal(this.#key, lastCounter, zeros, nothing)
    wipe(this.#key)
    this.#key = Uint8Array.from(sealed.subarray(0, keyLength))
    wipe(sealed)
  }

  [Symbol.dispose](): void {
    if (this.#key) wipe(this.#key)
    this.#key = null
  }

  #take(): { key: Uint8Array; counter: bigint } {
    if (!this.#key || this.#next >= lastCounter) throw unproved()
    const counter = this.#next
    this.#next += 1n
    return { key: this.#key, counter }
  }
}

/** Every failure of a session's cryptography, whatever its reason. */
export function unproved(): Fault {
  return new Fault('session.unproved')
}

import { keyLength, open, seal } from '../crypto/aead.ts'
import { expand, extract, hashLength, sha512, wipe } from '../crypto/hash.ts'
import { unproved } from './cipher-state.ts'

const nothing = new Uint8Array()

/** What a Noise handshake accumulates (section 5.2), for SHA-512 and AES-256-GCM. */
export class SymmetricState {
  #chain: Uint8Array
  #hash: Uint8Array
  #key: Uint8Array | null = null
  #counter = 0

  constructor(protocolName: string, prologue: Uint8Array) {
    const name = Buffer.alloc(hashLength)
    name.write(protocolName, 'ascii')
    this.#chain = name
    this.#hash = name
    this.mixHash(prologue)
  }

  get hash(): Uint8Array {
    return this.#hash
  }

  mixHash(data: Uint8Array): void {
    this.#hash = sha512(this.#hash, data)
  }

  mixKey(secret: Uint8Array): void {
    const [chain, key] = this.#outputs(secret, 2)
    this.#advance(chain, key)
  }

  mixKeyAndHash(secret: Uint8Array): void {
    const [chain, hash, key] = this.#outputs(secret, 3)
    this.mixHash(hash)
    this.#advance(chain, key)
  }

  encryptAndHash(plain: Uint8Array): Uint8Array {
    const sealed = seal(this.#keyInUse(), this.#counter++, plain, this.#hash)
    this.mixHash(sealed)
    return sealed
  }

  decryptAndHash(sealed: Uint8Array): Uint8Array {
    const plain = open(this.#keyInUse(), this.#counter++, sealed, this.#hash)
    if (!plain) throw unproved()
    this.mixHash(sealed)
    return plain
  }

  /** The keys of both directions, the initiator's first. Nothing is left of the handshake but its hash. */
  split(): [Uint8Array, Uint8Array] {
    const [first, second] = this.#outputs(nothing, 2)
    this.wipe()
    return [first.subarray(0, keyLength), second.subarray(0, keyLength)]
  }

  wipe(): void {
    wipe(this.#chain)
    if (this.#key) wipe(this.#key)
    this.#key = null
  }

  #advance(chain: Uint8Array, key: Uint8Array): void {
    this.wipe()
    this.#chain = chain
    this.#key = key.subarray(0, keyLength)
    this.#counter = 0
  }

  /** Noise's HKDF is RFC 5869's with the chaining key as salt and nothing as info. */
  #outputs(secret: Uint8Array, count: 2): [Uint8Array, Uint8Array]
  #outputs(secret: Uint8Array, count: 3): [Uint8Array, Uint8Array, Uint8Array]
  #outputs(secret: Uint8Array, count: number): Uint8Array[] {
    const prk = extract(this.#chain, secret)
    const all = expand(prk, nothing, count * hashLength)
    wipe(prk)
    return Array.from({ length: count }, (_, index) =>
      all.subarray(index * hashLength, (index + 1) * hashLength),
    )
  }

  #keyInUse(): Uint8Array {
    if (!this.#key) throw unproved()
    return this.#key
  }
}

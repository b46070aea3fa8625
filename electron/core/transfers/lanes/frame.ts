import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  type CipherGCM,
  type DecipherGCM,
  type KeyObject,
} from 'node:crypto'
import { Fault } from '#shared/faults.ts'
import { keyLength, tagLength } from '../../crypto/aead.ts'
import { expand } from '../../crypto/hash.ts'
import { lv, u32be, u64be } from '../../crypto/lv.ts'
import { Gatherer } from './gatherer.ts'
import { maxFrameBytes } from './lane.ts'
import { reclaimable } from './reclaim.ts'

/**
 * A frame is its kind (2 bits) and the length of its plain bytes (30 bits), both in a u32be; so many
 * sealed bytes; the tag. Its number is never sent: whatever is left out, repeated or moved has the
 * wrong tag. The kind is sealed too, so nobody else can end a stream.
 */
export type FrameKind = 'data' | 'keepAlive' | 'final'

const kinds: readonly FrameKind[] = ['data', 'keepAlive', 'final']
const headerBytes = 4
const lengthBits = 30
const algorithm = 'aes-256-gcm'

/** A key seals no more than this; both ends move on to the next at the same frame. */
const rekeyAfterBytes = 64 * 1024 ** 3

export interface FrameKey {
  readonly key: Uint8Array
  readonly transferId: Uint8Array
  readonly stream: number
  readonly rekeyAfterBytes?: number
}

export function damaged(): Fault {
  return new Fault('transfer.laneLost', { problem: 'what arrived was damaged' })
}

/** What the next frame is sealed with, and bound to: the same sequence at both ends. */
class FrameContexts {
  readonly #transferId: Uint8Array
  readonly #stream: Uint8Array
  readonly #rekeyAfter: number
  #key: Uint8Array
  #keyObject: KeyObject
  #sealedBytes = 0
  #number = 0

  constructor({ key, transferId, stream, rekeyAfterBytes: after = rekeyAfterBytes }: FrameKey) {
    this.#transferId = transferId
    this.#stream = u32be(stream)
    this.#rekeyAfter = after
    this.#key = key
    this.#keyObject = createSecretKey(key)
  }

  next(kind: FrameKind, length: number): { key: KeyObject; nonce: Uint8Array; aad: Uint8Array } {
    if (this.#sealedBytes >= this.#rekeyAfter) this.#rekey()
    this.#sealedBytes += length
    const number = u64be(this.#number++)
    const kindByte = Uint8Array.of(kinds.indexOf(kind))
    return {
      key: this.#keyObject,
      nonce: Buffer.concat([new Uint8Array(4), number]),
      aad: lv(this.#transferId, this.#stream, number, kindByte),
    }
  }

  /** Frame numbers go on, so that they stay unique within the stream. */
  #rekey(): void {
    this.#key = expand(this.#key, 'gangway/lane/1/rekey', keyLength)
    this.#keyObject = createSecretKey(this.#key)
    this.#sealedBytes = 0
  }
}

export class FrameSealer {
  readonly #contexts: FrameContexts
  readonly #gatherer = new Gatherer()

  constructor(key: FrameKey) {
    this.#contexts = new FrameContexts(key)
  }

  /** The frame as it goes out. Nothing of it shares memory with the parts. */
  seal(parts: readonly Uint8Array[], kind: FrameKind): Uint8Array[] {
    const length = parts.reduce((sum, part) => sum + part.length, 0)
    if (length > maxFrameBytes) throw new Error(`a frame of ${length} bytes`)
    const { key, nonce, aad } = this.#contexts.next(kind, length)
    const cipher: CipherGCM = createCipheriv(algorithm, key, nonce, { authTagLength: tagLength })
    cipher.setAAD(aad)
    const sealed: Uint8Array[] = [u32be(kinds.indexOf(kind) * 2 ** lengthBits + length)]
    const seal = (plain: Uint8Array) => void sealed.push(reclaimable(cipher.update(plain)))
    for (const part of parts) this.#gatherer.push(part, seal)
    this.#gatherer.flush(seal)
    cipher.final()
    sealed.push(cipher.getAuthTag())
    return sealed
  }
}

export interface OpenedFrame {
  readonly kind: FrameKind
  readonly parts: readonly Uint8Array[]
  readonly length: number
}

interface Opening {
  readonly kind: FrameKind
  readonly length: number
  readonly decipher: DecipherGCM
  readonly parts: Uint8Array[]
  missing: number
}

/** Opens frames while their bytes arrive; hands each out only once its tag has proved right. */
export class FrameOpener {
  readonly #contexts: FrameContexts
  readonly #onFrame: (frame: OpenedFrame) => void
  readonly #gatherer = new Gatherer()
  readonly #header = new Collected(headerBytes)
  readonly #tag = new Collected(tagLength)
  #opening: Opening | null = null
  #state: 'open' | 'ended' | 'damaged' = 'open'

  constructor(key: FrameKey, onFrame: (frame: OpenedFrame) => void) {
    this.#contexts = new FrameContexts(key)
    this.#onFrame = onFrame
  }

  /** The bytes may be overwritten afterwards. Throws at the first that cannot be right. */
  push(bytes: Uint8Array): void {
    let rest = bytes
    try {
      while (rest.length > 0) rest = this.#take(rest)
    } catch (error) {
      this.#state = 'damaged'
      this.#opening = null
      throw error
    }
  }

  /** Takes what belongs to one field and returns the rest. */
  #take(bytes: Uint8Array): Uint8Array {
    if (this.#state !== 'open') throw damaged()
    const opening = this.#opening
    if (!opening) {
      const rest = this.#header.push(bytes)
      if (this.#header.isWhole) this.#opening = this.#begin(this.#header.take())
      return rest
    }
    if (opening.missing > 0) return this.#decipher(opening, bytes)
    const rest = this.#tag.push(bytes)
    if (this.#tag.isWhole) this.#finish(opening, this.#tag.take())
    return rest
  }

  #begin(header: Buffer): Opening {
    const word = header.readUInt32BE()
    const kind = kinds[word >>> lengthBits]
    const length = word % 2 ** lengthBits
    if (!kind || length > maxFrameBytes || (kind === 'keepAlive' && length > 0)) throw damaged()
    const { key, nonce, aad } = this.#contexts.next(kind, length)
    const decipher = createDecipheriv(algorithm, key, nonce, { authTagLength: tagLength })
    decipher.setAAD(aad)
    return { kind, length, decipher, parts: [], missing: length }
  }

  #decipher(opening: Opening, bytes: Uint8Array): Uint8Array {
    const open = (sealed: Uint8Array) =>
      void opening.parts.push(reclaimable(opening.decipher.update(sealed)))
    const mine = bytes.subarray(0, opening.missing)
    opening.missing -= mine.length
    this.#gatherer.push(mine, open)
    if (opening.missing === 0) this.#gatherer.flush(open)
    return bytes.subarray(mine.length)
  }

  #finish({ kind, length, decipher, parts }: Opening, tag: Uint8Array): void {
    this.#opening = null
    decipher.setAuthTag(tag)
    try {
      decipher.final()
    } catch {
      throw damaged()
    }
    if (kind === 'final') this.#state = 'ended'
    this.#onFrame({ kind, parts, length })
  }
}

/** So many bytes, in however many pieces they come. */
class Collected {
  readonly #bytes: Buffer
  #length = 0

  constructor(length: number) {
    this.#bytes = Buffer.alloc(length)
  }

  get isWhole(): boolean {
    return this.#length === this.#bytes.length
  }

  push(bytes: Uint8Array): Uint8Array {
    const piece = bytes.subarray(0, this.#bytes.length - this.#length)
    this.#bytes.set(piece, this.#length)
    this.#length += piece.length
    return bytes.subarray(piece.length)
  }

  /** Valid until the next push. */
  take(): Buffer {
    this.#length = 0
    return this.#bytes
  }
}

import { Fault } from '#shared/faults.ts'

/** A name may begin with a byte order mark, which is part of it like any other character. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const twoTo32 = 0x1_0000_0000

/** Reads a frame from front to back; asking for more than is there ends the lane. */
export class Cursor {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get left(): number {
    return this.#bytes.length - this.#at
  }

  u8(): number {
    return this.#view.getUint8(this.#skip(1))
  }

  u16(): number {
    return this.#view.getUint16(this.#skip(2))
  }

  u32(): number {
    return this.#view.getUint32(this.#skip(4))
  }

  /** A whole number that JavaScript can hold. */
  u53(): number {
    const value = this.u32() * twoTo32 + this.u32()
    return Number.isSafeInteger(value) ? value : malformed()
  }

  /** A moment in milliseconds that a Date can hold. */
  time(): number {
    const value = this.#view.getFloat64(this.#skip(8))
    return Math.abs(value) <= 8.64e15 ? value : malformed()
  }

  /** A view: valid as long as the frame is. */
  bytes(length: number): Uint8Array {
    const start = this.#skip(length)
    return this.#bytes.subarray(start, start + length)
  }

  copy(length: number): Uint8Array {
    return new Uint8Array(this.bytes(length))
  }

  text(maxBytes: number): string {
    const bytes = this.bytes(this.atMost(this.u16(), maxBytes))
    try {
      return utf8.decode(bytes)
    } catch {
      return malformed()
    }
  }

  atMost(value: number, limit: number): number {
    return value <= limit ? value : malformed()
  }

  #skip(length: number): number {
    if (length > this.left) malformed()
    const start = this.#at
    this.#at += length
    return start
  }
}

export function malformed(): never {
  throw new Fault('frame.malformed')
}

/** Writes one message; grows, because only we decide what goes in. */
export class Draft {
  #bytes: Uint8Array
  #view: DataView
  #at = 0

  constructor(capacity = 64) {
    this.#bytes = new Uint8Array(capacity)
    this.#view = new DataView(this.#bytes.buffer)
  }

  get length(): number {
    return this.#at
  }

  u8(value: number): this {
    const at = this.#room(1)
    this.#view.setUint8(at, value)
    return this
  }

  u16(value: number): this {
    const at = this.#room(2)
    this.#view.setUint16(at, value)
    return this
  }

  u32(value: number): this {
    const at = this.#room(4)
    this.#view.setUint32(at, value)
    return this
  }

  u53(value: number): this {
    return this.u32(Math.floor(value / twoTo32)).u32(value % twoTo32)
  }

  time(value: number): this {
    const at = this.#room(8)
    this.#view.setFloat64(at, value)
    return this
  }

  bytes(bytes: Uint8Array): this {
    const at = this.#room(bytes.length)
    this.#bytes.set(bytes, at)
    return this
  }

  text(text: string): this {
    const bytes = Buffer.from(text, 'utf8')
    return this.u16(bytes.length).bytes(bytes)
  }

  take(): Uint8Array {
    return this.#bytes.subarray(0, this.#at)
  }

  #room(length: number): number {
    const at = this.#at
    this.#at += length
    if (this.#at > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(this.#at, 2 * this.#bytes.length))
      grown.set(this.#bytes.subarray(0, at))
      this.#bytes = grown
      this.#view = new DataView(grown.buffer)
    }
    return at
  }
}

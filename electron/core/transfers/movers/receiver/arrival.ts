import { blake3Of, hashBytes } from '../../content/blake3.ts'
import { malformed } from '../../content/cursor.ts'
import { sumChunkBytes } from '../../content/limits.ts'
import type { StagedFile } from '../../landing/types.ts'
import { lengthOf } from '../../lanes/parts.ts'
import { RunningHash } from '../running-hash.ts'
import type { Patience } from './patience.ts'
import { WriteBehind } from './write-behind.ts'

/** A stretch that is fetched once more. */
interface Stretch {
  at: number
  to: number
}

/**
 * One file that comes in pieces. Each piece must follow on the last; some are being written
 * while the next are on their way.
 */
export class Arrival {
  readonly index: number
  readonly size: number
  readonly staged: StagedFile
  readonly #patience: Patience
  #hash: RunningHash
  #position: number
  readonly #writer: WriteBehind
  #stretches: Stretch[] = []
  #expected: Uint8Array | null = null
  #synced: number
  #compared = 0
  /** How often it was looked through for wrong pieces. */
  looks = 0

  constructor(index: number, size: number, staged: StagedFile, patience: Patience) {
    this.index = index
    this.size = size
    this.staged = staged
    this.#patience = patience
    this.#writer = new WriteBehind((parts, offset) =>
      patience.keep(() => staged.write(parts, offset)),
    )
    this.#hash = new RunningHash((into, offset) => staged.read(into, offset))
    this.#position = staged.kept
    this.#synced = staged.kept
  }

  get position(): number {
    return this.#position
  }

  /** So much may be journaled. */
  get synced(): number {
    return this.#synced
  }

  /** Its hash is known, and it was wrong: pieces are being fetched again. */
  get isRepairing(): boolean {
    return this.#expected !== null
  }

  /** True when this was the last of what is fetched again. */
  async take(offset: number, parts: readonly Uint8Array[]): Promise<boolean> {
    const length = lengthOf(parts)
    const [stretch] = this.#stretches
    const next = stretch ? stretch.at : this.#position
    const end = stretch ? stretch.to : this.size
    if (length === 0 || offset !== next || offset + length > end) malformed()
    if (this.isRepairing && !stretch) malformed()
    if (!stretch) this.#hash.pass(offset, parts)
    await this.#writer.add(parts, offset)
    if (stretch) return this.#repaired(stretch, length)
    this.#position = offset + length
    if (this.#hash.at < offset) {
      await this.settle()
      await this.#hash.step(this.#position)
    }
    return false
  }

  /** Everything is written; whether it is what the sender hashed. */
  async check(expected: Uint8Array): Promise<boolean> {
    if (this.#position !== this.size || this.#stretches.length > 0) malformed()
    this.#expected = expected
    this.#compared = 0
    await this.settle()
    const hash = await this.#hash.digest(this.size)
    this.#hash = new RunningHash((into, offset) => this.staged.read(into, offset))
    return hash !== null && Buffer.compare(hash, expected) === 0
  }

  async checkAgain(): Promise<boolean> {
    return this.#expected === null ? malformed() : this.check(this.#expected)
  }

  get expected(): Uint8Array {
    return this.#expected ?? malformed()
  }

  /** Looks for the pieces that are not what the sender has. True when it has seen all of them. */
  async compare(first: number, sums: Uint8Array): Promise<boolean> {
    const pieces = Math.ceil(this.size / sumChunkBytes)
    const count = sums.length / hashBytes
    if (first !== this.#compared || first + count > pieces) malformed()
    const buffer = new Uint8Array(sumChunkBytes)
    for (let piece = first; piece < first + count; piece++) {
      const at = piece * sumChunkBytes
      const to = Math.min(this.size, at + sumChunkBytes)
      const bytes = buffer.subarray(0, to - at)
      const isThere = (await this.staged.read(bytes, at)) === bytes.length
      const sum = sums.subarray((piece - first) * hashBytes, (piece - first + 1) * hashBytes)
      if (!isThere || Buffer.compare(blake3Of(bytes), sum) !== 0) this.#miss(at, to)
    }
    this.#compared += count
    return this.#compared === pieces
  }

  /** What is to be fetched once more. */
  get missing(): readonly Readonly<Stretch>[] {
    return this.#stretches
  }

  /** What was sent of it survives a crash from here on. */
  async sync(): Promise<void> {
    const position = this.#position
    await this.settle()
    await this.#patience.keep(() => this.staged.sync())
    this.#synced = position
  }

  /** Nothing is being written any more. */
  async settle(): Promise<void> {
    await this.#writer.settle()
  }

  /** A new epoch: what was to be fetched again is not on its way any more. */
  interrupt(): void {
    this.#stretches = []
    this.#expected = null
  }

  #miss(at: number, to: number): void {
    const last = this.#stretches.at(-1)
    if (last?.to === at) last.to = to
    else this.#stretches.push({ at, to })
  }

  #repaired(stretch: Stretch, length: number): boolean {
    stretch.at += length
    if (stretch.at === stretch.to) this.#stretches.shift()
    return this.#stretches.length === 0
  }
}

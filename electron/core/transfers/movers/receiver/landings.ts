import type { Attributes, Landed, Landing, SmallFile } from '../../landing/types.ts'
import type { Reason } from '../../content/reasons.ts'
import type { ReadAt } from '../running-hash.ts'
import { RunningHash } from '../running-hash.ts'
import type { Arrival } from './arrival.ts'
import type { Patience } from './patience.ts'

/** So much waits to be written before the lane has to wait. */
const maxWaitingBytes = 8 * 1024 * 1024
const maxFinishing = 8
/** So many files become durable together. */
const maxBatch = 1_024

export interface Small extends SmallFile {
  readonly hash: Uint8Array
}

export interface Outcome {
  readonly index: number
  /** Where it is now, or why it is not. */
  readonly path: string | null
  readonly reason: Reason | null
  readonly hash: Uint8Array
}

interface LandingsParts {
  readonly landing: Landing
  readonly patience: Patience
  /** These are durable, or will never be. */
  readonly settled: (outcomes: readonly Outcome[]) => void
  /** Nothing more can be written at all. */
  readonly failed: (error: unknown) => void
}

/**
 * Gives whole, verified files to the landing: small ones in batches that grow while the one before
 * is being made durable, large ones side by side.
 */
export class Landings {
  readonly #parts: LandingsParts
  #waiting: Small[] = []
  #waitingBytes = 0
  #isLanding = false
  #finishing = 0
  #woken: (() => void)[] = []

  constructor(parts: LandingsParts) {
    this.#parts = parts
  }

  add(file: Small): void {
    this.#waiting.push(file)
    this.#waitingBytes += file.bytes.length
  }

  /** A large file whose hash was found right. */
  finish(arrival: Arrival, attributes: Attributes): void {
    this.#finishing++
    void this.#finish(arrival, attributes).finally(() => {
      this.#finishing--
      this.#wake()
    })
  }

  /** Lands what was added; resolves when there is room for more. */
  async land(): Promise<void> {
    if (!this.#isLanding && this.#waiting.length > 0) void this.#landAll()
    while (this.#waitingBytes > maxWaitingBytes || this.#finishing >= maxFinishing) {
      await this.#change()
    }
  }

  async idle(): Promise<void> {
    while (this.#isLanding || this.#finishing > 0) await this.#change()
  }

  async #landAll(): Promise<void> {
    this.#isLanding = true
    try {
      while (this.#waiting.length > 0) await this.#landBatch(this.#waiting.splice(0, maxBatch))
    } catch (error) {
      this.#parts.failed(error)
    } finally {
      this.#isLanding = false
      this.#wake()
    }
  }

  async #landBatch(batch: readonly Small[]): Promise<void> {
    const { landing, patience, settled } = this.#parts
    const landed = await patience.keep(() => landing.landSmall(batch))
    for (const file of batch) this.#waitingBytes -= file.bytes.length
    this.#wake()
    settled(batch.map((file, at) => outcomeOf(file.index, file.hash, landed[at])))
  }

  async #finish(arrival: Arrival, attributes: Attributes): Promise<void> {
    const { patience, settled, failed } = this.#parts
    const { index, expected, staged } = arrival
    const isIdentical = ({ size, read }: { size: number; read: ReadAt }) =>
      hashEquals(read, size, expected)
    try {
      const landed = await patience.keep(() => staged.finish(attributes, isIdentical))
      settled([outcomeOf(index, expected, landed)])
    } catch (error) {
      failed(error)
    }
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#woken.push(resolve))
  }

  #wake(): void {
    for (const resolve of this.#woken.splice(0)) resolve()
  }
}

export async function hashEquals(read: ReadAt, size: number, hash: Uint8Array): Promise<boolean> {
  const found = await new RunningHash(read).digest(size)
  return found !== null && Buffer.compare(found, hash) === 0
}

function outcomeOf(index: number, hash: Uint8Array, landed: Landed | undefined): Outcome {
  if (!landed) throw new Error('the landing lost a file')
  const facts = { index, hash }
  if (landed.kind === 'refused') {
    return { ...facts, path: null, reason: landed.reason === 'name' ? 'name' : 'unwritable' }
  }
  if (landed.kind === 'skipped') return { ...facts, path: null, reason: 'exists' }
  return { ...facts, path: landed.path.join('/'), reason: null }
}

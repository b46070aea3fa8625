import { lengthOf } from '../../lanes/parts.ts'
import { reclaim } from '../../lanes/reclaim.ts'

type Write = (parts: readonly Uint8Array[], offset: number) => Promise<void>

/** So much waits while one write goes on; then whoever brings more waits too. */
const maxWaitingBytes = 4 * 1024 * 1024

/**
 * Writes while more arrives. What came meanwhile and follows on becomes one write: a turn through
 * the threads of the system costs more than the bytes.
 */
export class WriteBehind {
  readonly #write: Write
  #waiting: { readonly offset: number; readonly parts: Uint8Array[]; length: number }[] = []
  #waitingBytes = 0
  #writing: Promise<void> | null = null
  #failure: Error | null = null

  constructor(write: Write) {
    this.#write = write
  }

  /** Resolves when there is room for more. What was written is empty from then on. */
  async add(parts: readonly Uint8Array[], offset: number): Promise<void> {
    const length = lengthOf(parts)
    const last = this.#waiting.at(-1)
    if (last && last.offset + last.length === offset) {
      last.parts.push(...parts)
      last.length += length
    } else this.#waiting.push({ offset, parts: [...parts], length })
    this.#waitingBytes += length
    this.#start()
    while (this.#waitingBytes > maxWaitingBytes && this.#writing) await this.#writing
    this.#check()
  }

  /** Resolves when everything is written. */
  async settle(): Promise<void> {
    while (this.#writing) await this.#writing
    this.#check()
  }

  #start(): void {
    const next = this.#writing === null && this.#failure === null && this.#waiting.shift()
    if (!next) return
    this.#waitingBytes -= next.length
    this.#writing = this.#write(next.parts, next.offset)
      .then(() => reclaim(next.parts))
      .catch((error: unknown) => {
        this.#failure = error instanceof Error ? error : new Error('not written', { cause: error })
      })
      .then(() => {
        this.#writing = null
        this.#start()
      })
  }

  #check(): void {
    if (this.#failure) throw this.#failure
  }
}

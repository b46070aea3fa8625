import type { LandedHint, MoverEvent, PartialHint } from '../messages.ts'

/** Keeping costs a sync of the disk, however few there are. */
const maxAtOnce = 1_024
/** So much waits to be kept; then whoever brings more waits too. */
const maxWaiting = 256

interface Write {
  readonly landed: readonly LandedHint[]
  readonly partial: readonly PartialHint[]
  readonly isKept: () => void
}

/**
 * Asks the coordinator to keep what is durable; only what it keeps is acknowledged to the sender.
 * What comes while it keeps something goes together with the next.
 */
export class Journal {
  readonly #emit: (event: MoverEvent) => void
  #waiting: Write[] = []
  #beingKept: readonly Write[] = []
  #batch = 0
  #woken: (() => void)[] = []

  constructor(emit: (event: MoverEvent) => void) {
    this.#emit = emit
  }

  /** `partial` is all there is; it takes the place of what was told before. */
  write(
    landed: readonly LandedHint[],
    partial: readonly PartialHint[],
    isKept: () => void = () => {},
  ): void {
    this.#waiting.push({ landed, partial, isKept })
    this.#next()
  }

  written(batch: number): void {
    if (batch !== this.#batch) return
    const kept = this.#beingKept
    this.#beingKept = []
    for (const { isKept } of kept) isKept()
    this.#next()
    for (const resolve of this.#woken.splice(0)) resolve()
  }

  async idle(): Promise<void> {
    while (!this.#isIdle) await this.#change()
  }

  async room(): Promise<void> {
    while (this.#waiting.length > maxWaiting) await this.#change()
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#woken.push(resolve))
  }

  get #isIdle(): boolean {
    return this.#beingKept.length === 0 && this.#waiting.length === 0
  }

  #next(): void {
    if (this.#beingKept.length > 0 || this.#waiting.length === 0) return
    let [writes, files] = [0, 0]
    while (writes < this.#waiting.length && files < maxAtOnce) {
      files += this.#waiting[writes++]?.landed.length ?? 0
    }
    this.#beingKept = this.#waiting.splice(0, writes)
    this.#emit({
      event: 'journal',
      batch: ++this.#batch,
      landed: this.#beingKept.flatMap(({ landed }) => landed),
      partial: this.#beingKept.at(-1)?.partial ?? [],
    })
  }
}

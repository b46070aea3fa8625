import type { LandedHint, MoverEvent, PartialHint } from '../messages.ts'

/** Keeping costs a sync of the disk, however few there are. */
const maxAtOnce = 1_024

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
    if (this.#isIdle) for (const resolve of this.#woken.splice(0)) resolve()
  }

  async idle(): Promise<void> {
    if (!this.#isIdle) await new Promise<void>((resolve) => this.#woken.push(resolve))
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

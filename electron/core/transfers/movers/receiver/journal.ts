import type { LandedHint, MoverEvent, PartialHint } from '../messages.ts'

/** Asks the coordinator to keep what is durable; only what it keeps is acknowledged to the sender. */
export class Journal {
  readonly #emit: (event: MoverEvent) => void
  readonly #waiting = new Map<number, () => void>()
  #batch = 0
  #woken: (() => void)[] = []

  constructor(emit: (event: MoverEvent) => void) {
    this.#emit = emit
  }

  /** `partial` is all there is; it takes the place of what was told before. */
  write(
    landed: readonly LandedHint[],
    partial: readonly PartialHint[],
    then: () => void = () => {},
  ): void {
    const batch = ++this.#batch
    this.#waiting.set(batch, then)
    this.#emit({ event: 'journal', batch, landed, partial })
  }

  written(batch: number): void {
    const then = this.#waiting.get(batch)
    this.#waiting.delete(batch)
    then?.()
    if (this.#waiting.size === 0) for (const resolve of this.#woken.splice(0)) resolve()
  }

  async idle(): Promise<void> {
    if (this.#waiting.size > 0) await new Promise<void>((resolve) => this.#woken.push(resolve))
  }
}

/** Keeps this computer from sleeping while bytes move, and not a moment longer. */
export class Awake {
  readonly #keepAwake: (() => () => void) | undefined
  #release: (() => void) | null = null

  constructor(keepAwake: (() => () => void) | undefined) {
    this.#keepAwake = keepAwake
  }

  moving(count: number): void {
    if (count > 0) this.#release ??= this.#keepAwake?.() ?? null
    else this.close()
  }

  close(): void {
    this.#release?.()
    this.#release = null
  }
}

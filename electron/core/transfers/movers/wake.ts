import { cancellation } from '#shared/faults.ts'

/** Lets one loop sleep until something it acts upon has changed; a call while it works counts too. */
export class Wake {
  #isDue = false
  #resolve: (() => void) | null = null

  call(): void {
    this.#isDue = true
    this.#resolve?.()
  }

  async wait(signal: AbortSignal): Promise<void> {
    if (!this.#isDue && !signal.aborted) await this.#called(signal)
    if (signal.aborted) throw cancellation()
    this.#isDue = false
  }

  async #called(signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#resolve = resolve
      signal.addEventListener('abort', this.#giveUp)
    })
    signal.removeEventListener('abort', this.#giveUp)
    this.#resolve = null
  }

  readonly #giveUp = () => this.#resolve?.()
}

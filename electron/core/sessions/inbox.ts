import { abortable } from '../base/abortable.ts'

interface InboxLimits {
  readonly items: number
  readonly bytes: number
}

/** What arrived and was not yet taken. Bounded: whoever puts waits until there is room. */
export class Inbox {
  readonly #limits: InboxLimits
  readonly #items: Uint8Array[] = []
  #bytes = 0
  #ended = false
  #wake = () => {}
  #news = this.#fresh()

  constructor(limits: InboxLimits) {
    this.#limits = limits
  }

  async put(item: Uint8Array): Promise<void> {
    this.#items.push(item)
    this.#bytes += item.length
    this.#announce()
    while (!this.#ended && this.#isFull()) await this.#news
  }

  /** The next item; null once it has ended and everything was taken. */
  async take(signal?: AbortSignal): Promise<Uint8Array | null> {
    for (;;) {
      const item = this.#items.shift()
      if (item) {
        this.#bytes -= item.length
        this.#announce()
        return item
      }
      if (this.#ended) return null
      await abortable(this.#news, signal)
    }
  }

  end(): void {
    this.#ended = true
    this.#announce()
  }

  #isFull(): boolean {
    return this.#items.length >= this.#limits.items || this.#bytes >= this.#limits.bytes
  }

  #announce(): void {
    const wake = this.#wake
    this.#news = this.#fresh()
    wake()
  }

  #fresh(): Promise<void> {
    return new Promise((resolve) => (this.#wake = resolve))
  }
}

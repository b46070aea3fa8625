import { encodeReceiver } from '../../content/encode.ts'
import type { ReceiverMessage, Wish } from '../../content/messages.ts'
import type { Lane } from '../../lanes/lane.ts'
import { Outgoing } from '../outgoing.ts'

/** What the receiver says in one epoch; wishes for all of many files in a row become one. */
export class Talk {
  readonly #out: Outgoing
  #first = 0
  #count = 0
  #isOver = false

  constructor(lane: Lane) {
    this.#out = new Outgoing(lane)
  }

  /** Goes with the next flush. */
  async wish(index: number, wish: Wish): Promise<void> {
    const isPlain = wish.kind === 'from' && wish.offset === 0
    if (isPlain && this.#count > 0 && index === this.#first + this.#count) {
      this.#count++
      return
    }
    await this.#tellRow()
    if (isPlain) {
      this.#first = index
      this.#count = 1
      return
    }
    const range = { first: index, count: 1 }
    await this.#out.message(encodeReceiver({ kind: 'wish', range, wish }))
  }

  async say(message: ReceiverMessage): Promise<void> {
    await this.#tellRow()
    await this.#out.message(encodeReceiver(message))
    await this.#out.flush()
  }

  async flush(): Promise<void> {
    await this.#tellRow()
    await this.#out.flush()
  }

  get isOver(): boolean {
    return this.#isOver
  }

  async farewell(): Promise<void> {
    this.#isOver = true
    await this.#out.last()
  }

  async #tellRow(): Promise<void> {
    if (this.#count === 0) return
    const range = { first: this.#first, count: this.#count }
    this.#count = 0
    const wish = { kind: 'from', offset: 0 } as const
    await this.#out.message(encodeReceiver({ kind: 'wish', range, wish }))
  }
}

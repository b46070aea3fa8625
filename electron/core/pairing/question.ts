import { randomBytes } from 'node:crypto'
import { within } from '../base/deadline.ts'
import { Fault, isCancellation } from '#shared/faults.ts'
import type { Clock } from '../base/clock.ts'
import type { Answer } from './parts.ts'
import { answerMs } from './wire.ts'

/** Asked once, answered once, gone with the peer it is about. */
export class Question {
  readonly id = randomBytes(8).toString('hex')
  readonly expiresAt: number
  readonly #clock: Clock
  readonly #given: Promise<Answer>
  #give: (answer: Answer) => void = () => {}

  constructor(clock: Clock) {
    this.#clock = clock
    this.expiresAt = clock.now() + answerMs
    this.#given = new Promise((resolve) => (this.#give = resolve))
  }

  answer(accept: boolean): void {
    this.#give(accept ? 'yes' : 'no')
  }

  async answered(peerIsThere: AbortSignal): Promise<Answer> {
    const bounds = { clock: this.#clock, milliseconds: answerMs, signal: peerIsThere }
    try {
      return await within(bounds, () => this.#given)
    } catch (error) {
      if (isCancellation(error) || Fault.of(error).code !== 'deadline.passed') throw error
      return 'none'
    }
  }
}

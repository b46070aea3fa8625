import { Fault } from '#shared/faults.ts'
import type { Clock } from '../base/clock.ts'

const maxTries = 3

interface Life {
  /** By the wall clock. */
  readonly until: number
  /** By the monotonic clock, which nobody can set; the two rarely agree about sleep. */
  readonly milliseconds: number
}

/** Words or a ticket: good for one pairing, for a while, and for few tries. */
export class Code {
  readonly expiresAt: number
  readonly #clock: Clock
  readonly #end: number
  #tries = 0
  #used = false

  constructor(clock: Clock, { until, milliseconds }: Life) {
    this.#clock = clock
    this.expiresAt = until
    this.#end = clock.monotonic() + milliseconds
  }

  get triesLeft(): number {
    return maxTries - this.#tries
  }

  get isUsed(): boolean {
    return this.#used
  }

  /** Whichever clock says so first. */
  get isExpired(): boolean {
    return this.#clock.now() >= this.expiresAt || this.#clock.monotonic() >= this.#end
  }

  /** Throws unless somebody may still pair with it. */
  check(): void {
    if (this.#used) throw new Fault('pairing.spent')
    if (this.isExpired) throw new Fault('pairing.expired')
    if (this.triesLeft === 0) throw new Fault('pairing.guessed')
  }

  /** Counts before anything is looked at: whoever looks first cannot be stopped afterwards. */
  countTry(): void {
    this.check()
    this.#tries += 1
  }

  use(): void {
    this.#used = true
  }
}

/** How many knocks are being answered at once: in all, from one origin, and from origins unproved. */
export interface DoorLimits {
  readonly handshakes: number
  readonly handshakesPerOrigin: number
  readonly handshakesUnproved: number
}

interface Knocker {
  readonly origin: string
  /** It has shown that it gets what is sent to its origin, so the origin is not made up. */
  readonly proved: boolean
}

/** `prove`: come again with proof of where you are. `full`: no room even so. */
type Welcome = (() => void) | 'prove' | 'full'

/**
 * Counts handshakes under way, so that half-open ones cost others nothing. Whoever makes up origins
 * gets the unproved seats and no more, and none that count against the origin he names.
 */
export class Doorkeeper {
  readonly #limits: DoorLimits
  readonly #perOrigin = new Map<string, number>()
  #proved = 0
  #unproved = 0

  constructor(limits: DoorLimits) {
    this.#limits = limits
  }

  /** How to leave, or why not to come in. */
  enter({ origin, proved }: Knocker): Welcome {
    return proved ? this.#enterProved(origin) : this.#enterUnproved()
  }

  #enterUnproved(): Welcome {
    if (this.#unproved >= this.#limits.handshakesUnproved) return 'prove'
    this.#unproved += 1
    return () => {
      this.#unproved -= 1
    }
  }

  #enterProved(origin: string): Welcome {
    const { handshakes, handshakesPerOrigin, handshakesUnproved } = this.#limits
    const here = this.#perOrigin.get(origin) ?? 0
    const room = this.#proved < handshakes - handshakesUnproved && here < handshakesPerOrigin
    if (!room) return 'full'
    this.#count(origin, 1)
    return () => this.#count(origin, -1)
  }

  #count(origin: string, change: 1 | -1): void {
    this.#proved += change
    const here = (this.#perOrigin.get(origin) ?? 0) + change
    if (here === 0) this.#perOrigin.delete(origin)
    else this.#perOrigin.set(origin, here)
  }
}

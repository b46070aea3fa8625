/** How many knocks are being answered at once: in all, and from one origin. */
export interface DoorLimits {
  readonly handshakes: number
  readonly handshakesPerOrigin: number
}

/** Counts handshakes under way, so that half-open ones cost others nothing. */
export class Doorkeeper {
  readonly #limits: DoorLimits
  readonly #perOrigin = new Map<string, number>()
  #total = 0

  constructor(limits: DoorLimits) {
    this.#limits = limits
  }

  /** Null when there is no room; otherwise how to leave. */
  enter(origin: string): (() => void) | null {
    const here = this.#perOrigin.get(origin) ?? 0
    if (this.#total >= this.#limits.handshakes || here >= this.#limits.handshakesPerOrigin) {
      return null
    }
    this.#count(origin, 1)
    return () => this.#count(origin, -1)
  }

  #count(origin: string, change: 1 | -1): void {
    this.#total += change
    const here = (this.#perOrigin.get(origin) ?? 0) + change
    if (here === 0) this.#perOrigin.delete(origin)
    else this.#perOrigin.set(origin, here)
  }
}

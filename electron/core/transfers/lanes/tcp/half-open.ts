const maxInAll = 64
const maxPerOrigin = 16

/**
 * Sockets that have not proved anything yet. When there are too many, the one that has been silent
 * longest goes: who belongs here has proved it within a round trip, however many strangers knock.
 */
export class HalfOpen {
  readonly #drops = new Map<object, { origin: string; drop: () => void }>()
  readonly #perOrigin = new Map<string, number>()

  /** Returns how to leave. `drop` is called for one that has to. */
  enter(origin: string, drop: () => void): () => void {
    const key = {}
    this.#drops.set(key, { origin, drop })
    this.#change(origin, 1)
    if ((this.#perOrigin.get(origin) ?? 0) > maxPerOrigin) this.#dropOldest(origin)
    if (this.#drops.size > maxInAll) this.#dropOldest()
    return () => this.#leave(key)
  }

  dropAll(): void {
    for (const [key, { drop }] of this.#drops) {
      this.#leave(key)
      drop()
    }
  }

  #dropOldest(origin?: string): void {
    for (const [key, one] of this.#drops) {
      if (origin !== undefined && one.origin !== origin) continue
      this.#leave(key)
      one.drop()
      return
    }
  }

  #leave(key: object): void {
    const one = this.#drops.get(key)
    if (!one) return
    this.#drops.delete(key)
    this.#change(one.origin, -1)
  }

  #change(origin: string, change: 1 | -1): void {
    const count = (this.#perOrigin.get(origin) ?? 0) + change
    if (count === 0) this.#perOrigin.delete(origin)
    else this.#perOrigin.set(origin, count)
  }
}

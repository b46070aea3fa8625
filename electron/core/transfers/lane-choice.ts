import { Backoff } from '#shared/backoff.ts'
import type { WayKind } from './control.ts'

const againPolicy = { firstMs: 200, maxMs: 5_000 }
const betterPolicy = { firstMs: 10_000, maxMs: 300_000 }

/**
 * Which kind of lane comes next: the best one first where it is likely to work, another one when it
 * did not, and now and then the best one again while bytes already move on another.
 */
export class LaneChoice {
  /** The best first. */
  readonly #kinds: readonly WayKind[]
  readonly #again = new Backoff(againPolicy)
  readonly #better = new Backoff(betterPolicy)
  #at: number

  constructor(kinds: readonly WayKind[], isNear: boolean) {
    this.#kinds = kinds
    this.#at = isNear ? 0 : kinds.length - 1
  }

  get kind(): WayKind {
    return this.#kinds[this.#at] ?? 'tcp'
  }

  /** The best kind, if that is not the one. */
  better(kind: WayKind): WayKind | null {
    const [best] = this.#kinds
    return best === undefined || best === kind ? null : best
  }

  opened(kind: WayKind): void {
    this.#at = Math.max(0, this.#kinds.indexOf(kind))
    this.#again.reset()
  }

  /** It did not come about, or carried nothing. */
  failed(): void {
    this.#at = (this.#at + 1) % Math.max(1, this.#kinds.length)
  }

  waitMs(): number {
    return this.#again.next()
  }

  betterInMs(): number {
    return this.#better.next()
  }

  /** Another network: what did not work may work now. */
  renew(isNear: boolean): void {
    this.#better.reset()
    this.#again.reset()
    if (isNear) this.#at = 0
  }
}

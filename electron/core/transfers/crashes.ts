import type { TransferId } from '#shared/ids.ts'

/** So many movers may crash one after the other without anything having arrived in between. */
const maxInARow = 3

/** Whether a transfer whose mover crashed is worth a fresh one, or brings down every mover it gets. */
export class Crashes {
  readonly #last = new Map<TransferId, { readonly bytes: number; readonly inARow: number }>()

  /** `bytes` are those that had arrived by then. */
  mayGoOn(id: TransferId, bytes: number): boolean {
    const last = this.#last.get(id)
    const inARow = last && bytes <= last.bytes ? last.inARow + 1 : 1
    this.#last.set(id, { bytes, inARow })
    return inARow < maxInARow
  }

  forget(id: TransferId): void {
    this.#last.delete(id)
  }
}

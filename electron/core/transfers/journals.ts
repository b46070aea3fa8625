import { z } from 'zod'
import type { TransferId } from '#shared/ids.ts'
import type { StoredCollection } from '../keys/records.ts'
import type { Store } from '../keys/store.ts'
import type { PartialHint } from './movers/messages.ts'

const partialsSchema = z.array(
  z.object({
    index: z.int().min(0),
    sent: z.string(),
    size: z.int().min(0),
    mtimeMs: z.number(),
    verified: z.int().min(0),
  }),
)

/**
 * How much of files that have not landed yet is synced, by transfer: a hint for the next mover, whose
 * hashes decide. One that was damaged is as if there were none: that file starts anew.
 */
export class Journals {
  readonly #records: StoredCollection<readonly PartialHint[]>
  readonly #kept: Map<string, readonly PartialHint[]>

  private constructor(
    records: StoredCollection<readonly PartialHint[]>,
    kept: Map<string, readonly PartialHint[]>,
  ) {
    this.#records = records
    this.#kept = kept
  }

  static async open(store: Store): Promise<Journals> {
    const records = store.collection('transfer-journals', partialsSchema)
    return new Journals(records, await records.all())
  }

  of(id: TransferId): readonly PartialHint[] {
    return this.#kept.get(id) ?? []
  }

  /** On disk when it resolves. */
  async keep(id: TransferId, partial: readonly PartialHint[]): Promise<void> {
    if (partial.length === 0 && this.of(id).length === 0) return
    this.#kept.set(id, partial)
    await this.#records.put(id, partial)
  }

  async drop(id: TransferId): Promise<void> {
    if (this.#kept.delete(id)) await this.#records.delete(id)
  }
}

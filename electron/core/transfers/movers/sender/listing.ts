import { realpathSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import type { Entry } from '../../content/messages.ts'
import type { Reason } from '../../content/reasons.ts'
import { reasonFor } from '../../content/source-file.ts'
import { walk, type Found } from '../../content/walk.ts'
import type { EntryTable } from '../entry-table.ts'
import type { MoverEvent, Totals } from '../messages.ts'

/** Entries between two turns of the loop: some milliseconds of work. */
const sliceLength = 256
/** A coordinator that is told more often learns nothing more. */
const tellEveryMs = 250
const maxItems = 500

interface ListingParts {
  readonly sources: readonly string[]
  readonly table: EntryTable<string>
  readonly emit: (event: MoverEvent) => void
  /** There are more entries than before, or there will be no more. */
  readonly grew: () => void
}

/** Walks the sources into the table, a little at a time beside the sending. */
export class Listing {
  readonly #parts: ListingParts
  readonly #totals = { files: 0, bytes: 0, left: 0 }
  readonly #left: { path: string; reason: Reason }[] = []
  /** Where the entries at the top lie, by their numbers. */
  readonly #folders = new Map<number, string>()
  #toldAt = 0
  #isComplete = false

  constructor(parts: ListingParts) {
    this.#parts = parts
  }

  get isComplete(): boolean {
    return this.#isComplete
  }

  get totals(): Totals {
    return { ...this.#totals }
  }

  async run(signal: AbortSignal): Promise<void> {
    let taken = 0
    for (const source of this.#parts.sources) {
      for (const found of this.#walk(source)) {
        if (found.kind === 'entry') this.#add(found.entry)
        else this.#leave(found.path, found.reason)
        if (++taken % sliceLength > 0) continue
        this.#tell(false)
        this.#parts.grew()
        await setImmediate()
        if (signal.aborted) return
      }
    }
    this.#isComplete = true
    this.#tell(true)
    this.#parts.grew()
  }

  /** Where an entry lies on this computer; no link is in that path when it is listed. */
  locate(index: number): string {
    const { table } = this.#parts
    return join(this.#folders.get(table.top(index)) ?? '', ...table.parts(index))
  }

  *#walk(source: string): Generator<Found> {
    const name = basename(source)
    try {
      const folder = realpathSync.native(dirname(source))
      const first = this.#parts.table.length
      this.#folders.set(first, folder)
      yield* walk(join(folder, name), first)
    } catch (error) {
      yield { kind: 'left', path: name, reason: reasonFor(error) }
    }
  }

  #add(entry: Entry): void {
    this.#parts.table.add(entry)
    if (entry.kind === 'folder') return
    this.#totals.files++
    this.#totals.bytes += entry.size
  }

  #leave(path: string, reason: Reason): void {
    this.#totals.left++
    this.#left.push({ path, reason })
    if (this.#left.length >= maxItems) this.#tellLeft()
  }

  #tell(complete: boolean): void {
    const now = performance.now()
    if (!complete && now - this.#toldAt < tellEveryMs) return
    this.#toldAt = now
    this.#tellLeft()
    this.#parts.emit({ event: 'listed', totals: this.totals, complete })
  }

  #tellLeft(): void {
    const items = this.#left.splice(0)
    if (items.length > 0) this.#parts.emit({ event: 'left', items })
  }
}

import type { RowsItem } from '#shared/rows.ts'
import type { Lifetime } from './lifetime.ts'

/**
 * State that can be watched. A watcher gets a snapshot, then changes; a slow one gets what it
 * missed merged into one, so nothing queues up without bound.
 */
abstract class Watched<Item> {
  readonly #watchers = new Set<() => void>()

  protected changed(): void {
    for (const wake of Array.from(this.#watchers)) wake()
  }

  protected async *follow(signal: AbortSignal, take: () => Item | null): AsyncGenerator<Item> {
    let wake = () => {}
    let news = new Promise<void>((resolve) => (wake = resolve))
    const watcher = () => wake()
    this.#watchers.add(watcher)
    signal.addEventListener('abort', watcher, { once: true })
    try {
      while (!signal.aborted) {
        const item = take()
        if (item !== null) {
          yield item
          continue
        }
        await news
        news = new Promise<void>((resolve) => (wake = resolve))
      }
    } finally {
      this.#watchers.delete(watcher)
      signal.removeEventListener('abort', watcher)
    }
  }

  /** Calls back on every change, at once: for state derived from other state. Returns its undo. */
  onChange(listener: () => void): () => void {
    this.#watchers.add(listener)
    return () => this.#watchers.delete(listener)
  }

  get watchers(): number {
    return this.#watchers.size
  }
}

/** One value; setting an equal one is no news. */
export class Cell<Value extends object> extends Watched<Value> {
  #value: Value

  constructor(value: Value) {
    super()
    this.#value = value
  }

  get value(): Value {
    return this.#value
  }

  set(value: Value): void {
    if (JSON.stringify(value) === JSON.stringify(this.#value)) return
    this.#value = value
    this.changed()
  }

  watch(signal: AbortSignal): AsyncGenerator<Value> {
    let seen: Value | null = null
    return this.follow(signal, () => (seen === this.#value ? null : (seen = this.#value)))
  }
}

/** State computed from other state, kept current for as long as the lifetime lasts. */
export function derived<Value extends object>(
  lifetime: Lifetime,
  sources: readonly { onChange(listener: () => void): () => void }[],
  compute: () => Value,
): Cell<Value> {
  const cell = new Cell(compute())
  for (const source of sources) lifetime.defer(source.onChange(() => cell.set(compute())))
  return cell
}

/** Rows known by their id, in the order they first came. */
export class Table<Row extends { readonly id: string }> extends Watched<RowsItem<Row>> {
  readonly #rows = new Map<string, Row>()
  readonly #touched = new Set<Set<string>>()

  get rows(): Row[] {
    return [...this.#rows.values()]
  }

  get(id: string): Row | undefined {
    return this.#rows.get(id)
  }

  put(row: Row): void {
    if (JSON.stringify(this.#rows.get(row.id)) === JSON.stringify(row)) return
    this.#rows.set(row.id, row)
    this.#touch(row.id)
  }

  remove(id: string): void {
    if (this.#rows.delete(id)) this.#touch(id)
  }

  async *watch(signal: AbortSignal): AsyncGenerator<RowsItem<Row>> {
    const touched = new Set<string>()
    let fresh = true
    this.#touched.add(touched)
    try {
      yield* this.follow(signal, () => {
        if (fresh) {
          fresh = false
          touched.clear()
          return { snapshot: this.rows }
        }
        if (touched.size === 0) return null
        const put: Row[] = []
        const remove: string[] = []
        for (const id of touched) {
          const row = this.#rows.get(id)
          if (row) put.push(row)
          else remove.push(id)
        }
        touched.clear()
        return { put, remove }
      })
    } finally {
      this.#touched.delete(touched)
    }
  }

  #touch(id: string): void {
    for (const touched of this.#touched) touched.add(id)
    this.changed()
  }
}

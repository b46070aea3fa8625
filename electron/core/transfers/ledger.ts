import { z } from 'zod'
import type { TransferId } from '#shared/ids.ts'
import { transferFileSchema, type TransferFile } from '#shared/transfers.ts'
import type { Store } from '../keys/store.ts'

const outcomeSchema = transferFileSchema.extend({
  /** As the sender calls it; on the receiving side it may have landed under another name. */
  sent: z.string(),
  mtimeMs: z.number().nullable(),
})
export type FileOutcome = z.infer<typeof outcomeSchema>

const pageSchema = z.array(outcomeSchema)
/** A page is written anew with every addition until it has so many, so it must not be large. */
const pageLength = 256

/**
 * What became of the files of one transfer, in the order it came about: pages in the store, of which
 * only the last is ever held. What was added is on disk when that resolves.
 */
export class Ledger {
  readonly #store: Store
  readonly #name: string
  #last: FileOutcome[]
  #fullPages: number
  #turn: Promise<unknown> = Promise.resolve()

  private constructor(store: Store, name: string, fullPages: number, last: FileOutcome[]) {
    this.#store = store
    this.#name = name
    this.#fullPages = fullPages
    this.#last = last
  }

  /** Of a transfer that had at least so many when it was saved last. */
  static async open(store: Store, id: TransferId, count: number): Promise<Ledger> {
    const name = `transfer ${id}`
    for (let page = Math.floor(count / pageLength); ; page++) {
      const files = (await store.record(`${name} ${page}`, pageSchema).get()) ?? []
      if (files.length < pageLength) return new Ledger(store, name, page, files)
    }
  }

  get count(): number {
    return this.#fullPages * pageLength + this.#last.length
  }

  add(files: readonly FileOutcome[]): Promise<void> {
    return this.#inTurn(async () => {
      let rest = files
      while (rest.length > 0) {
        const room = pageLength - this.#last.length
        const page = [...this.#last, ...rest.slice(0, room)]
        await this.#page(this.#fullPages).set(page)
        rest = rest.slice(room)
        this.#last = page
        if (page.length < pageLength) continue
        this.#fullPages += 1
        this.#last = []
      }
    })
  }

  async slice(offset: number, limit: number): Promise<FileOutcome[]> {
    const found: FileOutcome[] = []
    const end = Math.min(offset + limit, this.count)
    for (let at = offset; at < end;) {
      const page = Math.floor(at / pageLength)
      const within = at - page * pageLength
      const files = page === this.#fullPages ? this.#last : ((await this.#page(page).get()) ?? [])
      const taken = files.slice(within, within + end - at)
      if (taken.length === 0) break
      found.push(...taken)
      at += taken.length
    }
    return found
  }

  /** All of it, of which a page at a time is held. */
  async *each(): AsyncGenerator<FileOutcome> {
    for (let at = 0; at < this.count; at += pageLength) yield* await this.slice(at, pageLength)
  }

  async replace(files: readonly FileOutcome[]): Promise<void> {
    await this.clear()
    await this.add(files)
  }

  clear(): Promise<void> {
    return this.#inTurn(async () => {
      for (let page = this.#fullPages; page >= 0; page--) await this.#page(page).delete()
      this.#fullPages = 0
      this.#last = []
    })
  }

  #page(number: number) {
    return this.#store.record(`${this.#name} ${number}`, pageSchema)
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#turn.then(work)
    this.#turn = turn.catch(() => {})
    return turn
  }
}

/** As it is told to people and to the other device. */
export function shownFile({ path, bytes, state, reason, blake3 }: FileOutcome): TransferFile {
  return { path, bytes, state, reason, blake3 }
}

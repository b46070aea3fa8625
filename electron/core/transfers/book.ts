import { Fault } from '#shared/faults.ts'
import type { TransferId } from '#shared/ids.ts'
import type { TransferFile } from '#shared/transfers.ts'
import { crowdedOut } from '../base/crowded-out.ts'
import { faultOf, type Desk } from './desk.ts'
import { Entry, type EntryParts } from './entry.ts'
import { endedOf } from './history.ts'
import { shownFile } from './ledger.ts'
import type { TransferRecord } from './record.ts'
import { placeBefore } from './turns.ts'

/** So many that have ended are remembered. */
const maxHistory = 1_000

/** Every transfer from when it is entered until it is forgotten, and the order people see. */
export class Book {
  readonly #desk: Desk
  readonly #parts: EntryParts

  constructor(desk: Desk, parts: EntryParts) {
    this.#desk = desk
    this.#parts = parts
  }

  async load(): Promise<void> {
    for (const record of (await this.#parts.records.all()).values()) {
      const entry = await Entry.open(this.#parts, record)
      // Whoever offered it offers it again.
      if (!entry.isSending && entry.phase === 'queued') await entry.forget()
      else this.#desk.entries.set(entry.id, entry)
      if (entry.phase === 'accepted') entry.step({ step: 'trouble', fault: faultOf('peer.closed') })
      entry.show()
    }
  }

  async add(record: TransferRecord): Promise<Entry> {
    const entry = await Entry.open(this.#parts, record)
    this.#desk.entries.set(entry.id, entry)
    await entry.save()
    entry.show()
    const ended = this.#ended().reverse()
    for (const old of crowdedOut(ended, maxHistory, ({ device }) => device)) await this.forget(old)
    return entry
  }

  async forget(entry: Entry): Promise<void> {
    this.#desk.entries.delete(entry.id)
    this.#desk.links.get(entry.device)?.offered.delete(entry.id)
    await entry.forget()
    await this.#desk.tidy(entry)
  }

  lastPlace(): number {
    return placeBefore([...this.#desk.entries.values()], null)
  }

  async reorder(id: TransferId, before: TransferId | null): Promise<void> {
    const entry = this.#desk.entry(id)
    const others = [...this.#desk.entries.values()].filter((other) => other !== entry)
    const waiting = others.filter(({ isOver }) => !isOver)
    entry.know({ order: placeBefore(waiting, before) })
    await entry.save()
    this.#desk.schedule()
  }

  async files(
    id: TransferId,
    offset: number,
    limit: number,
  ): Promise<{ total: number; files: TransferFile[] }> {
    const { ledger } = this.#desk.entry(id)
    const outcomes = await ledger.slice(offset, limit)
    return { total: ledger.count, files: outcomes.map((outcome) => shownFile(outcome)) }
  }

  history(search: string, offset: number, limit: number) {
    const found = this.#ended(search)
    const transfers = found.slice(offset, offset + limit).map((entry) => entry.row())
    return { total: found.length, transfers }
  }

  async removeFromHistory(id: TransferId): Promise<void> {
    const entry = this.#desk.entry(id)
    if (!entry.isOver) throw new Fault('transfer.notNow')
    await this.forget(entry)
  }

  async clearHistory(): Promise<void> {
    for (const entry of this.#ended()) await this.forget(entry)
  }

  #ended(search?: string): Entry[] {
    return endedOf(this.#desk.entries.values(), search)
  }
}

import type { FileUnderWay, Transfer } from '#shared/transfers.ts'
import { Fault } from '#shared/faults.ts'
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { Table } from '../base/state.ts'
import type { StoredCollection } from '../keys/records.ts'
import type { Store } from '../keys/store.ts'
import { boundBy } from './consent.ts'
import { maxEntries } from './content/limits.ts'
import { Ledger, type FileOutcome } from './ledger.ts'
import type { Counts, Progress } from './mover.ts'
import { after, atTheStart, isOverPhase, keptPhase, type Standing, type Step } from './phase.ts'
import type { TransferRecord } from './record.ts'
import { rowOf } from './row.ts'
import { Speed } from './speed.ts'
import { Told } from './told.ts'

export interface EntryParts {
  readonly store: Store
  readonly records: StoredCollection<TransferRecord>
  /** As people see those that are not history yet. */
  readonly table: Table<Transfer>
  readonly clock: Clock
  readonly log: Log
}

/** Beside two outcomes for each file that was agreed to, a sender is heard of so many others. */
const spareOutcomes = 10_000

/** What moves is saved no more often than this: what counts is in the ledger at once. */
const saveEveryMs = 1_000

/** One transfer: what is known of it, what is kept of it, what is shown of it. */
export class Entry {
  readonly ledger: Ledger
  readonly #parts: EntryParts
  readonly #speed: Speed
  #record: TransferRecord
  #standing: Standing
  #freeBytes: number | null = null
  #movingSince: number | null = null
  #savedAt = -Infinity
  #isShown = true
  #current: readonly FileUnderWay[] = []
  /** What the last whole count came to. */
  #lastCount = { files: 0, totalBytes: 0 }
  /** Of the files of the ledger, while a mover runs. */
  readonly #told = new Told()
  #saving: Promise<void> = Promise.resolve()
  #isClosed = false

  private constructor(parts: EntryParts, record: TransferRecord, ledger: Ledger) {
    this.#parts = parts
    this.#record = record
    this.ledger = ledger
    this.#speed = new Speed(parts.clock)
    this.#standing = { ...atTheStart, phase: record.phase, heldByMe: record.heldByMe }
    if (record.listed) this.#lastCount = { files: record.files, totalBytes: record.totalBytes }
  }

  static async open(parts: EntryParts, record: TransferRecord): Promise<Entry> {
    const ledger = await Ledger.open(parts.store, record.id, record.reported)
    const entry = new Entry(parts, record, ledger)
    // It was killed between the ledger and the record.
    const missed = await ledger.slice(record.reported, ledger.count - record.reported)
    entry.#tally(missed)()
    entry.#isShown = !entry.isOver
    return entry
  }

  get id() {
    return this.#record.id
  }

  get device() {
    return this.#record.device
  }

  get order(): number {
    return this.#record.order
  }

  get record(): TransferRecord {
    return this.#record
  }

  get standing(): Standing {
    return this.#standing
  }

  get phase() {
    return this.#standing.phase.name
  }

  get isOver(): boolean {
    return isOverPhase(this.#standing.phase)
  }

  get isSending(): boolean {
    return this.#record.direction === 'send'
  }

  /** Applies a step where it makes sense, and tells whether it did. */
  step(step: Step): boolean {
    const next = after(this.#standing, step)
    if (!next) return false
    const { phase, heldByMe } = this.#standing
    this.#standing = next
    if (next.phase.name === 'moving') this.#movingSince ??= this.#parts.clock.monotonic()
    else if (next.phase.name !== 'finishing') this.#rest()
    const over = isOverPhase(next.phase)
    if (over) this.#isShown = true
    const ended = over ? { endedAt: this.#parts.clock.now() } : {}
    const again = step.step === 'retry' ? { endedAt: null } : {}
    this.#record = { ...this.#record, ...ended, ...again }
    if (over || next.phase.name !== phase.name || next.heldByMe !== heldByMe) {
      this.saveSoon()
    }
    this.show()
    return true
  }

  know(facts: Partial<TransferRecord>): void {
    this.#record = { ...this.#record, ...facts }
    this.saveSoon()
    this.show()
  }

  knowFree(bytes: number): void {
    this.#freeBytes = bytes
    this.show()
  }

  counted({ files, bytes, listed }: Counts): void {
    const consent = boundBy(this.#record.consent, { files, bytes, listed })
    this.#record = { ...this.#record, files, totalBytes: bytes, listed, consent }
    if (listed) {
      this.#lastCount = { files, totalBytes: bytes }
      this.saveSoon()
    }
    this.show()
  }

  /** What was there already is not shown as gone while a mover finds it again. */
  progressed({ bytes, moved, isCaughtUp, current }: Progress): void {
    this.#speed.reached(moved)
    this.#current = current
    const known = isCaughtUp ? 0 : this.#record.bytes
    this.#record = { ...this.#record, bytes: Math.max(bytes, known) }
    this.show()
    if (this.#parts.clock.monotonic() - this.#savedAt >= saveEveryMs) this.saveSoon()
  }

  /**
   * On disk when it resolves. What was told before, by an earlier mover, is told once; a file that
   * became something else since then is told once more.
   */
  async report(files: readonly FileOutcome[]): Promise<void> {
    const news = files.filter((file) => this.#told.isNews(file))
    if (news.length === 0) return
    if (this.ledger.count + news.length > this.#mostOutcomes) throw new Fault('frame.malformed')
    const count = this.#tally(news)
    await this.ledger.add(news)
    count()
    this.show()
  }

  /** What has landed so far: failures before this are tried again. */
  async landedSoFar(): Promise<FileOutcome[]> {
    const landed: FileOutcome[] = []
    for await (const file of this.ledger.each()) if (file.state === 'landed') landed.push(file)
    if (landed.length < this.ledger.count) await this.replaceOutcomes(landed)
    else this.#told.reset(landed)
    return landed
  }

  /** Nobody tells anything of it any more; what was told is in the ledger. */
  release(): void {
    if (this.isOver) this.#told.reset([])
  }

  async replaceOutcomes(files: readonly FileOutcome[]): Promise<void> {
    await this.ledger.replace(files)
    this.#told.reset([])
    const landed = { bytes: 0, files: 0 }
    this.#record = { ...this.#record, landed, doneFiles: 0, skippedFiles: 0, failedFiles: 0 }
    this.#tally(files)()
    await this.save()
  }

  async save(): Promise<void> {
    if (this.#isClosed) return
    this.#savedAt = this.#parts.clock.monotonic()
    const saving = this.#parts.records.put(this.id, this.#kept())
    // Writes go in order: the last one is the last to end.
    this.#saving = saving.catch(() => {})
    await saving
  }

  saveSoon(): void {
    this.save().catch((error: unknown) =>
      this.#parts.log.warn('not saved', { error: Fault.of(error) }),
    )
  }

  /** What was to be saved is on disk, and nothing is saved after that. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.#saving
  }

  async forget(): Promise<void> {
    this.hide()
    await this.#parts.records.delete(this.id)
    await this.ledger.clear()
  }

  hide(): void {
    this.#isShown = false
    this.#parts.table.remove(this.id)
  }

  show(): void {
    if (this.#isShown) this.#parts.table.put(this.row())
  }

  row(): Transfer {
    return rowOf(this.#record, this.#standing, {
      isMoving: this.#movingSince !== null,
      bytesPerSecond: this.#speed.bytesPerSecond,
      seconds: this.#seconds(),
      current: this.#current,
      freeBytes: this.#freeBytes,
      lastCount: this.#lastCount,
    })
  }

  /** Counts them as told now; what they change of the record counts once they are in the ledger. */
  #tally(files: readonly FileOutcome[]): () => void {
    const change = this.#told.add(files)
    const landed = files.filter(({ state }) => state === 'landed')
    return () => {
      const { doneFiles, skippedFiles, failedFiles, consent } = this.#record
      // More has come than was agreed to.
      const isSpent = files.some(({ reason }) => reason === 'extra')
      this.#record = {
        ...this.#record,
        doneFiles: doneFiles + change.doneFiles,
        skippedFiles: skippedFiles + change.skippedFiles,
        failedFiles: failedFiles + change.failedFiles,
        landed: {
          bytes: landed.reduce((sum, { bytes }) => sum + bytes, this.#record.landed.bytes),
          files: this.#record.landed.files + landed.length,
        },
        consent: consent && isSpent ? { ...consent, isSpent } : consent,
        reported: this.ledger.count,
      }
    }
  }

  /** Files that are refused or were there already take nothing of a yes: they are bounded as well. */
  get #mostOutcomes(): number {
    const maxFiles = this.isSending ? null : this.#record.consent?.maxFiles
    return 2 * (maxFiles ?? maxEntries) + spareOutcomes
  }

  #rest(): void {
    const seconds = this.#seconds()
    this.#movingSince = null
    this.#speed.rest()
    this.#record = { ...this.#record, seconds }
  }

  #seconds(): number {
    const { clock } = this.#parts
    const now = this.#movingSince === null ? 0 : clock.monotonic() - this.#movingSince
    return Math.round(this.#record.seconds * 1_000 + now) / 1_000
  }

  #kept(): TransferRecord {
    const { phase, heldByMe } = this.#standing
    return { ...this.#record, phase: keptPhase(phase), heldByMe, seconds: this.#seconds() }
  }
}

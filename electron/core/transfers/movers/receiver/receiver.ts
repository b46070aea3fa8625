import type { Fault } from '#shared/faults.ts'
import type { Clock } from '../../../base/clock.ts'
import { malformed } from '../../content/cursor.ts'
import { decodeSender } from '../../content/decode.ts'
import type { Entry, HoldReason, SenderMessage } from '../../content/messages.ts'
import type { Landing } from '../../landing/types.ts'
import { lengthOf } from '../../lanes/parts.ts'
import type { Epoch } from '../epochs.ts'
import type { MoverEvent, ReceiveJob } from '../messages.ts'
import type { Pace } from '../pace.ts'
import { Reporter } from '../reporter.ts'
import { Budget } from './budget.ts'
import { Files } from './files.ts'
import { Journal } from './journal.ts'
import { Patience } from './patience.ts'
import { Talk } from './talk.ts'

interface ReceiverParts {
  readonly job: ReceiveJob
  readonly landing: Landing
  readonly clock: Clock
  readonly pace: Pace
  readonly emit: (event: MoverEvent) => void
  readonly signal: AbortSignal
  /** The destination is gone, or something of ours is broken. */
  readonly failed: (error: unknown) => void
}

/** The receiving mover: asks for what is missing, and lands what comes. */
export class Receiver {
  readonly #parts: ReceiverParts
  readonly #journal: Journal
  readonly #reporter: Reporter
  readonly #patience: Patience
  readonly #budget: Budget
  #listing: string | null = null
  #files: Files
  #totals = { files: 0, bytes: 0, left: 0 }
  #talk: Talk | null = null
  /** How many entries there are; null until the sender has told them all in this epoch. */
  #listed: number | null = null
  #held: HoldReason | null = null
  #isDone = false
  /** The sender was told so in this epoch. */
  #toldSettled = false

  constructor(parts: ReceiverParts) {
    const { clock, emit, signal } = parts
    this.#parts = parts
    this.#journal = new Journal(emit)
    this.#reporter = new Reporter(clock, emit)
    this.#patience = new Patience({ clock, signal, held: (fault) => this.#hold(fault) })
    this.#budget = new Budget(parts.job.agreed)
    this.#files = this.#filesOf(parts.job)
  }

  journaled(batch: number): void {
    this.#journal.written(batch)
  }

  reported(): void {
    this.#reporter.reported()
  }

  async skip(index: number): Promise<void> {
    await this.#files.skip(index)
    await this.#settle()
  }

  async converse(epoch: Epoch): Promise<void> {
    const { lane } = epoch
    const talk = new Talk(lane)
    this.#talk = talk
    this.#listed = null
    this.#toldSettled = false
    try {
      await this.#welcome(lane, talk)
      for (let frame = await lane.receive(); frame; frame = await lane.receive()) {
        const bytes = lengthOf(frame)
        for (const message of decodeSender(frame)) await this.#take(message, talk)
        this.#reporter.moved(bytes)
        await this.#reporter.room(epoch.signal)
        await this.#files.land()
        await this.#journal.room()
        await this.#settle()
        await this.#parts.pace.take(bytes, epoch.signal)
      }
    } finally {
      this.#talk = null
      await this.#files.rest()
    }
  }

  /** The sender asks people about pauses; here they stop the mover. */
  hold(): void {}

  /** What has landed, and how far the others have come. */
  hints() {
    return this.#files.hints()
  }

  async close(): Promise<void> {
    this.#reporter.close()
    await this.#files.close()
  }

  async #welcome(lane: Epoch['lane'], talk: Talk): Promise<void> {
    const frame = await lane.receive()
    if (frame === null) return
    const [hello, ...rest] = decodeSender(frame)
    if (hello?.kind !== 'hello') return malformed()
    if (hello.listing !== this.#listing) await this.#begin(hello.listing)
    if (this.#held) await talk.say({ kind: 'hold', reason: this.#held })
    await talk.say({ kind: 'welcome', known: this.#files.length })
    await this.#files.resume(talk)
    for (const message of rest) await this.#take(message, talk)
  }

  /** The numbers of another walk mean other files. */
  async #begin(listing: string): Promise<void> {
    const { landing, job } = this.#parts
    const hints = this.#listing === null ? job : this.#files.hints()
    // What nobody can go on with any more would fill the disk, one listing after the other.
    const known = new Set(hints.partial.map(({ index }) => index))
    await this.#patience.keep(() => landing.keepStaged(known))
    if (this.#listing !== null) {
      await this.#files.close()
      this.#budget.restart()
      const { landed, partial } = hints
      this.#files = this.#filesOf({ ...job, landed, partial })
    }
    this.#listing = listing
    this.#totals = { files: 0, bytes: 0, left: 0 }
    this.#reporter.restart()
  }

  #filesOf(job: ReceiveJob): Files {
    const { landing, clock, failed } = this.#parts
    const files = new Files({
      job,
      budget: this.#budget,
      landing,
      clock,
      failed,
      patience: this.#patience,
      journal: this.#journal,
      reporter: this.#reporter,
      settledMore: () => void this.#settle().catch(failed),
    })
    this.#reporter.underWay = () => files.underWay()
    return files
  }

  async #take(message: SenderMessage, talk: Talk): Promise<void> {
    if (talk.isOver) malformed()
    switch (message.kind) {
      case 'hello':
        return malformed()
      case 'entries':
        if (this.#listed !== null) malformed()
        await this.#files.enter(message.first, message.entries, talk)
        return this.#count(message.entries)
      case 'listed':
        return this.#end(message.entries)
      case 'hold':
        return this.#parts.emit({
          event: 'held',
          by: 'there',
          reason: message.reason,
          fault: null,
        })
      case 'farewell':
        return this.#isDone ? talk.farewell() : malformed()
      case 'whole':
      case 'data':
      case 'end':
      case 'probe':
      case 'restart':
      case 'failed':
      case 'sums':
        return this.#files.take(message, talk)
    }
  }

  #count(entries: readonly Entry[]): void {
    for (const { kind, size } of entries) {
      if (kind === 'folder') continue
      this.#totals.files++
      this.#totals.bytes += size
    }
    this.#parts.emit({ event: 'listed', totals: { ...this.#totals }, complete: false })
  }

  #end(entries: number): void {
    if (entries !== this.#files.length || this.#listed !== null) malformed()
    this.#listed = entries
    this.#reporter.isCaughtUp = true
    this.#budget.listed(this.#totals)
    this.#parts.emit({ event: 'listed', totals: { ...this.#totals }, complete: true })
  }

  async #settle(): Promise<void> {
    if (this.#listed === null || !this.#files.isSettled || this.#toldSettled) return
    this.#toldSettled = true
    const talk = this.#talk
    await this.#patience.keep(() => this.#parts.landing.settle())
    if (!this.#isDone) {
      this.#isDone = true
      this.#reporter.flush()
      this.#parts.emit({ event: 'done', summary: this.#reporter.summary })
    }
    // A lane that breaks now is noticed by whoever reads from it.
    await talk?.say({ kind: 'settled' }).catch(() => {})
  }

  #hold(fault: Fault | null): void {
    this.#held = fault && (fault.code === 'disk.full' ? 'diskFull' : 'destinationGone')
    const reason = this.#held
    const record = fault?.toRecord() ?? null
    this.#parts.emit({ event: 'held', by: 'here', reason, fault: record })
    void this.#talk?.say({ kind: 'hold', reason }).catch(() => {})
  }
}

import { randomBytes } from 'node:crypto'
import type { Clock } from '../../../base/clock.ts'
import { malformed } from '../../content/cursor.ts'
import { decodeReceiver } from '../../content/decode.ts'
import { encodeSender, listingBytes } from '../../content/encode.ts'
import { maxEntriesPerBatch } from '../../content/limits.ts'
import type { Entry, HoldReason, ReceiverMessage } from '../../content/messages.ts'
import { together, type Epoch } from '../epochs.ts'
import type { MoverEvent, SendJob } from '../messages.ts'
import type { Pace } from '../pace.ts'
import { Rate } from '../rate.ts'
import { Reporter } from '../reporter.ts'
import { Wake } from '../wake.ts'
import { Acknowledged } from './acknowledged.ts'
import { Demand, type Errand } from './demand.ts'
import { FileSender } from './file-sender.ts'
import { Listing } from './listing.ts'
import { Outgoing } from '../outgoing.ts'
import { senderTable } from './sender-table.ts'

/** Told, but not answered yet: enough to never wait for an answer. */
const maxUnanswered = 4 * maxEntriesPerBatch
/** Asked for, but not sent yet: there is no hurry to tell of more. */
const maxWaiting = 16 * maxEntriesPerBatch
const batchBytes = 256 * 1024
/** What an entry takes besides its name. */
const entryBytes = 26

interface SenderParts {
  readonly job: SendJob
  readonly clock: Clock
  readonly pace: Pace
  readonly emit: (event: MoverEvent) => void
}

interface Conversation {
  readonly out: Outgoing
  readonly signal: AbortSignal
  readonly proceed: () => Promise<void>
}

/** The sending mover: lists, tells, and sends what is asked for. */
export class Sender {
  readonly #emit: (event: MoverEvent) => void
  readonly #table = senderTable()
  readonly #listing: Listing
  readonly #listingId = randomBytes(listingBytes).toString('hex')
  readonly #demand: Demand
  readonly #files: FileSender
  readonly #reporter: Reporter
  readonly #rate: Rate
  readonly #wake = new Wake()
  #heldHere = false
  #heldThere: HoldReason | null = null
  /** What the other side was told about it. */
  #toldHeld = false
  #toldEnd = false
  #isSettled = false
  #isDone = false
  #isAllSent = false

  constructor({ job, clock, pace, emit }: SenderParts) {
    this.#emit = emit
    this.#reporter = new Reporter(clock, emit)
    this.#rate = new Rate(clock)
    const isRenewed = (index: number) => this.#files.isRenewed(index)
    const acknowledged = new Acknowledged(this.#reporter)
    const shared = { table: this.#table, reporter: this.#reporter, acknowledged }
    this.#demand = new Demand({ ...shared, isRenewed })
    const grew = () => this.#wake.call()
    this.#listing = new Listing({ sources: job.sources, table: this.#table, emit, grew })
    this.#files = new FileSender({
      ...shared,
      locate: (index) => this.#listing.locate(index),
      pace,
      rate: this.#rate,
    })
    this.#reporter.underWay = () => this.#files.underWay()
  }

  list(signal: AbortSignal): Promise<void> {
    return this.#listing.run(signal)
  }

  hold(held: boolean): void {
    this.#heldHere = held
    this.#wake.call()
  }

  skip(index: number): void {
    if (index >= this.#table.length || this.#table.isFolder(index)) return
    if (!this.#demand.fail(index, 'skipped')) return
    if (index < (this.#demand.told ?? 0)) this.#demand.ask({ kind: 'failed', index })
    this.#wake.call()
  }

  /** Only a receiver keeps a journal. */
  journaled(): void {}

  reported(): void {
    this.#reporter.reported()
  }

  close(): void {
    this.#reporter.close()
  }

  async converse(epoch: Epoch): Promise<void> {
    this.#demand.begin()
    this.#toldEnd = false
    this.#toldHeld = false
    this.#isSettled = false
    this.#setHeldThere(null)
    this.#rate.restart()
    await together(epoch, [(epoch) => this.#read(epoch), (epoch) => this.#send(epoch)])
  }

  async #read({ lane, signal }: Epoch): Promise<void> {
    for (let frame = await lane.receive(); frame; frame = await lane.receive()) {
      for (const message of decodeReceiver(frame)) this.#take(message)
      this.#wake.call()
      await this.#reporter.room(signal)
    }
  }

  #take(message: ReceiverMessage): void {
    if (message.kind === 'hold') return this.#setHeldThere(message.reason)
    if (message.kind === 'welcome') return this.#demand.welcome(message.known)
    if (this.#demand.told === null) return malformed()
    switch (message.kind) {
      case 'wish':
        return this.#demand.wish(message.range, message.wish)
      case 'landed':
        return message.ranges.forEach((range) => this.#demand.landed(range))
      case 'kept':
        return this.#demand.kept(message.index, message.bytes)
      case 'refuse':
        return this.#demand.refused(message.index, message.reason)
      case 'sums?':
        return this.#demand.asked({ kind: 'sums', index: message.index })
      case 'again': {
        const { index, offset, length } = message
        return this.#demand.asked({ kind: 'again', index, from: offset, to: offset + length })
      }
      case 'settled':
        this.#isSettled = true
        return undefined
    }
  }

  async #send({ lane, signal }: Epoch): Promise<void> {
    const out = new Outgoing(lane, (milliseconds) => this.#rate.waited(milliseconds))
    const proceed = async () => {
      if (!this.#isHeld && this.#toldHeld === this.#heldHere) return
      while (this.#isHeld || this.#toldHeld !== this.#heldHere) await this.#pause(out, signal)
      this.#rate.restart()
    }
    await out.message(encodeSender({ kind: 'hello', listing: this.#listingId }))
    while (!this.#isSettled) {
      if (await this.#sendSomething({ out, signal, proceed })) continue
      await out.flush()
      this.#tellAllSent()
      await this.#wake.wait(signal)
      this.#rate.restart()
    }
    if (!this.#toldEnd || !this.#demand.isSettled()) malformed()
    this.#finish()
    await out.last(encodeSender({ kind: 'farewell' }))
  }

  /** One step; false when there is nothing to do until something changes. */
  async #sendSomething(talk: Conversation): Promise<boolean> {
    if (this.#demand.told === null) return false
    const errand = this.#demand.nextErrand()
    if (errand) return this.#run(errand, talk)
    if (await this.#tellMore(talk.out)) return true
    await talk.proceed()
    const wanted = this.#demand.nextWanted()
    if (!wanted) return this.#tellEnd(talk.out)
    const sent = await this.#files.send(wanted.index, wanted.offset, talk)
    if (sent.kind === 'sent') this.#demand.sent(wanted.index)
    if (sent.kind === 'failed') this.#demand.fail(wanted.index, sent.reason)
    if (sent.kind === 'failed') await this.#sayFailed(wanted.index, talk.out)
    return true
  }

  async #tellMore(out: Outgoing): Promise<boolean> {
    const { told, unanswered, waiting } = this.#demand
    if (told === null || unanswered > maxUnanswered || waiting > maxWaiting) return false
    const entries: Entry[] = []
    let bytes = 0
    while (entries.length < maxEntriesPerBatch && bytes < batchBytes) {
      const index = told + entries.length
      if (index >= this.#table.length) break
      const entry = this.#table.entry(index)
      entries.push(entry)
      bytes += entryBytes + Buffer.byteLength(entry.name)
    }
    if (entries.length === 0) return false
    this.#demand.tell(entries.length)
    await out.message(encodeSender({ kind: 'entries', first: told, entries }))
    await out.flush()
    return true
  }

  async #tellEnd(out: Outgoing): Promise<boolean> {
    const isAll = this.#listing.isComplete && this.#demand.told === this.#table.length
    if (this.#toldEnd || !isAll) return false
    this.#toldEnd = true
    await out.message(encodeSender({ kind: 'listed', entries: this.#table.length }))
    return true
  }

  async #run(errand: Errand, talk: Conversation): Promise<boolean> {
    const { index } = errand
    switch (errand.kind) {
      case 'failed':
        await this.#sayFailed(index, talk.out)
        break
      case 'probe': {
        const probed = await this.#files.probe(index, talk)
        if (probed.kind !== 'failed') break
        this.#demand.fail(index, probed.reason)
        await this.#sayFailed(index, talk.out)
        break
      }
      case 'sums':
        if (!(await this.#files.sendSums(index, talk))) this.#anew(index)
        break
      case 'again': {
        if (errand.to > this.#table.size(index)) malformed()
        const isSame = await this.#files.sendAgain(index, errand.from, errand.to, talk)
        if (!isSame) this.#anew(index)
        break
      }
    }
    return true
  }

  #anew(index: number): void {
    this.#files.renew(index)
    this.#demand.anew(index)
  }

  async #sayFailed(index: number, out: Outgoing): Promise<void> {
    const reason = this.#demand.reasonOf(index)
    await out.message(encodeSender({ kind: 'failed', index, reason }))
  }

  get #isHeld(): boolean {
    return this.#heldHere || this.#heldThere !== null
  }

  async #pause(out: Outgoing, signal: AbortSignal): Promise<void> {
    if (this.#toldHeld !== this.#heldHere) {
      this.#toldHeld = this.#heldHere
      const reason = this.#heldHere ? 'person' : null
      await out.message(encodeSender({ kind: 'hold', reason }))
    }
    await out.flush()
    if (this.#isHeld) await this.#wake.wait(signal)
  }

  #setHeldThere(reason: HoldReason | null): void {
    if (this.#heldThere === reason) return
    this.#heldThere = reason
    this.#emit({ event: 'held', by: 'there', reason, fault: null })
  }

  #tellAllSent(): void {
    if (this.#isAllSent || !this.#toldEnd || !this.#demand.isAllSent()) return
    this.#isAllSent = true
    this.#reporter.isCaughtUp = true
    this.#emit({ event: 'allSent' })
  }

  #finish(): void {
    if (this.#isDone) return
    this.#isDone = true
    this.#reporter.flush()
    this.#emit({ event: 'done', summary: this.#reporter.summary })
  }
}

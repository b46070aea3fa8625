import type { FileUnderWay } from '#shared/transfers.ts'
import type { Clock } from '../../../base/clock.ts'
import { blake3Of } from '../../content/blake3.ts'
import { unpack } from '../../content/compress.ts'
import { malformed } from '../../content/cursor.ts'
import type { Body, Entry, SenderMessage } from '../../content/messages.ts'
import type { Reason } from '../../content/reasons.ts'
import type { Landing, StagedFile } from '../../landing/types.ts'
import { joined } from '../../lanes/parts.ts'
import type { LandedHint, PartialHint, ReceiveJob } from '../messages.ts'
import type { Reporter } from '../reporter.ts'
import { Admission } from './admission.ts'
import { Arrival } from './arrival.ts'
import type { Budget } from './budget.ts'
import type { Journal } from './journal.ts'
import { hashEquals, Landings } from './landings.ts'
import { Outcomes } from './outcomes.ts'
import type { Patience } from './patience.ts'
import { receiverTable } from './receiver-table.ts'
import type { Talk } from './talk.ts'

interface FilesParts {
  readonly job: ReceiveJob
  readonly budget: Budget
  readonly landing: Landing
  readonly patience: Patience
  readonly journal: Journal
  readonly reporter: Reporter
  readonly clock: Clock
  readonly failed: (error: unknown) => void
  readonly settledMore: () => void
}

/** What is said of single files. */
export type FileMessage = Extract<SenderMessage, { readonly index: number }>

/** A file that never comes right, or never comes to rest, is given up. */
const maxTries = 3
/** A sender has one or two under way, and those that came wrong; each takes an open file. */
const maxArriving = 256
/**
 * After a crash no more than this is asked for again, and what a sync takes. At first it is done
 * more often: the sender shows what is safe here, and should not show nothing for long.
 */
const syncEveryMs = 2_000
const firstSyncMs = 500

/** All files of one listing: what is asked for, on its way, landing, and settled. */
export class Files {
  readonly #parts: FilesParts
  readonly #table = receiverTable()
  readonly #arrivals = new Map<number, Arrival>()
  readonly #admission: Admission
  readonly #landings: Landings
  readonly #outcomes: Outcomes
  readonly #tries = new Map<number, number>()
  #syncedAt: number
  #syncInMs = firstSyncMs

  constructor(parts: FilesParts) {
    const { landing, patience, failed, job, budget, journal, reporter, settledMore } = parts
    const table = this.#table
    this.#parts = parts
    this.#syncedAt = parts.clock.monotonic()
    this.#admission = new Admission({ job, landing, patience, table, budget })
    const arrivals = this.#arrivals
    this.#outcomes = new Outcomes({ table, arrivals, budget, journal, reporter, settledMore })
    this.#landings = new Landings({
      landing,
      patience,
      failed,
      settled: (outcomes) => this.#outcomes.keep(outcomes, 'landed'),
    })
  }

  get length(): number {
    return this.#table.length
  }

  get isSettled(): boolean {
    return this.#outcomes.settled === this.#table.length
  }

  /** Adds entries and says what is wanted of them. */
  async enter(first: number, entries: readonly Entry[], talk: Talk): Promise<void> {
    if (first !== this.#table.length) malformed()
    for (const entry of entries) this.#admission.add(entry)
    for (let index = first; index < this.#table.length; index++) {
      await this.#judge(index, talk)
    }
    await talk.flush()
  }

  /** A new epoch: says of everything that is known what is wanted of it now. */
  async resume(talk: Talk): Promise<void> {
    this.#outcomes.talk = talk
    this.#tries.clear()
    for (let index = 0; index < this.#table.length; index++) await this.#wishAgain(index, talk)
    await talk.flush()
  }

  async take(message: FileMessage, talk: Talk): Promise<void> {
    const { index } = message
    if (index >= this.#table.length || this.#table.isFolder(index)) malformed()
    // It may have been on its way when it was refused here.
    if (this.#table.state(index) === 'failed') return undefined
    switch (message.kind) {
      case 'whole':
        return this.#takeWhole(index, message.hash, message.body, talk)
      case 'data':
        return this.#takeData(index, message.offset, message.body, talk)
      case 'end':
        return this.#takeEnd(index, message.hash, talk)
      case 'probe':
        return this.#takeProbe(index, message.hash, talk)
      case 'sums':
        return this.#takeSums(index, message.first, message.sums, talk)
      case 'restart':
        return this.#restart(index, message, talk)
      case 'failed':
        return this.#fail(index, message.reason)
    }
  }

  /** Lands what came whole; resolves when the disk has kept up. */
  land(): Promise<void> {
    return this.#landings.land()
  }

  async skip(index: number): Promise<void> {
    if (index >= this.#table.length || this.#table.isFolder(index) || this.#isOver(index)) return
    const { talk } = this.#outcomes
    await this.#fail(index, 'skipped')
    await talk?.say({ kind: 'refuse', index, reason: 'skipped' })
  }

  /** The epoch is over: what is being written is awaited, and what is durable is kept. */
  async rest(): Promise<void> {
    this.#outcomes.talk = null
    for (const arrival of this.#arrivals.values()) arrival.interrupt()
    await this.#landings.idle()
    if (this.#arrivals.size > 0) {
      await this.#syncAll()
      this.#parts.journal.write([], this.#outcomes.partial())
    }
    await this.#parts.journal.idle()
  }

  /** For another listing: what has landed, and how far the others have come. */
  hints(): { landed: LandedHint[]; partial: PartialHint[] } {
    return { landed: this.#outcomes.landed(), partial: this.#outcomes.partial() }
  }

  underWay(): FileUnderWay[] {
    return [...this.#arrivals.values()].map(({ index, position, size }) => ({
      path: this.#table.path(index),
      bytes: position,
      size,
    }))
  }

  async close(): Promise<void> {
    for (const { staged } of this.#arrivals.values()) await staged.close()
    this.#arrivals.clear()
  }

  async #judge(index: number, talk: Talk): Promise<void> {
    const verdict = await this.#admission.judge(index)
    switch (verdict.kind) {
      case 'all':
        return talk.wish(index, { kind: 'from', offset: 0 })
      case 'rest':
        this.#arrive(index, verdict.staged)
        this.#parts.reporter.covered(verdict.staged.kept)
        return talk.wish(index, { kind: 'from', offset: verdict.staged.kept })
      case 'probe':
        this.#table.setState(index, 'probing')
        return talk.wish(index, { kind: 'probe' })
      case 'there':
        this.#outcomes.had(index, verdict.path, verdict.hash)
        return talk.wish(index, { kind: 'have', hash: verdict.hash })
      case 'refused':
        this.#outcomes.fail(index, verdict.reason)
        return talk.wish(index, verdict)
    }
  }

  async #wishAgain(index: number, talk: Talk): Promise<void> {
    switch (this.#table.state(index)) {
      case 'asked':
        return talk.wish(index, { kind: 'from', offset: 0 })
      case 'probing':
        return talk.wish(index, { kind: 'probe' })
      case 'arriving': {
        const offset = this.#arrivals.get(index)?.position ?? 0
        return talk.wish(index, { kind: 'from', offset })
      }
      case 'landed':
        return talk.wish(index, { kind: 'have', hash: this.#table.hash(index) })
      case 'failed':
        return talk.wish(index, { kind: 'refused', reason: this.#outcomes.reasonOf(index) })
      case 'landing':
        throw new Error('a file is still landing between two epochs')
    }
  }

  #arrive(index: number, staged: StagedFile): Arrival {
    const arrival = new Arrival(index, this.#table.size(index), staged, this.#parts.patience)
    this.#arrivals.set(index, arrival)
    this.#table.setState(index, 'arriving')
    return arrival
  }

  async #takeWhole(index: number, hash: Uint8Array, body: Body, talk: Talk): Promise<void> {
    const path = this.#admission.pathOf(index)
    const isExpected = this.#table.state(index) === 'asked' && path !== null
    if (!isExpected || body.length !== this.#table.size(index)) return malformed()
    const bytes = joined(unpack(body))
    if (Buffer.compare(blake3Of(bytes), hash) !== 0) return this.#askAnew(index, talk)
    this.#parts.reporter.covered(bytes.length)
    this.#table.setState(index, 'landing')
    this.#landings.add({ index, path, bytes, hash, ...this.#attributes(index) })
    return undefined
  }

  async #takeData(index: number, offset: number, body: Body, talk: Talk): Promise<void> {
    const arrival = this.#arrivals.get(index) ?? (await this.#firstData(index))
    if (!arrival.isRepairing) this.#parts.reporter.covered(body.length)
    const isRepaired = await arrival.take(offset, unpack(body))
    if (isRepaired) await this.#finish(arrival, await arrival.checkAgain(), talk)
    if (this.#parts.clock.monotonic() - this.#syncedAt < this.#syncInMs) return
    this.#syncInMs = Math.min(syncEveryMs, 2 * this.#syncInMs)
    await this.#syncAll()
    const partial = this.#outcomes.partial()
    this.#parts.journal.write([], partial, () => void this.#outcomes.tellKept(partial))
  }

  async #firstData(index: number): Promise<Arrival> {
    const path = this.#admission.pathOf(index)
    if (this.#table.state(index) !== 'asked' || path === null) return malformed()
    if (this.#arrivals.size >= maxArriving) return malformed()
    const { landing, patience } = this.#parts
    const size = this.#table.size(index)
    return this.#arrive(index, await patience.keep(() => landing.begin({ index, path, size }, 0)))
  }

  async #takeEnd(index: number, hash: Uint8Array, talk: Talk): Promise<void> {
    const arrival = this.#arrivals.get(index)
    if (!arrival || arrival.isRepairing) return malformed()
    return this.#finish(arrival, await arrival.check(hash), talk)
  }

  async #finish(arrival: Arrival, isRight: boolean, talk: Talk): Promise<void> {
    const { index } = arrival
    if (!isRight) {
      if (this.#mayTry(index)) return talk.say({ kind: 'sums?', index })
      return this.#giveUp(index, 'corrupt', talk)
    }
    this.#arrivals.delete(index)
    this.#table.setState(index, 'landing')
    this.#landings.finish(arrival, this.#attributes(index))
    return undefined
  }

  async #takeSums(index: number, first: number, sums: Uint8Array, talk: Talk): Promise<void> {
    const arrival = this.#arrivals.get(index)
    if (!arrival?.isRepairing) return malformed()
    if (!(await arrival.compare(first, sums))) return undefined
    // Every piece is right and the whole is not: it was another file when its pieces were hashed.
    if (arrival.missing.length === 0) return this.#askAnew(index, talk)
    for (const { at, to } of arrival.missing) {
      await talk.say({ kind: 'again', index, offset: at, length: to - at })
    }
    return undefined
  }

  async #takeProbe(index: number, hash: Uint8Array, talk: Talk): Promise<void> {
    const path = this.#admission.pathOf(index)
    if (this.#table.state(index) !== 'probing' || path === null) return malformed()
    const { landing, patience, reporter } = this.#parts
    const size = this.#table.size(index)
    const existing = await patience.keep(() => landing.existing(path, size))
    const isSame =
      existing !== null && (await hashEquals((into, at) => existing.read(into, at), size, hash))
    existing?.close()
    if (isSame) {
      reporter.covered(size)
      this.#table.setState(index, 'landing')
      return this.#outcomes.keep([{ index, hash, path: path.join('/'), reason: null }], 'have')
    }
    if (!this.#parts.budget.file(size)) return this.#giveUp(index, 'extra', talk)
    this.#table.setState(index, 'asked')
    await talk.wish(index, { kind: 'from', offset: 0 })
    return talk.flush()
  }

  async #restart(
    index: number,
    now: { readonly size: number; readonly mtimeMs: number; readonly mode: number },
    talk: Talk,
  ): Promise<void> {
    if (this.#isOver(index)) return malformed()
    if (!this.#mayTry(index)) return this.#giveUp(index, 'changed', talk)
    await this.#discard(index)
    // What is only probed was not asked for yet.
    const isProbing = this.#table.state(index) === 'probing'
    const grown = isProbing ? 0 : Math.max(0, now.size - this.#table.size(index))
    this.#table.change(index, now)
    if (this.#table.state(index) === 'arriving') this.#table.setState(index, 'asked')
    return this.#parts.budget.grow(grown) ? undefined : this.#giveUp(index, 'extra', talk)
  }

  /** All of it, once more. */
  async #askAnew(index: number, talk: Talk): Promise<void> {
    if (!this.#mayTry(index)) return this.#giveUp(index, 'corrupt', talk)
    await this.#discard(index)
    this.#table.setState(index, 'asked')
    await talk.wish(index, { kind: 'from', offset: 0 })
    return talk.flush()
  }

  async #giveUp(index: number, reason: Reason, talk: Talk): Promise<void> {
    await this.#fail(index, reason)
    return talk.say({ kind: 'refuse', index, reason })
  }

  async #fail(index: number, reason: Reason): Promise<void> {
    if (this.#isOver(index)) return malformed()
    await this.#discard(index)
    this.#outcomes.fail(index, reason)
  }

  async #discard(index: number): Promise<void> {
    const arrival = this.#arrivals.get(index)
    if (!arrival) return
    this.#arrivals.delete(index)
    this.#parts.reporter.covered(-arrival.position)
    await arrival.settle()
    await arrival.staged.discard()
  }

  async #syncAll(): Promise<void> {
    for (const arrival of this.#arrivals.values()) await arrival.sync()
    this.#syncedAt = this.#parts.clock.monotonic()
  }

  #mayTry(index: number): boolean {
    const tries = (this.#tries.get(index) ?? 0) + 1
    this.#tries.set(index, tries)
    return tries <= maxTries
  }

  #isOver(index: number): boolean {
    const state = this.#table.state(index)
    return state === 'landing' || state === 'landed' || state === 'failed'
  }

  #attributes(index: number) {
    return { mtimeMs: this.#table.mtimeMs(index), mode: this.#table.mode(index) }
  }
}

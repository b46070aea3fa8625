import { basename } from 'node:path'
import { Fault, isCancellation } from '#shared/faults.ts'
import type { DeviceId, TransferId } from '#shared/ids.ts'
import { codeOr, maxNames, shownName, type ControlOf } from './control.ts'
import { Conclusion } from './conclusion.ts'
import { faultOf, type Desk } from './desk.ts'
import type { Entry } from './entry.ts'
import type { Link } from './link.ts'
import { isFree } from './phase.ts'
import { nothingYet, type TransferRecord } from './record.ts'
import { existing, newTransferId } from './sources.ts'
import { survey } from './survey.ts'
import { nextTurns } from './turns.ts'

/** So many offers of one device wait for an answer at once; the next ones follow as those do. */
const maxUnanswered = 16

/** For so long, and so often, the receiving side may ask for what did not arrive. */
const againMs = 24 * 60 * 60_000
const maxAgain = 10

interface SendingOptions {
  readonly add: (record: TransferRecord) => Promise<Entry>
  /** Something waits for this device. */
  readonly wanted: (device: DeviceId) => void
}

/** The sending half: offers, whose turn it is, and what the receiving device makes of it. */
export class Sending {
  readonly #desk: Desk
  readonly #options: SendingOptions
  readonly #surveys = new Map<TransferId, AbortController>()
  readonly #conclusion: Conclusion

  constructor(desk: Desk, options: SendingOptions) {
    this.#desk = desk
    this.#options = options
    this.#conclusion = new Conclusion(desk)
  }

  /** Remembered when it resolves; it goes when the device is there. */
  async send(
    to: DeviceId,
    paths: readonly string[],
    { order, isCopy }: { readonly order: number; readonly isCopy: boolean },
  ): Promise<TransferId> {
    const { devices, clock } = this.#desk.options
    const device = devices.table.get(to)
    if (!device) throw new Fault('device.unknown')
    if (device.trust === 'blocked') throw new Fault('transfer.blocked')
    const sources = await existing(paths)
    const entry = await this.#options.add({
      ...nothingYet,
      id: newTransferId(),
      direction: 'send',
      device: to,
      deviceName: device.name,
      order,
      createdAt: clock.now(),
      attempt: 0,
      names: sources.slice(0, maxNames).map((source) => shownName(basename(source))),
      things: sources.length,
      isCopy,
      files: 0,
      totalBytes: 0,
      listed: false,
      sources,
    })
    this.look(entry)
    this.wake(entry)
    return entry.id
  }

  async sendAgain({ record, isOver }: Entry, order: number): Promise<TransferId> {
    if (!isOver || record.direction !== 'send') throw new Fault('transfer.notNow')
    try {
      return await this.send(record.device, record.sources, { order, isCopy: record.isCopy })
    } catch (cause) {
      // Perhaps a copy of ours, of what was dropped on a page: its path would tell a person nothing.
      const isGone = Fault.of(cause).code === 'transfer.sourceGone'
      throw isGone ? new Fault('transfer.notThere', {}, { cause }) : cause
    }
  }

  /** Counts what is to be sent, beside everything else. */
  look(entry: Entry): void {
    const { clock, log } = this.#desk.options
    const controller = new AbortController()
    this.#surveys.get(entry.id)?.abort()
    this.#surveys.set(entry.id, controller)
    const tell = (counts: { files: number; bytes: number; listed: boolean }) => {
      // A mover lists what it sends itself.
      if (entry.isOver || this.#desk.runs.has(entry.id)) return controller.abort()
      entry.counted(counts)
      const link = this.#desk.linkOf(entry)
      if (link?.offered.has(entry.id)) link.send({ type: 'counts', id: entry.id, ...counts })
    }
    survey(entry.record.sources, tell, { clock, signal: controller.signal })
      .catch((error: unknown) => {
        if (!isCancellation(error)) log.warn('not counted', { error: Fault.of(error) })
      })
      .finally(() => {
        if (this.#surveys.get(entry.id) === controller) this.#surveys.delete(entry.id)
      })
  }

  /** It may be offered now, or its device has to be found. */
  wake(entry: Entry): void {
    const link = this.#desk.linkOf(entry)
    if (link) this.#offerNext(link)
    else this.#options.wanted(entry.device)
  }

  async retry(entry: Entry): Promise<void> {
    if (entry.phase === 'done' || !entry.step({ step: 'retry' })) {
      throw new Fault('transfer.notNow')
    }
    entry.know({ attempt: entry.record.attempt + 1, told: true })
    await entry.landedSoFar()
    this.look(entry)
    this.wake(entry)
  }

  /** A session begins: everything that has not ended is offered, what ended meanwhile is told. */
  connected(link: Link): void {
    for (const entry of this.#of(link)) {
      if (!entry.isOver) {
        if (entry.phase !== 'queued') this.#offer(entry, link)
      } else if (!entry.record.told) entry.know({ told: this.#desk.tellEnd(entry) })
    }
    // A yes may have been lost with the last session: what waits for one belongs to everything, too.
    this.#offerNext(link)
    link.send({ type: 'offered' })
  }

  /** Whoever has not answered by now will be asked again. */
  disconnected(link: Link): void {
    for (const entry of this.#of(link)) {
      this.#conclusion.forget(entry)
      entry.step({ step: 'withdraw' })
    }
  }

  asking(entry: Entry): void {
    entry.step({ step: 'offer', expiresAt: null })
  }

  accepted(entry: Entry, { held }: ControlOf<'accepted'>, link: Link): void {
    entry.step({ step: 'accept' })
    entry.step({ step: 'trouble', fault: null })
    entry.step({ step: held ? 'hold' : 'release', by: 'peer' })
    this.#offerNext(link)
    this.#desk.schedule()
  }

  /** The receiving side has no room, or has again. */
  troubled(entry: Entry, { code }: ControlOf<'trouble'>): void {
    const folder = entry.record.deviceName
    const fault = code === null ? null : new Fault(codeOr(code, 'transfer.failed'), { folder })
    entry.step({ step: 'trouble', fault: fault?.toRecord() ?? null })
    this.#desk.schedule()
  }

  /**
   * The receiving side wants what failed once more. What was cancelled here stays so, and so does
   * what is long over: by now something else may lie there.
   */
  async askedAgain(entry: Entry): Promise<void> {
    const { phase } = entry.standing
    const { endedAt, attempt } = entry.record
    const isTheirs = phase.name !== 'cancelled' || phase.by === 'peer'
    const isLongOver = this.#desk.options.clock.now() - (endedAt ?? 0) > againMs
    if (isLongOver || attempt >= maxAgain) return
    if (!isTheirs || !entry.isOver || phase.name === 'done') return
    await this.retry(entry)
  }

  /** The receiving side has the last word. */
  async ended(entry: Entry, { outcome, code }: ControlOf<'ended'>, link: Link): Promise<void> {
    const end = (step: Parameters<Entry['step']>[0]) =>
      this.#desk.end(entry, step, { tells: false })
    switch (outcome) {
      case 'done':
      case 'failed':
        return this.#conclusion.arrived(
          entry,
          link,
          outcome === 'done' ? null : codeOr(code, 'transfer.failed'),
        )
      case 'declined':
        await end({ step: 'decline', fault: faultOf(codeOr(code, 'transfer.declined')) })
        return this.#offerNext(link)
      case 'cancelled':
        return end({ step: 'cancel', by: 'peer' })
    }
  }

  receipts(entry: Entry, message: ControlOf<'receipts'>, link: Link): Promise<void> {
    return this.#conclusion.receipts(entry, message, link)
  }

  /** Whose turn it is now. */
  schedule(): void {
    const waiting = [...this.#desk.entries.values()].filter((entry) => this.#isWaiting(entry))
    for (const entry of nextTurns(waiting, this.#desk.runsOf('send'))) {
      const link = this.#desk.linkOf(entry)
      if (link) this.#desk.quietly(this.#desk.run(entry, link))
    }
  }

  close(): void {
    for (const controller of this.#surveys.values()) controller.abort()
  }

  #isWaiting(entry: Entry): boolean {
    return (
      entry.isSending &&
      entry.phase === 'accepted' &&
      isFree(entry.standing) &&
      !this.#desk.isBusy(entry) &&
      !this.#conclusion.isUnderWay(entry) &&
      this.#desk.linkOf(entry) !== null
    )
  }

  #offerNext(link: Link): void {
    const all = this.#of(link)
    let unanswered = all.filter(({ phase }) => phase === 'offered').length
    const queued = all.filter((entry) => entry.phase === 'queued' && isFree(entry.standing))
    for (const entry of queued.toSorted((a, b) => a.order - b.order)) {
      if (unanswered >= maxUnanswered) return
      unanswered += 1
      this.#offer(entry, link)
      entry.step({ step: 'offer', expiresAt: null })
    }
  }

  #offer(entry: Entry, link: Link): void {
    const { id, record, standing } = entry
    const { attempt, names, things, files, listed } = record
    link.offered.set(id, attempt)
    this.#desk.options.prepare()
    const bytes = record.totalBytes
    const held = standing.heldByMe
    link.send({ type: 'offer', id, attempt, names, things, files, bytes, listed, held })
  }

  #of(link: Link): Entry[] {
    const all = [...this.#desk.entries.values()]
    return all.filter((entry) => entry.isSending && entry.device === link.device)
  }
}

import { randomBytes } from 'node:crypto'
import { lstat } from 'node:fs/promises'
import { basename, isAbsolute, resolve } from 'node:path'
import { Fault, isCancellation } from '#shared/faults.ts'
import { isTransferId, type DeviceId, type TransferId } from '#shared/ids.ts'
import { codeOr, maxNames, shownName, type ControlOf } from './control.ts'
import { farewellMs, faultOf, type Desk } from './desk.ts'
import type { Entry } from './entry.ts'
import type { FileOutcome } from './ledger.ts'
import type { Link } from './link.ts'
import { isFree } from './phase.ts'
import type { TransferRecord } from './record.ts'
import { survey } from './survey.ts'
import { nextTurns } from './turns.ts'

/** So many offers of one device wait for an answer at once; the next ones follow as those do. */
const maxUnanswered = 16

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
  /** The other side has said the last word; what it has is still being told. */
  readonly #concluding = new Set<TransferId>()
  readonly #receipts = new Map<TransferId, FileOutcome[]>()

  constructor(desk: Desk, options: SendingOptions) {
    this.#desk = desk
    this.#options = options
  }

  /** Remembered when it resolves; it goes when the device is there. */
  async send(to: DeviceId, paths: readonly string[], order: number): Promise<TransferId> {
    const { devices, clock } = this.#desk.options
    const device = devices.table.get(to)
    if (!device) throw new Fault('device.unknown')
    if (device.trust === 'blocked') throw new Fault('transfer.blocked')
    const sources = await existing(paths)
    const entry = await this.#options.add({
      id: newTransferId(),
      direction: 'send',
      device: to,
      deviceName: device.name,
      order,
      createdAt: clock.now(),
      endedAt: null,
      phase: { name: 'queued' },
      heldByMe: false,
      attempt: 0,
      told: true,
      names: sources.slice(0, maxNames).map((source) => shownName(basename(source))),
      things: sources.length,
      files: 0,
      totalBytes: 0,
      listed: false,
      sources,
      folder: null,
      consent: null,
      bytes: 0,
      doneFiles: 0,
      skippedFiles: 0,
      failedFiles: 0,
      reported: 0,
      lane: null,
      seconds: 0,
    })
    this.look(entry)
    this.wake(entry)
    return entry.id
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
      this.#receipts.delete(entry.id)
      this.#concluding.delete(entry.id)
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

  /** The receiving side wants what failed once more. What was cancelled here stays so. */
  async askedAgain(entry: Entry): Promise<void> {
    const { phase } = entry.standing
    const isTheirs = phase.name !== 'cancelled' || phase.by === 'peer'
    if (entry.isOver && phase.name !== 'done' && isTheirs) await this.retry(entry)
  }

  /** The receiving side has the last word. */
  async ended(entry: Entry, { outcome, code }: ControlOf<'ended'>, link: Link): Promise<void> {
    const end = (step: Parameters<Entry['step']>[0]) =>
      this.#desk.end(entry, step, { tells: false })
    switch (outcome) {
      case 'done':
      case 'failed':
        return this.#arrived(
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

  /** The other device tells what it has: believed where our own mover did not hear it. */
  async receipts(entry: Entry, message: ControlOf<'receipts'>, link: Link): Promise<void> {
    const known = this.#receipts.get(entry.id)
    if (!known || known.length !== message.from) return
    known.push(...message.files.map((file) => ({ ...file, sent: file.path, mtimeMs: null })))
    if (message.files.length > 0 && known.length < message.total) {
      return link.send({ type: 'receipts?', id: entry.id, from: known.length })
    }
    this.#receipts.delete(entry.id)
    const own = (await entry.ledger.all()).filter(({ state }) => state !== 'landed')
    await entry.replaceOutcomes([...known.filter(({ state }) => state === 'landed'), ...own])
    await this.#complete(entry)
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

  async #arrived(entry: Entry, link: Link, failure: Fault['code'] | null): Promise<void> {
    if (entry.isOver || this.#concluding.has(entry.id)) return
    this.#concluding.add(entry.id)
    await this.#desk.runs.get(entry.id)?.partedWithin(farewellMs)
    await this.#desk.stop(entry)
    if (entry.isOver) return void this.#concluding.delete(entry.id)
    if (failure !== null && failure !== 'transfer.incomplete') {
      this.#concluding.delete(entry.id)
      return this.#desk.end(entry, { step: 'fail', fault: faultOf(failure) }, { tells: false })
    }
    entry.step({ step: 'accept' })
    entry.step({ step: 'trouble', fault: null })
    if (knowsAll(entry, failure === null)) return this.#complete(entry)
    this.#receipts.set(entry.id, [])
    link.send({ type: 'receipts?', id: entry.id, from: 0 })
  }

  async #complete(entry: Entry): Promise<void> {
    const { failedFiles, totalBytes, files, doneFiles } = entry.record
    const incomplete = failedFiles > 0 || doneFiles < files
    if (!incomplete) entry.know({ bytes: totalBytes })
    const fault = new Fault('transfer.incomplete', {
      count: Math.max(failedFiles, files - doneFiles),
    })
    const step = incomplete
      ? ({ step: 'fail', fault: fault.toRecord() } as const)
      : ({ step: 'complete' } as const)
    await this.#desk.end(entry, step, { tells: false })
    this.#concluding.delete(entry.id)
  }

  #isWaiting(entry: Entry): boolean {
    return (
      entry.isSending &&
      entry.phase === 'accepted' &&
      isFree(entry.standing) &&
      !this.#desk.isBusy(entry) &&
      !this.#concluding.has(entry.id) &&
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

/** What has landed there is known here, each file with its receipt. */
function knowsAll({ record }: Entry, isDone: boolean): boolean {
  const { listed, files, doneFiles, failedFiles } = record
  return listed && (isDone ? doneFiles : doneFiles + failedFiles) >= files
}

/** Absolute paths of what is there; what a person names and is not there is told at once. */
async function existing(paths: readonly string[]): Promise<string[]> {
  const sources = [...new Set(paths.map((path) => resolve(path)))]
  for (const [at, path] of sources.entries()) {
    if (!isAbsolute(paths[at] ?? path)) throw new Fault('transfer.sourceGone', { path })
    try {
      await lstat(path)
    } catch (cause) {
      throw new Fault('transfer.sourceGone', { path }, { cause })
    }
  }
  return sources
}

function newTransferId(): TransferId {
  const id = randomBytes(16).toString('hex')
  if (!isTransferId(id)) throw new Error('16 bytes')
  return id
}

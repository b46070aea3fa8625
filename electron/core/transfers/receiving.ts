import { existsSync } from 'node:fs'
import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Trust } from '#shared/devices.ts'
import { Fault, type FaultCode } from '#shared/faults.ts'
import type { DeviceId, TransferId } from '#shared/ids.ts'
import type { AcceptRule } from '#shared/model.ts'
import { receiptsThatFit, type ControlOf } from './control.ts'
import { faultOf, type Desk } from './desk.ts'
import type { Entry } from './entry.ts'
import { spaceFor } from './landing/space.ts'
import { shownFile } from './ledger.ts'
import type { Link } from './link.ts'
import { isFree } from './phase.ts'
import type { TransferRecord } from './record.ts'
import { maxMoving } from './turns.ts'

/** A person gets so long to answer. */
const answerMs = 3_600_000
/** So many offers of one device wait for an answer; more are turned down. */
const maxUnanswered = 32
const roomCheckMs = 5_000
const receiptsPerLook = 400

interface ReceivingOptions {
  readonly add: (record: TransferRecord) => Promise<Entry>
  readonly forget: (entry: Entry) => Promise<void>
  readonly nextOrder: () => number
  readonly setRule: (device: DeviceId, rule: AcceptRule) => Promise<void>
}

type Consent = NonNullable<TransferRecord['consent']>

interface Yes {
  readonly folder: string | null
  readonly byPerson: boolean
  readonly consent: Consent
}

/** The receiving half: nothing is created and no byte is taken before somebody has said yes. */
export class Receiving {
  readonly #desk: Desk
  readonly #options: ReceivingOptions
  readonly #undoTimers = new Map<TransferId, () => void>()
  /** Epochs the other side has begun and that wait for their turn here. */
  readonly #waiting = new Map<TransferId, ControlOf<'lane'>>()
  /** What the person here asked to be sent once more. */
  readonly #wanted = new Set<TransferId>()

  constructor(desk: Desk, options: ReceivingOptions) {
    this.#desk = desk
    this.#options = options
  }

  async offered(message: ControlOf<'offer'>, link: Link): Promise<void> {
    const { id, attempt } = message
    const last = link.offered.get(id)
    const entry = this.#desk.entries.get(id)
    const foreign = entry && (entry.isSending || entry.device !== link.device)
    if (foreign || (last !== undefined && attempt <= last)) throw new Fault('transfer.duplicate')
    link.offered.set(id, attempt)
    if (entry) return this.#offeredAgain(entry, message, link)
    if (this.#unanswered(link).length >= maxUnanswered) {
      const end = { attempt, outcome: 'declined', code: 'peer.busy' } as const
      return link.send({ type: 'ended', id, ...end })
    }
    const { devices, clock } = this.#desk.options
    const { names, things, files, bytes, listed, held } = message
    const added = await this.#options.add({
      id,
      direction: 'receive',
      device: link.device,
      deviceName: devices.table.get(link.device)?.name ?? '',
      order: this.#options.nextOrder(),
      createdAt: clock.now(),
      endedAt: null,
      phase: { name: 'queued' },
      heldByMe: false,
      attempt,
      told: true,
      names,
      things,
      files,
      totalBytes: bytes,
      listed,
      sources: [],
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
    if (held) added.step({ step: 'hold', by: 'peer' })
    await this.#consider(added)
  }

  /** The sending side has told everything: what it does not offer any more does not come. */
  async allOffered(link: Link): Promise<void> {
    for (const entry of this.#of(link)) {
      if (entry.isOver || link.offered.has(entry.id)) continue
      await this.#desk.end(entry, { step: 'cancel', by: 'peer' }, { tells: false })
    }
  }

  async counted(entry: Entry, { files, bytes, listed }: ControlOf<'counts'>): Promise<void> {
    // The mover has it from the listing itself.
    if (this.#desk.runs.has(entry.id)) return
    entry.counted({ files, bytes, listed })
    if (entry.phase === 'offered') await this.#consider(entry)
  }

  async begun(entry: Entry, message: ControlOf<'lane'>, link: Link): Promise<void> {
    if (entry.isOver) return
    if (entry.record.consent === null) throw new Fault('frame.malformed')
    // What it may do here has changed since the yes.
    if (this.#mayNot(entry)) {
      return this.#desk.end(entry, { step: 'fail', fault: faultOf('message.refused') })
    }
    if (!link.beginsAt(entry.id, message.epoch)) throw new Fault('frame.malformed')
    const run = this.#desk.runs.get(entry.id)
    if (run && !run.isStopping) return run.meet(message)
    this.#waiting.set(entry.id, message)
    this.schedule()
  }

  /** Whose turn it is among those the other sides have begun. */
  schedule(): void {
    for (const [id, message] of this.#waiting) {
      const entry = this.#desk.entries.get(id)
      const link = entry && this.#desk.linkOf(entry)
      if (!entry || !link || entry.isOver || !isFree(entry.standing)) this.#waiting.delete(id)
      else if (!this.#desk.isBusy(entry) && this.#desk.runsOf('receive').length < maxMoving) {
        this.#waiting.delete(id)
        void this.#start(entry, message, link)
      }
    }
  }

  /** Everything has landed or failed: the word the sending side waits for. */
  async settled(entry: Entry): Promise<void> {
    const { failedFiles } = entry.record
    const fault = new Fault('transfer.incomplete', { count: failedFiles }).toRecord()
    // Nothing more may come under a yes that has been fulfilled.
    if (failedFiles === 0) entry.know({ consent: null })
    await this.#desk.end(entry, failedFiles > 0 ? { step: 'fail', fault } : { step: 'complete' })
  }

  async answer(
    entry: Entry,
    {
      accept,
      folder,
      always,
    }: { accept: boolean; folder?: string | undefined; always?: boolean | undefined },
  ): Promise<void> {
    if (entry.phase !== 'offered') throw new Fault('transfer.notNow')
    if (!accept) return this.#decline(entry, 'transfer.declined')
    const { totalBytes, listed } = entry.record
    const consent = { maxBytes: listed ? totalBytes : null }
    await this.#accept(entry, { folder: folder ?? null, byPerson: true, consent })
    if (always) {
      await this.#options.setRule(entry.device, { folder: folder ?? null, maxBytes: null })
    }
  }

  /** Asks the sending side for what failed. */
  retry(entry: Entry): void {
    if (!entry.isOver || entry.phase === 'done') throw new Fault('transfer.notNow')
    if (!this.#desk.tell(entry, { type: 'again', id: entry.id })) {
      throw new Fault('peer.unreachable')
    }
    this.#wanted.add(entry.id)
  }

  async tellReceipts(entry: Entry, from: number, link: Link): Promise<void> {
    const { ledger, id } = entry
    const outcomes = await ledger.slice(from, receiptsPerLook)
    const files = outcomes.map((outcome) => shownFile(outcome))
    link.send({ type: 'receipts', id, from, total: ledger.count, files: receiptsThatFit(files) })
  }

  /** Offers that nobody answered go with the session; they come again with the next. */
  async disconnected(link: Link): Promise<void> {
    for (const entry of this.#of(link)) {
      this.#waiting.delete(entry.id)
      if (entry.phase !== 'offered' && entry.phase !== 'queued') continue
      this.#undoTimer(entry)
      await this.#options.forget(entry)
    }
  }

  close(): void {
    for (const undo of this.#undoTimers.values()) undo()
    this.#undoTimers.clear()
  }

  async #offeredAgain(entry: Entry, message: ControlOf<'offer'>, link: Link): Promise<void> {
    const { id } = entry
    const { attempt, files, bytes, listed, held } = message
    if (entry.isOver && attempt <= entry.record.attempt) return void this.#desk.tellEnd(entry)
    if (entry.isOver) {
      const { consent, folder } = entry.record
      const isWanted = this.#wanted.delete(id) || entry.phase === 'failed'
      entry.step({ step: 'retry' })
      entry.know({ attempt, consent: null })
      entry.counted({ files, bytes, listed })
      const goesOn = isWanted && consent !== null && covers(consent, message)
      if (!goesOn || this.#mayNot(entry)) return this.#consider(entry)
      return this.#accept(entry, { folder, byPerson: false, consent })
    }
    entry.know({ attempt })
    entry.counted({ files, bytes, listed })
    entry.step({ step: held ? 'hold' : 'release', by: 'peer' })
    if (entry.record.consent === null || this.#mayNot(entry)) return this.#consider(entry)
    entry.step({ step: 'trouble', fault: null })
    link.send({ type: 'accepted', id, held: entry.standing.heldByMe })
    await this.#makeRoom(entry)
  }

  /** By trust and rules; where they say nothing, the person is asked. */
  async #consider(entry: Entry): Promise<void> {
    const { devices, settings } = this.#desk.options
    const rule = settings.value.acceptRules[entry.device]
    const verdict = verdictOn(entry.record, devices.trustOf(entry.device), rule)
    if (verdict === 'refuse') return this.#decline(entry, 'message.refused')
    if (verdict === 'accept') {
      try {
        const trusted = devices.trustOf(entry.device) === 'trusted'
        const consent = { maxBytes: trusted ? null : (rule?.maxBytes ?? null) }
        return await this.#accept(entry, { folder: rule?.folder ?? null, byPerson: false, consent })
      } catch (error) {
        // The folder cannot be had: a person may know another one.
        this.#desk.options.log.info('not accepted by itself', { fault: Fault.of(error) })
      }
    }
    if (entry.phase === 'offered') return
    const { clock } = this.#desk.options
    entry.step({ step: 'offer', expiresAt: clock.now() + answerMs })
    this.#desk.tell(entry, { type: 'asking', id: entry.id })
    const giveUp = () => void this.#decline(entry, 'transfer.unanswered')
    this.#undoTimers.set(entry.id, clock.after(answerMs, giveUp))
    const space = await spaceFor(existingPart(settings.value.downloads), 0).catch(() => null)
    if (space) entry.knowFree(space.free)
  }

  async #accept(entry: Entry, { folder, byPerson, consent }: Yes): Promise<void> {
    this.#desk.options.prepare()
    const { settings } = this.#desk.options
    const { totalBytes } = entry.record
    const destination = folder ?? settings.value.downloads
    await ready(destination, folder === null)
    const space = await spaceFor(destination, totalBytes)
    if (byPerson && !space.enough) throw new Fault('disk.full', { folder: destination })
    if (entry.isOver) return
    this.#undoTimer(entry)
    entry.know({ folder: destination, consent })
    entry.step({ step: 'accept' })
    await entry.save()
    this.#desk.tell(entry, { type: 'accepted', id: entry.id, held: entry.standing.heldByMe })
    await this.#makeRoom(entry)
  }

  /** Waits for room before anything moves; later the mover does. */
  async #makeRoom(entry: Entry): Promise<void> {
    const { clock } = this.#desk.options
    const { folder, totalBytes, bytes } = entry.record
    if (entry.isOver || folder === null || this.#desk.runs.has(entry.id)) return
    const space = await spaceFor(folder, Math.max(0, totalBytes - bytes)).catch(() => null)
    const code: FaultCode | null =
      space === null ? 'transfer.destinationGone' : space.enough ? null : 'disk.full'
    const before = entry.standing.trouble?.code ?? null
    const fault = code === null ? null : new Fault(code, { folder }).toRecord()
    if (before !== code) {
      entry.step({ step: 'trouble', fault })
      this.#desk.tell(entry, { type: 'trouble', id: entry.id, code })
    }
    this.#undoTimer(entry)
    if (code === null) return this.schedule()
    this.#undoTimers.set(
      entry.id,
      clock.after(roomCheckMs, () => void this.#makeRoom(entry)),
    )
  }

  /** Trust is asked at every step, for it can be taken back in between. */
  #mayNot(entry: Entry): boolean {
    const trust = this.#desk.options.devices.trustOf(entry.device)
    return verdictOn(entry.record, trust, undefined) === 'refuse'
  }

  async #decline(entry: Entry, code: FaultCode): Promise<void> {
    this.#undoTimer(entry)
    entry.know({ consent: null })
    await this.#desk.end(entry, { step: 'decline', fault: faultOf(code) })
  }

  async #start(entry: Entry, message: ControlOf<'lane'>, link: Link): Promise<void> {
    try {
      const run = await this.#desk.run(entry, link)
      run?.meet(message)
    } catch (error) {
      const fault = Fault.of(error)
      this.#desk.options.log.warn('not started', { error: fault })
      await this.#desk.end(entry, { step: 'fail', fault: fault.toRecord() })
    }
  }

  #undoTimer(entry: Entry): void {
    this.#undoTimers.get(entry.id)?.()
    this.#undoTimers.delete(entry.id)
  }

  #unanswered(link: Link): Entry[] {
    return this.#of(link).filter(({ phase }) => phase === 'offered' || phase === 'queued')
  }

  #of(link: Link): Entry[] {
    const all = [...this.#desk.entries.values()]
    return all.filter((entry) => !entry.isSending && entry.device === link.device)
  }
}

/** Whether what is offered now is no more than what the yes was about. */
function covers({ maxBytes }: Consent, { bytes }: Pick<ControlOf<'offer'>, 'bytes'>): boolean {
  return maxBytes === null || bytes <= maxBytes
}

/** Where the size decides and is not known yet, a person is asked, and may be spared it later. */
export function verdictOn(
  { totalBytes, listed }: Pick<TransferRecord, 'totalBytes' | 'listed'>,
  trust: Trust | null,
  rule: AcceptRule | undefined,
): 'accept' | 'ask' | 'refuse' {
  switch (trust) {
    case null:
    case 'blocked':
    case 'observer':
      return 'refuse'
    case 'trusted':
      return 'accept'
    case 'known': {
      if (!rule) return 'ask'
      if (rule.maxBytes === null) return 'accept'
      return listed && totalBytes <= rule.maxBytes ? 'accept' : 'ask'
    }
    default:
      return trust satisfies never
  }
}

/** The usual folder is made when the first file is accepted, not before. */
function existingPart(folder: string): string {
  const above = dirname(folder)
  return existsSync(folder) || above === folder ? folder : existingPart(above)
}

/** The usual folder is made when it is missing; one that a person chose must be there. */
async function ready(folder: string, isUsual: boolean): Promise<void> {
  try {
    if (isUsual) await mkdir(folder, { recursive: true })
    if (!(await stat(folder)).isDirectory()) throw new Fault('transfer.destinationGone', { folder })
  } catch (error) {
    throw error instanceof Fault
      ? error
      : new Fault('transfer.destinationGone', { folder }, { cause: error })
  }
}

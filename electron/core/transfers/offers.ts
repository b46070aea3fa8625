import { Fault, type FaultCode } from '#shared/faults.ts'
import type { DeviceId, TransferId } from '#shared/ids.ts'
import type { AcceptRule, Conflicts } from '#shared/model.ts'
import type { Answer } from '#shared/transfers.ts'
import { Bucket } from '../base/bucket.ts'
import { anything, consentTo, covers, mayNot, verdictOn, type Extent } from './consent.ts'
import type { ControlOf } from './control.ts'
import { freeAt, readyToLand } from './destination.ts'
import { faultOf, type Desk } from './desk.ts'
import type { Entry } from './entry.ts'
import { spaceFor } from './landing/space.ts'
import type { Link } from './link.ts'
import { topName } from './names.ts'
import type { TransferRecord } from './record.ts'

/** A person gets so long to answer. */
const answerMs = 3_600_000
/** So many offers of one device wait for an answer; more are turned down. */
const maxUnanswered = 32
/** A person is asked about so many of one device; who offers and withdraws without end is not heard. */
const questions = { burst: 128, perSecond: 1 }
const roomCheckMs = 5_000

interface OffersOptions {
  readonly add: (record: TransferRecord) => Promise<Entry>
  readonly forget: (entry: Entry) => Promise<void>
  readonly nextOrder: () => number
  readonly setRule: (device: DeviceId, rule: AcceptRule) => Promise<void>
}

interface Yes {
  readonly folder: string | null
  readonly conflicts: Conflicts
  readonly byPerson: boolean
  /** Null where an earlier yes still counts. */
  readonly extent: Extent | null
}

/** What other devices offer, and what is said to it: by trust, by a rule, or by the person here. */
export class Offers {
  readonly #desk: Desk
  readonly #options: OffersOptions
  readonly #undoTimers = new Map<TransferId, () => void>()
  /** What the person here asked to be sent once more. */
  readonly #wanted = new Set<TransferId>()
  readonly #questions = new Map<DeviceId, Bucket>()

  constructor(desk: Desk, options: OffersOptions) {
    this.#desk = desk
    this.#options = options
  }

  async offered(message: ControlOf<'offer'>, link: Link): Promise<void> {
    const { id, attempt } = message
    const last = link.offered.get(id)
    const entry = this.#desk.entries.get(id)
    const foreign = entry && (entry.isSending || entry.device !== link.device)
    if (foreign || (last !== undefined && attempt <= last)) throw new Fault('transfer.duplicate')
    const { devices, clock } = this.#desk.options
    // Nothing of it is kept: it would fill the memory, and push out of the history what somebody
    // wants to find there.
    if ((!entry || entry.isOver) && mayNot(this.#desk, link)) {
      link.refusedOffers += 1
      return turnDown(message, 'message.refused', link)
    }
    if (!entry && !this.#hasRoomFor(message, link)) return turnDown(message, 'peer.busy', link)
    link.offered.set(id, attempt)
    if (entry) return this.#offeredAgain(entry, message, link)
    const { things, files, bytes, listed, held } = message
    const names = message.names.map((name) => topName(name))
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
      conflicts: 'keepBoth',
      consent: null,
      bytes: 0,
      landed: { bytes: 0, files: 0 },
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
    // The mover has it from the listing itself, and what was said to be final stays so.
    if (this.#desk.runs.has(entry.id) || entry.record.listed) return
    entry.counted({ files, bytes, listed })
    if (entry.phase === 'offered') await this.#consider(entry)
  }

  async answer(entry: Entry, { accept, always, ...wishes }: Answer): Promise<void> {
    if (entry.phase !== 'offered') throw new Fault('transfer.notNow')
    if (!accept) return this.#decline(entry, 'transfer.declined')
    const { totalBytes: maxBytes, files: maxFiles, listed } = entry.record
    const { maxBytes: ruled = null } = this.#ruleOf(entry) ?? {}
    const shown = { maxBytes, maxFiles, isOpen: false }
    const extent = listed ? shown : { maxBytes: ruled, maxFiles: null, isOpen: true }
    const { folder = null, conflicts = 'keepBoth' } = wishes
    await this.#accept(entry, { folder, conflicts, byPerson: true, extent })
    if (always) {
      await this.#options.setRule(entry.device, { folder, conflicts, maxBytes: null })
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

  /** Offers that nobody answered go with the session; they come again with the next. */
  async disconnected(link: Link): Promise<void> {
    const count = link.refusedOffers
    if (count > 0) this.#desk.options.log.info('offers refused', { device: link.device, count })
    for (const entry of this.#of(link)) {
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
      const { consent, folder, conflicts } = entry.record
      const isWanted = this.#wanted.delete(id) || entry.phase === 'failed'
      entry.step({ step: 'retry' })
      entry.know({ attempt })
      entry.counted({ files, bytes, listed })
      const goesOn = isWanted && consent !== null && covers(consent, message)
      if (!goesOn || mayNot(this.#desk, entry)) return this.#considerAnew(entry)
      try {
        return await this.#accept(entry, { folder, conflicts, byPerson: false, extent: null })
      } catch {
        // The folder cannot be had any more: a person may know another one.
        return this.#considerAnew(entry)
      }
    }
    entry.know({ attempt })
    entry.counted({ files, bytes, listed })
    entry.step({ step: held ? 'hold' : 'release', by: 'peer' })
    if (entry.record.consent === null || mayNot(this.#desk, entry)) return this.#consider(entry)
    entry.step({ step: 'trouble', fault: null })
    link.send({ type: 'accepted', id, held: entry.standing.heldByMe })
    await this.#makeRoom(entry)
  }

  /** An earlier yes counts no more. */
  #considerAnew(entry: Entry): Promise<void> {
    entry.know({ consent: null })
    return this.#consider(entry)
  }

  /** By trust and rules; where they say nothing, the person is asked. */
  async #consider(entry: Entry): Promise<void> {
    const { devices, settings } = this.#desk.options
    const rule = this.#ruleOf(entry)
    const verdict = verdictOn(entry.record, devices.trustOf(entry.device), rule)
    if (verdict === 'refuse') return this.#decline(entry, 'message.refused')
    if (verdict === 'accept') {
      try {
        const trusted = devices.trustOf(entry.device) === 'trusted'
        const maxBytes = rule?.maxBytes ?? null
        const isBound = !trusted && maxBytes !== null
        const extent = isBound ? { ...anything, maxBytes, maxFiles: entry.record.files } : anything
        const { folder = null, conflicts = 'keepBoth' } = rule ?? {}
        return await this.#accept(entry, { folder, conflicts, byPerson: false, extent })
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
    const free = await freeAt(settings.value.downloads)
    if (free !== null) entry.knowFree(free)
  }

  async #accept(entry: Entry, { folder, conflicts, byPerson, extent }: Yes): Promise<void> {
    this.#desk.options.prepare()
    const { settings } = this.#desk.options
    const { totalBytes } = entry.record
    const destination = folder ?? settings.value.downloads
    await readyToLand(destination, folder === null)
    const space = await spaceFor(destination, totalBytes)
    if (byPerson && !space.enough) throw new Fault('disk.full', { folder: destination })
    if (entry.isOver) return
    this.#undoTimer(entry)
    entry.know({ folder: destination, conflicts })
    if (extent) entry.know({ consent: consentTo(withinRoom(extent, space.free), entry.record) })
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
    if (code === null) return this.#desk.schedule()
    this.#undoTimers.set(
      entry.id,
      clock.after(roomCheckMs, () => void this.#makeRoom(entry)),
    )
  }

  async #decline(entry: Entry, code: FaultCode): Promise<void> {
    this.#undoTimer(entry)
    entry.know({ consent: null })
    await this.#desk.end(entry, { step: 'decline', fault: faultOf(code) })
  }

  #hasRoomFor({ bytes, listed }: ControlOf<'offer'>, link: Link): boolean {
    if (this.#unanswered(link).length >= maxUnanswered) return false
    const { device } = link
    const { devices, clock } = this.#desk.options
    const offer = { totalBytes: bytes, listed }
    const verdict = verdictOn(offer, devices.trustOf(device), this.#ruleOf(link))
    if (verdict !== 'ask') return true
    const bucket = this.#questions.get(device) ?? new Bucket(clock, questions)
    this.#questions.set(device, bucket)
    return bucket.take()
  }

  #ruleOf({ device }: Pick<Entry, 'device'>): AcceptRule | undefined {
    return this.#desk.options.settings.value.acceptRules[device]
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

function turnDown({ id, attempt }: ControlOf<'offer'>, code: FaultCode, link: Link): void {
  link.send({ type: 'ended', id, attempt, outcome: 'declined', code })
}

/** A yes to what is still being counted is a yes to no more than there was room for at the time. */
function withinRoom(extent: Extent, free: number): Extent {
  if (!extent.isOpen) return extent
  return { ...extent, maxBytes: Math.min(free, extent.maxBytes ?? free) }
}

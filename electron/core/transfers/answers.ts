import { Fault, type FaultCode } from '#shared/faults.ts'
import type { DeviceId, TransferId } from '#shared/ids.ts'
import type { AcceptRule, Conflicts } from '#shared/model.ts'
import type { Answer } from '#shared/transfers.ts'
import { Bucket } from '../base/bucket.ts'
import { Timers } from '../base/timers.ts'
import { anything, consentTo, verdictOn, type Extent } from './consent.ts'
import type { ControlOf } from './control.ts'
import { freeAt, readyToLand } from './destination.ts'
import { faultOf, type Desk } from './desk.ts'
import type { Entry } from './entry.ts'
import { spaceFor } from './landing/space.ts'

/** A person gets so long to answer. */
const answerMs = 3_600_000
/** A person is asked about so many of one device; who offers and withdraws without end is not heard. */
const questions = { burst: 128, perSecond: 1 }
const roomCheckMs = 5_000

interface Yes {
  readonly folder: string | null
  readonly conflicts: Conflicts
  readonly byPerson: boolean
  /** Null where an earlier yes still counts. */
  readonly extent: Extent | null
}

type SetRule = (device: DeviceId, rule: AcceptRule) => Promise<void>

/** What is said to an offer: by trust, by a rule, or by the person here. */
export class Answers {
  readonly #desk: Desk
  readonly #setRule: SetRule
  /** Until a person has answered, then until there is room. */
  readonly #waits: Timers<TransferId>
  readonly #questions = new Map<DeviceId, Bucket>()
  readonly #reconsidered = new Set<TransferId>()

  constructor(desk: Desk, setRule: SetRule) {
    this.#desk = desk
    this.#setRule = setRule
    this.#waits = new Timers(desk.options.clock)
  }

  /** Whether it decides itself, or the person here may still be asked. */
  mayConsider({ bytes, listed }: ControlOf<'offer'>, from: Pick<Entry, 'device'>): boolean {
    const { device } = from
    const { devices, clock } = this.#desk.options
    const offer = { totalBytes: bytes, listed }
    const verdict = verdictOn(offer, devices.trustOf(device), this.#ruleOf(from))
    if (verdict !== 'ask') return true
    const bucket = this.#questions.get(device) ?? new Bucket(clock, questions)
    this.#questions.set(device, bucket)
    return bucket.take()
  }

  async byPerson(entry: Entry, { accept, always, ...wishes }: Answer): Promise<void> {
    if (entry.phase !== 'offered') throw new Fault('transfer.notNow')
    if (!accept) return this.#decline(entry, 'transfer.declined')
    const { totalBytes: maxBytes, files: maxFiles, listed } = entry.record
    const { maxBytes: ruled = null } = this.#ruleOf(entry) ?? {}
    const shown = { maxBytes, maxFiles, isOpen: false }
    const extent = listed ? shown : { maxBytes: ruled, maxFiles: null, isOpen: true }
    const { folder = null, conflicts = 'keepBoth' } = wishes
    await this.#accept(entry, { folder, conflicts, byPerson: true, extent })
    if (always) await this.#setRule(entry.device, { folder, conflicts, maxBytes: null })
  }

  /** By trust and rules; where they say nothing, the person is asked. */
  async consider(entry: Entry): Promise<void> {
    const { devices } = this.#desk.options
    const verdict = verdictOn(entry.record, devices.trustOf(entry.device), this.#ruleOf(entry))
    if (verdict === 'refuse') return this.#decline(entry, 'message.refused')
    if (verdict === 'accept' && (await this.#acceptedByRule(entry))) return
    if (entry.phase !== 'offered') await this.#ask(entry)
  }

  /** What the person is asked about may be settled by now: by other trust, or another rule. */
  async reconsider(entry: Entry): Promise<void> {
    if (entry.phase !== 'offered' || this.#reconsidered.has(entry.id)) return
    this.#reconsidered.add(entry.id)
    try {
      await this.consider(entry)
    } finally {
      this.#reconsidered.delete(entry.id)
    }
  }

  /** An earlier yes counts no more. */
  considerAnew(entry: Entry): Promise<void> {
    entry.know({ consent: null })
    return this.consider(entry)
  }

  /** An earlier yes covers what is offered now, if it can still land where that was to. */
  async acceptAgain(entry: Entry): Promise<void> {
    const { folder, conflicts } = entry.record
    try {
      await this.#accept(entry, { folder, conflicts, byPerson: false, extent: null })
    } catch {
      // The folder cannot be had any more: a person may know another one.
      await this.considerAnew(entry)
    }
  }

  /** Waits for room before anything moves; later the mover does. */
  async makeRoom(entry: Entry): Promise<void> {
    const { folder, totalBytes, bytes } = entry.record
    if (entry.isOver || folder === null || this.#desk.runs.has(entry.id)) return
    const code = await obstacleAt(folder, Math.max(0, totalBytes - bytes))
    const before = entry.standing.trouble?.code ?? null
    if (before !== code) {
      const fault = code === null ? null : new Fault(code, { folder }).toRecord()
      entry.step({ step: 'trouble', fault })
      this.#desk.tell(entry, { type: 'trouble', id: entry.id, code })
    }
    this.forget(entry)
    if (code === null) return this.#desk.schedule()
    this.#waits.set(entry.id, roomCheckMs, () => this.#desk.quietly(this.makeRoom(entry)))
  }

  /** Nobody waits for anything about it any more. */
  forget({ id }: Pick<Entry, 'id'>): void {
    this.#waits.stop(id)
  }

  close(): void {
    this.#waits.close()
  }

  async #acceptedByRule(entry: Entry): Promise<boolean> {
    const { devices, log } = this.#desk.options
    const rule = this.#ruleOf(entry)
    const isTrusted = devices.trustOf(entry.device) === 'trusted'
    const maxBytes = isTrusted ? null : (rule?.maxBytes ?? null)
    const bound = { ...anything, maxBytes, maxFiles: entry.record.files }
    const extent = maxBytes === null ? anything : bound
    const { folder = null, conflicts = 'keepBoth' } = rule ?? {}
    try {
      await this.#accept(entry, { folder, conflicts, byPerson: false, extent })
      return true
    } catch (error) {
      // The folder cannot be had: a person may know another one.
      log.info('not accepted by itself', { fault: Fault.of(error) })
      return false
    }
  }

  async #ask(entry: Entry): Promise<void> {
    const { clock, settings } = this.#desk.options
    entry.step({ step: 'offer', expiresAt: clock.now() + answerMs })
    this.#desk.tell(entry, { type: 'asking', id: entry.id })
    const giveUp = () => this.#desk.quietly(this.#decline(entry, 'transfer.unanswered'))
    this.#waits.set(entry.id, answerMs, giveUp)
    const free = await freeAt(settings.value.downloads)
    if (free !== null) entry.knowFree(free)
  }

  async #accept(entry: Entry, { folder, conflicts, byPerson, extent }: Yes): Promise<void> {
    const { settings, prepare } = this.#desk.options
    prepare()
    const { totalBytes } = entry.record
    const destination = folder ?? settings.value.downloads
    await readyToLand(destination, folder === null)
    const space = await spaceFor(destination, totalBytes)
    if (byPerson && !space.enough) throw new Fault('disk.full', { folder: destination })
    if (entry.isOver) return
    this.forget(entry)
    entry.know({ folder: destination, conflicts })
    if (extent) entry.know({ consent: consentTo(withinRoom(extent, space.free), entry.record) })
    entry.step({ step: 'accept' })
    await entry.save()
    this.#desk.tell(entry, { type: 'accepted', id: entry.id, held: entry.standing.heldByMe })
    await this.makeRoom(entry)
  }

  async #decline(entry: Entry, code: FaultCode): Promise<void> {
    this.forget(entry)
    entry.know({ consent: null })
    await this.#desk.end(entry, { step: 'decline', fault: faultOf(code) })
  }

  #ruleOf({ device }: Pick<Entry, 'device'>): AcceptRule | undefined {
    return this.#desk.options.settings.value.acceptRules[device]
  }
}

async function obstacleAt(folder: string, bytes: number): Promise<FaultCode | null> {
  const space = await spaceFor(folder, bytes).catch(() => null)
  if (space === null) return 'transfer.destinationGone'
  return space.enough ? null : 'disk.full'
}

/** A yes to what is still being counted is a yes to no more than there was room for at the time. */
function withinRoom(extent: Extent, free: number): Extent {
  if (!extent.isOpen) return extent
  return { ...extent, maxBytes: Math.min(free, extent.maxBytes ?? free) }
}

import { Fault, type FaultCode } from '#shared/faults.ts'
import type { DeviceId, TransferId } from '#shared/ids.ts'
import type { AcceptRule } from '#shared/model.ts'
import type { Answer } from '#shared/transfers.ts'
import { Answers } from './answers.ts'
import { covers, mayNot } from './consent.ts'
import type { ControlOf } from './control.ts'
import type { Desk } from './desk.ts'
import type { Entry } from './entry.ts'
import type { Link } from './link.ts'
import { topName } from './names.ts'
import { nothingYet, type TransferRecord } from './record.ts'

/** So many offers of one device wait for an answer; more are turned down. */
const maxUnanswered = 32

interface OffersOptions {
  readonly add: (record: TransferRecord) => Promise<Entry>
  readonly forget: (entry: Entry) => Promise<void>
  readonly nextOrder: () => number
  readonly setRule: (device: DeviceId, rule: AcceptRule) => Promise<void>
}

/** What other devices offer: the first time, again after a pause, and once more after an end. */
export class Offers {
  readonly #desk: Desk
  readonly #options: OffersOptions
  readonly #answers: Answers
  /** What the person here asked to be sent once more. */
  readonly #wanted = new Set<TransferId>()

  constructor(desk: Desk, options: OffersOptions) {
    this.#desk = desk
    this.#options = options
    this.#answers = new Answers(desk, options.setRule)
  }

  async offered(message: ControlOf<'offer'>, link: Link): Promise<void> {
    const { id, attempt } = message
    const last = link.offered.get(id)
    const entry = this.#desk.entries.get(id)
    const foreign = entry && (entry.isSending || entry.device !== link.device)
    if (foreign || (last !== undefined && attempt <= last)) throw new Fault('transfer.duplicate')
    // Nothing of it is kept: it would fill the memory, and push out of the history what somebody
    // wants to find there.
    if ((!entry || entry.isOver) && mayNot(this.#desk, link)) {
      link.refusedOffers += 1
      return turnDown(message, 'message.refused', link)
    }
    if (!entry && !this.#hasRoomFor(message, link)) return turnDown(message, 'peer.busy', link)
    link.offered.set(id, attempt)
    if (entry?.isOver) return this.#offeredAfterEnd(entry, message)
    if (entry) return this.#offeredAgain(entry, message, link)
    await this.#offeredFirst(message, link)
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
    if (entry.phase === 'offered') await this.#answers.consider(entry)
  }

  answer(entry: Entry, answer: Answer): Promise<void> {
    return this.#answers.byPerson(entry, answer)
  }

  /** Trust or rules have changed, perhaps for what still waits for an answer. */
  reconsider(): void {
    const { devices } = this.#desk.options
    for (const entry of this.#desk.entries.values()) {
      // Of a device that is let in no more, everything ends anyway.
      if (entry.isSending || entry.phase !== 'offered' || !devices.isPaired(entry.device)) continue
      this.#desk.quietly(this.#answers.reconsider(entry))
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
      if (!isUnanswered(entry)) continue
      this.#answers.forget(entry)
      await this.#options.forget(entry)
    }
  }

  close(): void {
    this.#answers.close()
  }

  async #offeredFirst(message: ControlOf<'offer'>, link: Link): Promise<void> {
    const { devices, clock } = this.#desk.options
    const { id, attempt, things, files, bytes, listed, held } = message
    const names = message.names.map((name) => topName(name))
    const entry = await this.#options.add({
      ...nothingYet,
      id,
      direction: 'receive',
      device: link.device,
      deviceName: devices.table.get(link.device)?.name ?? '',
      order: this.#options.nextOrder(),
      createdAt: clock.now(),
      attempt,
      names,
      things,
      files,
      totalBytes: bytes,
      listed,
      sources: [],
    })
    if (held) entry.step({ step: 'hold', by: 'peer' })
    await this.#answers.consider(entry)
  }

  /** Of one that has ended: another attempt, or news that did not get through. */
  async #offeredAfterEnd(entry: Entry, message: ControlOf<'offer'>): Promise<void> {
    const { attempt, files, bytes, listed } = message
    if (attempt <= entry.record.attempt) return void this.#desk.tellEnd(entry)
    const { consent } = entry.record
    const isWanted = this.#wanted.delete(entry.id) || entry.phase === 'failed'
    entry.step({ step: 'retry' })
    entry.know({ attempt })
    entry.counted({ files, bytes, listed })
    const goesOn = isWanted && consent !== null && covers(consent, message)
    if (goesOn && !mayNot(this.#desk, entry)) return this.#answers.acceptAgain(entry)
    return this.#answers.considerAnew(entry)
  }

  /** Of one that goes on: what holds is said again in the new session. */
  async #offeredAgain(entry: Entry, message: ControlOf<'offer'>, link: Link): Promise<void> {
    const { id, attempt, files, bytes, listed, held } = message
    entry.know({ attempt })
    entry.counted({ files, bytes, listed })
    entry.step({ step: held ? 'hold' : 'release', by: 'peer' })
    if (entry.record.consent === null || mayNot(this.#desk, entry)) {
      return this.#answers.consider(entry)
    }
    entry.step({ step: 'trouble', fault: null })
    link.send({ type: 'accepted', id, held: entry.standing.heldByMe })
    await this.#answers.makeRoom(entry)
  }

  #hasRoomFor(message: ControlOf<'offer'>, link: Link): boolean {
    const unanswered = this.#of(link).filter((entry) => isUnanswered(entry))
    return unanswered.length < maxUnanswered && this.#answers.mayConsider(message, link)
  }

  #of(link: Link): Entry[] {
    const all = [...this.#desk.entries.values()]
    return all.filter((entry) => !entry.isSending && entry.device === link.device)
  }
}

function isUnanswered({ phase }: Entry): boolean {
  return phase === 'offered' || phase === 'queued'
}

function turnDown({ id, attempt }: ControlOf<'offer'>, code: FaultCode, link: Link): void {
  link.send({ type: 'ended', id, attempt, outcome: 'declined', code })
}

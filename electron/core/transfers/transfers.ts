import { Fault } from '#shared/faults.ts'
import type { DeviceId, TransferId } from '#shared/ids.ts'
import type { AcceptRule, Settings } from '#shared/model.ts'
import type { Answer, Transfer, TransferFile } from '#shared/transfers.ts'
import type { Clock } from '../base/clock.ts'
import { crowdedOut } from '../base/crowded-out.ts'
import { Lifetime } from '../base/lifetime.ts'
import type { Log } from '../base/log.ts'
import { Table } from '../base/state.ts'
import type { Cell } from '../base/state.ts'
import type { Devices } from '../devices/devices.ts'
import type { StoredCollection } from '../keys/records.ts'
import type { Store } from '../keys/store.ts'
import type { Messages } from '../messages/messages.ts'
import type { Sessions } from '../sessions/sessions.ts'
import { Caller } from './caller.ts'
import type { WayKind } from './control.ts'
import { Desk, faultOf } from './desk.ts'
import { Entry, type EntryParts } from './entry.ts'
import { endedOf } from './history.ts'
import { Journals } from './journals.ts'
import { shownFile } from './ledger.ts'
import type { StartMover } from './mover.ts'
import { Offers } from './offers.ts'
import { Receiving } from './receiving.ts'
import { transferRecordSchema, type TransferRecord } from './record.ts'
import { Sending } from './sending.ts'
import { Talk } from './talk.ts'
import { transferAlpn } from './transfer-alpn.ts'
import { placeBefore } from './turns.ts'

interface TransfersOptions {
  readonly store: Store
  readonly devices: Devices
  readonly sessions: Sessions
  readonly messages: Messages
  readonly settings: Cell<Settings>
  readonly setRule: (device: DeviceId, rule: AcceptRule) => Promise<void>
  /** Something waits for this device: worth trying to find it now. */
  readonly seek: (device: DeviceId) => void
  readonly startMover: StartMover
  /** Movers will be needed soon. */
  readonly prepare: () => void
  /** Lanes that may be used, the best first. */
  readonly kinds: readonly WayKind[]
  /** Bytes begin to move, or stop. */
  readonly moving: (count: number) => void
  readonly clock: Clock
  readonly log: Log
}

/** So many that have ended are remembered. */
const maxHistory = 1_000

export async function openTransfers(options: TransfersOptions): Promise<Transfers> {
  const { store } = options
  const records = store.collection('transfers', transferRecordSchema)
  const transfers = new Transfers(options, records, await Journals.open(store))
  await transfers.load()
  transfers.begin()
  return transfers
}

/** Files on their way, from the first offer to the receipt. */
export class Transfers {
  /** Those under way, and those that ended since the start. */
  readonly table = new Table<Transfer>()
  readonly #options: TransfersOptions
  readonly #records: StoredCollection<TransferRecord>
  readonly #desk: Desk
  readonly #sending: Sending
  readonly #offers: Offers
  readonly #receiving: Receiving
  readonly #talk: Talk
  readonly #caller: Caller
  readonly #parts: EntryParts
  readonly #lifetime = new Lifetime()
  #isClosing = false

  constructor(
    options: TransfersOptions,
    records: StoredCollection<TransferRecord>,
    journals: Journals,
  ) {
    const { clock } = options
    this.#options = options
    this.#records = records
    const log = options.log.room('transfers')
    this.#desk = new Desk({ ...options, journals, log })
    this.#sending = new Sending(this.#desk, {
      add: (record) => this.#add(record),
      wanted: (device) => this.#caller.call(device),
    })
    this.#receiving = new Receiving(this.#desk)
    this.#offers = new Offers(this.#desk, {
      add: (record) => this.#add(record),
      forget: (entry) => this.#forget(entry),
      nextOrder: () => this.#lastPlace(),
      setRule: options.setRule,
    })
    this.#desk.schedule = () => {
      if (this.#isClosing) return
      this.#sending.schedule()
      this.#receiving.schedule()
    }
    this.#desk.moved = () => {
      const lanes = [...this.#desk.runs.values()].filter(({ lane }) => lane !== null)
      options.moving(lanes.length)
    }
    this.#desk.settled = ({ entry }) => {
      if (!entry.isSending) this.#desk.quietly(this.#receiving.settled(entry))
    }
    this.#talk = new Talk(this.#desk, {
      sending: this.#sending,
      offers: this.#offers,
      receiving: this.#receiving,
      ended: (device) => this.#caller.call(device),
    })
    this.#parts = {
      store: options.store,
      records,
      table: this.table,
      clock,
      log,
    }
    this.#caller = new Caller({
      sessions: options.sessions,
      messages: options.messages,
      isWanted: (device) => !this.#isClosing && this.#isWanted(device),
      seek: options.seek,
      clock,
      log,
    })
  }

  async load(): Promise<void> {
    for (const record of (await this.#records.all()).values()) {
      const entry = await Entry.open(this.#parts, record)
      // Whoever offered it offers it again.
      if (!entry.isSending && entry.phase === 'queued') await entry.forget()
      else this.#desk.entries.set(entry.id, entry)
      if (entry.phase === 'accepted') entry.step({ step: 'trouble', fault: faultOf('peer.closed') })
      entry.show()
    }
  }

  begin(): void {
    const { sessions, devices, settings } = this.#options
    const lifetime = this.#lifetime
    lifetime.defer(() => this.#stopAll())
    lifetime.own(this.#caller)
    lifetime.own(this.#offers)
    lifetime.own(this.#sending)
    lifetime.defer(
      sessions.serve({ alpn: transferAlpn, accept: (channel) => this.#talk.serve(channel) }),
    )
    lifetime.defer(devices.changes.on('barred', (device) => this.#barred(device)))
    lifetime.defer(settings.onChange(() => this.#desk.shareOut()))
    this.#desk.quietly(this.#desk.tidyAll())
    for (const entry of this.#desk.entries.values()) {
      if (entry.isOver) continue
      if (entry.isSending && !entry.record.listed) this.#sending.look(entry)
      this.#caller.call(entry.device)
    }
  }

  get movingCount(): number {
    return this.#desk.runs.size
  }

  list(): Transfer[] {
    return this.table.rows
  }

  send(to: DeviceId, paths: readonly string[]): Promise<TransferId> {
    return this.#sending.send(to, paths, this.#lastPlace())
  }

  answer(id: TransferId, answer: Answer): Promise<void> {
    return this.#offers.answer(this.#desk.entry(id), answer)
  }

  async pause(id: TransferId): Promise<void> {
    const entry = this.#desk.entry(id)
    if (entry.isOver) throw new Fault('transfer.notNow')
    entry.step({ step: 'hold', by: 'me' })
    this.#desk.tell(entry, { type: 'hold', id })
    await this.#desk.stop(entry)
    await entry.save()
  }

  async resume(id: TransferId): Promise<void> {
    const entry = this.#desk.entry(id)
    if (entry.isOver) throw new Fault('transfer.notNow')
    entry.step({ step: 'release', by: 'me' })
    this.#desk.tell(entry, { type: 'go', id })
    await entry.save()
    if (entry.isSending) this.#sending.wake(entry)
    this.#desk.schedule()
  }

  async cancel(id: TransferId): Promise<void> {
    const entry = this.#desk.entry(id)
    if (entry.isOver) throw new Fault('transfer.notNow')
    await this.#desk.end(entry, { step: 'cancel', by: 'me' })
  }

  async retry(id: TransferId): Promise<void> {
    const entry = this.#desk.entry(id)
    if (!entry.isSending) return this.#offers.retry(entry)
    if (!this.#options.devices.isPaired(entry.device)) throw new Fault('device.unknown')
    await this.#sending.retry(entry)
  }

  sendAgain(id: TransferId): Promise<TransferId> {
    return this.#sending.sendAgain(this.#desk.entry(id), this.#lastPlace())
  }

  async reorder(id: TransferId, before: TransferId | null): Promise<void> {
    const entry = this.#desk.entry(id)
    const others = [...this.#desk.entries.values()].filter((other) => other !== entry)
    entry.know({
      order: placeBefore(
        others.filter(({ isOver }) => !isOver),
        before,
      ),
    })
    await entry.save()
    this.#desk.schedule()
  }

  async files(
    id: TransferId,
    offset: number,
    limit: number,
  ): Promise<{ total: number; files: TransferFile[] }> {
    const { ledger } = this.#desk.entry(id)
    const outcomes = await ledger.slice(offset, limit)
    return { total: ledger.count, files: outcomes.map((outcome) => shownFile(outcome)) }
  }

  history(search: string, offset: number, limit: number) {
    const found = endedOf(this.#desk.entries.values(), search)
    const transfers = found.slice(offset, offset + limit).map((entry) => entry.row())
    return { total: found.length, transfers }
  }

  async removeFromHistory(id: TransferId): Promise<void> {
    const entry = this.#desk.entry(id)
    if (!entry.isOver) throw new Fault('transfer.notNow')
    await this.#forget(entry)
  }

  async clearHistory(): Promise<void> {
    for (const entry of endedOf(this.#desk.entries.values())) await this.#forget(entry)
  }

  /** Movers stop in good order; what was moving goes on after the next start. */
  async close(): Promise<void> {
    this.#isClosing = true
    await this.#lifetime.close()
  }

  async #stopAll(): Promise<void> {
    const entries = [...this.#desk.runs.values()].map(({ entry }) => entry)
    await Promise.all(entries.map((entry) => this.#desk.stop(entry)))
    await this.#desk.idle()
    await Promise.all([...this.#desk.entries.values()].map((entry) => entry.close()))
  }

  /** Nothing of it may go on, nor be taken up again. */
  #barred(device: DeviceId): void {
    const code =
      this.#options.devices.trustOf(device) === null ? 'peer.removed' : 'transfer.blocked'
    this.#caller.hangUp(device)
    for (const entry of this.#desk.entries.values()) {
      if (entry.device !== device) continue
      entry.know({ told: true, consent: null })
      if (entry.isOver) continue
      const end = this.#desk.end(entry, { step: 'fail', fault: faultOf(code) }, { tells: false })
      this.#desk.quietly(end)
    }
  }

  #isWanted(device: DeviceId): boolean {
    if (!this.#options.devices.isPaired(device)) return false
    const entries = [...this.#desk.entries.values()].filter((entry) => entry.device === device)
    // What is to be received is called for too: of the two only one may be able to reach the other.
    return entries.some((entry) => !entry.isOver || (entry.isSending && !entry.record.told))
  }

  async #add(record: TransferRecord): Promise<Entry> {
    const entry = await Entry.open(this.#parts, record)
    this.#desk.entries.set(entry.id, entry)
    await entry.save()
    entry.show()
    const ended = endedOf(this.#desk.entries.values()).reverse()
    for (const old of crowdedOut(ended, maxHistory, ({ device }) => device)) await this.#forget(old)
    return entry
  }

  async #forget(entry: Entry): Promise<void> {
    this.#desk.entries.delete(entry.id)
    this.#desk.links.get(entry.device)?.offered.delete(entry.id)
    await entry.forget()
    await this.#desk.tidy(entry)
  }

  #lastPlace(): number {
    return placeBefore([...this.#desk.entries.values()], null)
  }
}

import { Fault } from '#shared/faults.ts'
import type { DeviceId, TransferId } from '#shared/ids.ts'
import type { AcceptRule, Settings } from '#shared/model.ts'
import type { Answer, Transfer } from '#shared/transfers.ts'
import type { Clock } from '../base/clock.ts'
import { Lifetime } from '../base/lifetime.ts'
import type { Log } from '../base/log.ts'
import { Table } from '../base/state.ts'
import type { Cell } from '../base/state.ts'
import type { Devices } from '../devices/devices.ts'
import type { StoredCollection } from '../keys/records.ts'
import type { Store } from '../keys/store.ts'
import type { Messages } from '../messages/messages.ts'
import type { Sessions } from '../sessions/sessions.ts'
import { Book } from './book.ts'
import { Caller } from './caller.ts'
import type { WayKind } from './control.ts'
import { Desk, faultOf } from './desk.ts'
import { Journals } from './journals.ts'
import type { StartMover } from './mover.ts'
import { Offers } from './offers.ts'
import { Receiving } from './receiving.ts'
import { transferRecordSchema, type TransferRecord } from './record.ts'
import { Sending } from './sending.ts'
import { Talk } from './talk.ts'
import { transferAlpn } from './transfer-alpn.ts'

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

export async function openTransfers(options: TransfersOptions): Promise<Transfers> {
  const { store } = options
  const records = store.collection('transfers', transferRecordSchema)
  const transfers = new Transfers(options, records, await Journals.open(store))
  await transfers.book.load()
  transfers.begin()
  return transfers
}

/** Files on their way, from the first offer to the receipt. */
export class Transfers {
  /** Those under way, and those that ended since the start. */
  readonly table = new Table<Transfer>()
  readonly book: Book
  readonly #options: TransfersOptions
  readonly #desk: Desk
  readonly #sending: Sending
  readonly #offers: Offers
  readonly #receiving: Receiving
  readonly #talk: Talk
  readonly #caller: Caller
  readonly #lifetime = new Lifetime()
  #isClosing = false

  constructor(
    options: TransfersOptions,
    records: StoredCollection<TransferRecord>,
    journals: Journals,
  ) {
    this.#options = options
    const log = options.log.room('transfers')
    const { store, clock } = options
    const doubt = (device: DeviceId) => options.sessions.prove(device)
    this.#desk = new Desk({ ...options, journals, doubt, log })
    this.book = new Book(this.#desk, { store, records, table: this.table, clock, log })
    this.#sending = new Sending(this.#desk, {
      add: (record) => this.book.add(record),
      wanted: (device) => this.#caller.call(device),
    })
    this.#receiving = new Receiving(this.#desk)
    this.#offers = new Offers(this.#desk, {
      add: (record) => this.book.add(record),
      forget: (entry) => this.book.forget(entry),
      nextOrder: () => this.book.lastPlace(),
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
    this.#caller = new Caller({
      sessions: options.sessions,
      messages: options.messages,
      isWanted: (device) => !this.#isClosing && this.#isWanted(device),
      seek: options.seek,
      clock,
      log,
    })
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
    lifetime.defer(
      devices.table.onChange(() => {
        this.#receiving.trustChanged()
        this.#offers.reconsider()
      }),
    )
    lifetime.defer(sessions.changes.on('moved', (device) => this.#desk.renew(device)))
    lifetime.defer(
      settings.onChange(() => {
        this.#desk.follow()
        this.#offers.reconsider()
      }),
    )
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

  /** With `isCopy`, what lies there goes once it has arrived or is given up. */
  send(to: DeviceId, paths: readonly string[], isCopy = false): Promise<TransferId> {
    return this.#sending.send(to, paths, { order: this.book.lastPlace(), isCopy })
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
    return this.#sending.sendAgain(this.#desk.entry(id), this.book.lastPlace())
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
}

import { Fault } from '#shared/faults.ts'
import type { DeviceId } from '#shared/ids.ts'
import type { SecureChannel } from '../sessions/secure-channel.ts'
import { codeOr, type Control, type ControlOf } from './control.ts'
import { faultOf, type Desk } from './desk.ts'
import type { Entry } from './entry.ts'
import { Link } from './link.ts'
import type { Offers } from './offers.ts'
import type { Receiving } from './receiving.ts'
import type { Sending } from './sending.ts'

interface TalkOptions {
  readonly sending: Sending
  readonly offers: Offers
  readonly receiving: Receiving
  /** A session about transfers ended. */
  readonly ended: (device: DeviceId) => void
}

/** What is said in sessions about transfers, and who it is meant for. */
export class Talk {
  readonly #desk: Desk
  readonly #options: TalkOptions

  constructor(desk: Desk, options: TalkOptions) {
    this.#desk = desk
    this.#options = options
  }

  serve(channel: SecureChannel): Promise<void> {
    return this.#desk.tracked(this.#serve(channel))
  }

  async #serve(channel: SecureChannel): Promise<void> {
    const link = new Link(channel)
    const { device } = link
    const before = this.#desk.links.get(device)
    this.#desk.links.set(device, link)
    if (before) await this.#disconnected(before)
    try {
      this.#options.sending.connected(link)
      await link.read((message) => this.#take(message, link))
    } finally {
      if (this.#desk.links.get(device) === link) {
        this.#desk.links.delete(device)
        await this.#disconnected(link)
        this.#options.ended(device)
      }
    }
  }

  /** One after the other, but for what may take its time. */
  #take(message: Control, link: Link): Promise<void> | void {
    const { offers } = this.#options
    if (message.type === 'offer') return offers.offered(message, link)
    if (message.type === 'offered') return offers.allOffered(link)
    const entry = this.#desk.spokenOf(link, message.id)
    // It may have been forgotten here while it was under way.
    if (!entry) return undefined
    return entry.isSending
      ? this.#toSender(entry, message, link)
      : this.#toReceiver(entry, message, link)
  }

  #toSender(
    entry: Entry,
    message: Exclude<Control, { type: 'offer' | 'offered' }>,
    link: Link,
  ): Promise<void> | void {
    const { sending } = this.#options
    switch (message.type) {
      case 'asking':
        return sending.asking(entry)
      case 'accepted':
        return sending.accepted(entry, message, link)
      case 'trouble':
        return sending.troubled(entry, message)
      case 'ended':
        if (message.attempt !== entry.record.attempt) return undefined
        return this.#desk.quietly(sending.ended(entry, message, link))
      case 'again':
        return sending.askedAgain(entry)
      case 'receipts':
        return sending.receipts(entry, message, link)
      case 'lane':
      case 'lost':
      case 'hold':
      case 'go':
        return this.#toEither(entry, message)
      case 'counts':
      case 'receipts?':
        throw new Fault('frame.malformed')
    }
  }

  #toReceiver(
    entry: Entry,
    message: Exclude<Control, { type: 'offer' | 'offered' }>,
    link: Link,
  ): Promise<void> | void {
    const { offers, receiving } = this.#options
    switch (message.type) {
      case 'counts':
        return offers.counted(entry, message)
      case 'lane':
        return receiving.begun(entry, message, link)
      case 'ended':
        if (message.attempt !== entry.record.attempt) return undefined
        return this.#desk.quietly(this.#endedBySender(entry, message))
      case 'receipts?':
        return receiving.tellReceipts(entry, message.from, link)
      case 'lost':
      case 'hold':
      case 'go':
        return this.#toEither(entry, message)
      case 'asking':
      case 'accepted':
      case 'trouble':
      case 'again':
      case 'receipts':
        throw new Fault('frame.malformed')
    }
  }

  #toEither(entry: Entry, message: ControlOf<'lane' | 'lost' | 'hold' | 'go'>): void {
    switch (message.type) {
      case 'lane':
        return this.#desk.runs.get(entry.id)?.meet(message)
      case 'lost':
        return this.#desk.runs.get(entry.id)?.lost(message.epoch)
      case 'hold':
        entry.step({ step: 'hold', by: 'peer' })
        return this.#desk.quietly(this.#desk.stop(entry))
      case 'go':
        entry.step({ step: 'release', by: 'peer' })
        return this.#desk.schedule()
    }
  }

  #endedBySender(entry: Entry, { outcome, code }: ControlOf<'ended'>): Promise<void> {
    // Whether it is done, and whether it is wanted, is not for the sender to say.
    if (outcome === 'done' || outcome === 'declined') throw new Fault('frame.malformed')
    const fault = faultOf(codeOr(code, 'transfer.failed'))
    const cancelled = { step: 'cancel', by: 'peer' } as const
    const step = outcome === 'cancelled' ? cancelled : ({ step: 'fail', fault } as const)
    return this.#desk.end(entry, step, { tells: false })
  }

  /** What moved goes on with the next session; what was asked is asked again. */
  async #disconnected(link: Link): Promise<void> {
    const entries = [...this.#desk.entries.values()].filter(({ device }) => device === link.device)
    for (const entry of entries) {
      const run = this.#desk.runs.get(entry.id)
      if (run?.link === link) this.#desk.quietly(this.#desk.stop(entry))
      const isUnderWay = ['accepted', 'moving', 'finishing'].includes(entry.phase)
      if (isUnderWay) entry.step({ step: 'trouble', fault: faultOf('peer.closed') })
    }
    this.#options.sending.disconnected(link)
    this.#options.receiving.disconnected(link)
    await this.#options.offers.disconnected(link)
  }
}

import { Fault, isCancellation, type FaultCode } from '#shared/faults.ts'
import { within } from '../base/deadline.ts'
import type { Connection } from '../endpoint/types.ts'
import type { Protocol } from '../protocols/protocol.ts'
import { Gate } from './gate.ts'
import { HostExchange } from './host-exchange.ts'
import type { Introduction } from './introduction.ts'
import type { Offer } from './offer.ts'
import type { Parts } from './parts.ts'
import { welcome, type Guest } from './welcome.ts'
import { openingMs, pairingAlpn, Wire } from './wire.ts'

type OfferFor = (wire: Wire, signal: AbortSignal) => Promise<Offer>

/** What strangers may learn of a failure: nothing that depends on a secret. */
const publicFaults = new Set<FaultCode>(['peer.busy', 'pairing.version', 'core.closing'])
const maxPerPeer = 4

/** Receives whoever wants to pair, at any of our endpoints. */
export class Reception {
  readonly #parts: Parts
  readonly #gate: Gate

  constructor(parts: Parts) {
    this.#parts = parts
    this.#gate = new Gate(parts.clock)
  }

  protocol(offerFor: OfferFor): Protocol {
    return {
      alpn: pairingAlpn,
      admits: 'anyone',
      maxPerPeer,
      serve: (connection, { signal }) => this.#serve(connection, signal, offerFor),
    }
  }

  async #serve(connection: Connection, signal: AbortSignal, offerFor: OfferFor): Promise<void> {
    const wrong: Offer[] = []
    try {
      await this.#receive({ connection, signal, wrong }, offerFor)
    } catch (error) {
      if (isCancellation(error)) throw error
      const fault = Fault.of(error)
      this.#parts.failed?.(fault.code)
      const log = this.#parts.log.room('pairing')
      if (fault.code === 'internal') log.error('stumbled', { fault })
      else log.info('not paired', { fault })
      const told = publicFaults.has(fault.code) ? fault : new Fault('pairing.failed')
      // Now, since a last try takes down the endpoint, and even that must not show.
      connection.close(told.code)
      throw told
    } finally {
      for (const offer of wrong) offer.tried()
    }
  }

  async #receive(visit: Visit, offerFor: OfferFor): Promise<void> {
    const { connection, signal } = visit
    const bounds = { clock: this.#parts.clock, milliseconds: openingMs, signal }
    const opening = (inner: AbortSignal) => this.#opening({ ...visit, signal: inner }, offerFor)
    const guest = await within(bounds, opening)
    using _ = guest.exchange
    await welcome(this.#parts, guest, connection, signal)
  }

  async #opening(visit: Visit, offerFor: OfferFor): Promise<Guest> {
    const { connection, signal } = visit
    const stand = this.#gate.sitDown(connection)
    let spoken
    try {
      const wire = new Wire(await connection.acceptStream(signal), this.#parts.clock)
      const offer = await offerFor(wire, signal)
      spoken = { wire, offer, m1: await wire.read(signal) }
    } finally {
      stand()
    }
    const leave = this.#gate.enter()
    try {
      return await this.#proved(spoken, visit)
    } finally {
      leave()
    }
  }

  async #proved(
    { wire, offer, m1 }: { readonly wire: Wire; readonly offer: Offer; readonly m1: Uint8Array },
    { connection, signal, wrong }: Visit,
  ): Promise<Guest> {
    const { code, secret, meetingPoint } = offer
    const self = this.#parts.self()
    const joiner = connection.peer
    const beforeVerify = () => code.countTry()
    const exchange = new HostExchange({ secret, meetingPoint, joiner, self, beforeVerify })
    try {
      code.check()
      await wire.write(exchange.onM1(m1), signal)
      const m3 = await wire.read(signal)
      code.check()
      await wire.write(exchange.onM3(m3), signal)
      const m5 = await wire.read(signal)
      const peer = verified(exchange, m5, () => wrong.push(offer))
      code.use()
      return { wire, offer, exchange, peer }
    } catch (error) {
      exchange[Symbol.dispose]()
      throw error
    }
  }
}

interface Visit {
  readonly connection: Connection
  readonly signal: AbortSignal
  /** What was tried in vain. */
  readonly wrong: Offer[]
}

function verified(exchange: HostExchange, m5: Uint8Array, onWrong: () => void): Introduction {
  try {
    return exchange.onM5(m5)
  } catch (error) {
    onWrong()
    throw error
  }
}

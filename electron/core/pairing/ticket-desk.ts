import { fail } from './exchange.ts'
import type { Offer } from './offer.ts'
import { hintOf } from './tickets.ts'
import type { Wire } from './wire.ts'

/** The tickets that are out. Their holders come to the main endpoint and say first which one. */
export class TicketDesk {
  readonly #offers = new Map<string, Offer>()

  /** Returns its undo. */
  put(offer: Offer): () => void {
    const { secret } = offer
    if (secret.kind !== 'ticket') throw new Error('only tickets are shown here')
    const hint = keyOf(hintOf(secret.bytes))
    this.#offers.set(hint, offer)
    return () => this.#offers.delete(hint)
  }

  async receive(wire: Wire, signal: AbortSignal): Promise<Offer> {
    return this.#offers.get(keyOf(await wire.read(signal))) ?? fail()
  }
}

function keyOf(hint: Uint8Array): string {
  return Buffer.from(hint).toString('hex')
}

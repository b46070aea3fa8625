import { Fault } from '#shared/faults.ts'
import { within } from '../base/deadline.ts'
import type { Connection } from '../endpoint/types.ts'
import type { HostExchange } from './host-exchange.ts'
import type { Introduction } from './introduction.ts'
import type { Offer } from './offer.ts'
import { candidateOf, newDevice, type Parts } from './parts.ts'
import type { Wire } from './wire.ts'

/** Somebody who has proved to know the secret; the code is theirs. */
export interface Guest {
  readonly wire: Wire
  readonly offer: Offer
  readonly exchange: HostExchange
  readonly peer: Introduction
}

/** How long the other side gets to take leave. */
export const farewellMs = 5_000

/** The host's side from the joiner's proof on: ask the person, save, confirm. */
export async function welcome(
  parts: Parts,
  guest: Guest,
  connection: Connection,
  signal: AbortSignal,
): Promise<void> {
  const { offer, peer } = guest
  const device = candidateOf(peer)
  try {
    await offer.used()
    const answer = await offer.accepts(device, signal)
    if (answer === 'yes') {
      offer.accepted(device)
      await pair(parts, guest, signal)
      // Before anybody takes the endpoint down: this is how the joiner knows that all is well.
      connection.close('clean')
      offer.settled({ device })
      return
    }
    const { wire, exchange } = guest
    await refuse(parts, { wire, connection }, exchange.decline(), signal)
    offer.settled(answer === 'no' ? null : { fault: new Fault('pairing.unanswered') })
  } catch (error) {
    connection.close('pairing.failed')
    const known = error instanceof Fault && error.code.startsWith('pairing.')
    offer.settled({ fault: known ? error : new Fault('pairing.failed', {}, { cause: error }) })
    throw error
  }
}

/**
 * Saved before M6 leaves: from then on the joiner may trust us, and a crash on either side must
 * find both able to prove the root to each other, or neither.
 */
async function pair(parts: Parts, { wire, exchange }: Guest, signal: AbortSignal) {
  const { devices } = parts
  const { message, paired } = exchange.accept()
  const device = newDevice(paired, 'host')
  await devices.save(device)
  try {
    await wire.write(message, signal)
    exchange.onM7(await wire.readAnswer(signal))
  } catch (error) {
    const declined = error instanceof Fault && error.code === 'pairing.declined'
    if (declined) await devices.retract(device)
    else devices.seek(device.id)
    throw error
  }
  // A person may take longer to answer than an unproved device is kept.
  await devices.confirm(device)
}

/** Says no, which stands whether or not the other side waits to hear it. */
export async function refuse(
  { clock }: Parts,
  { wire, connection }: { readonly wire: Wire; readonly connection: Connection },
  refusal: Uint8Array,
  signal?: AbortSignal,
): Promise<void> {
  await within({ clock, milliseconds: farewellMs, signal }, async (inner) => {
    await wire.write(refusal, inner)
    // Closing at once would lose what is still on its way.
    await connection.closed
  }).catch(() => {})
}

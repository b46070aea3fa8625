import { Fault } from '#shared/faults.ts'
import { within } from '../base/deadline.ts'
import type { Devices, NewDevice } from '../devices/devices.ts'
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
    const m7 = wire.readAnswer(signal).then((bytes) => exchange.onM7(bytes))
    await proof(devices, device, m7)
  } catch (error) {
    const declined = error instanceof Fault && error.code === 'pairing.declined'
    if (declined) await devices.retract(device)
    else devices.seek(device.id)
    throw error
  }
  // A person may take longer to answer than an unproved device is kept.
  await devices.confirm(device)
}

/** By M7, or by a first session: a joiner that died before M7 left comes back without it. */
async function proof(devices: Devices, { id, root }: NewDevice, m7: Promise<void>): Promise<void> {
  let stop = () => {}
  const inSession = new Promise<void>((resolve) => {
    stop = devices.changes.on('added', (added) => {
      if (added === id && devices.isProved(id, root)) resolve()
    })
  })
  try {
    await Promise.race([m7, inSession])
  } finally {
    stop()
  }
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

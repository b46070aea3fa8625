import type { Candidate, PairingStage } from '#shared/devices.ts'
import type { FaultCode } from '#shared/faults.ts'
import type { Phrase } from '#shared/words.ts'
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { Devices, NewDevice } from '../devices/devices.ts'
import { fingerprintOf } from '../devices/identity.ts'
import type { Discovery } from '../discovery/discovery.ts'
import type { Place } from '../discovery/meetings.ts'
import type { Lookup } from '../discovery/static-peers.ts'
import type { Endpoint } from '../endpoint/types.ts'
import type { Paired, Self } from './exchange.ts'
import type { Introduction } from './introduction.ts'

/** Where this device itself can be reached. */
interface Whereabouts {
  readonly addresses: readonly string[]
  readonly relay: string | null
  readonly ports: Place['ports']
}

/** What both sides of a pairing need of the rest of the core. */
export interface Parts {
  readonly self: () => Self
  readonly devices: Devices
  readonly discovery: Pick<Discovery, 'announceMeeting' | 'seekMeeting' | 'addressesOf'>
  /** Binds an endpoint of its own under this secret key, as the settings want endpoints. */
  readonly openEndpoint: (secretKey: Uint8Array) => Promise<Endpoint>
  readonly whereabouts: () => Whereabouts
  readonly lanOnly: () => boolean
  /** What belonging to a private network adds to the words; null in the open. */
  readonly meetingSalt: () => Uint8Array | null
  readonly lookup: Lookup
  readonly draw: () => Phrase
  /** Somebody came in vain, here or from here. */
  readonly failed?: ((code: FaultCode) => void) | undefined
  readonly clock: Clock
  readonly log: Log
}

export type Answer = 'yes' | 'no' | 'none'

/** One pairing from the side of the person: what they see, and what they are asked. */
export interface Stage {
  readonly signal: AbortSignal
  tell(stage: PairingStage): void
  /** Settles once; rejects when the peer goes away first. */
  ask(device: Candidate, peerIsThere: AbortSignal): Promise<Answer>
}

export function candidateOf({ id, name, kind }: Introduction): Candidate {
  return { id, name, kind, fingerprint: fingerprintOf(id) }
}

export function newDevice({ peer, root }: Paired, role: NewDevice['role']): NewDevice {
  const { id, announcementKey, name, kind, addresses } = peer
  return { id, root, announcementKey, name, kind, addresses, role }
}

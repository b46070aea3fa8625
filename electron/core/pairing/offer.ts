import type { Candidate } from '#shared/devices.ts'
import type { Fault } from '#shared/faults.ts'
import type { DeviceId } from '#shared/ids.ts'
import type { Code } from './code.ts'
import type { PairingSecret } from './key-schedule.ts'
import type { Answer } from './parts.ts'

/** Something that can be paired with. */
export interface Offer {
  readonly secret: PairingSecret
  readonly meetingPoint: DeviceId
  readonly code: Code
  /** A try was wrong. */
  tried(): void
  /** Nobody else can use it from now on; saved when it resolves. */
  used(): Promise<void>
  accepts(device: Candidate, peerIsThere: AbortSignal): Promise<Answer>
  /** The person here said yes. */
  accepted(device: Candidate): void
  /** How the pairing that used it ended: null when the person here did not want it. */
  settled(end: { readonly device: Candidate } | { readonly fault: Fault } | null): void
}

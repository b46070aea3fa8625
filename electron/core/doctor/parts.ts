import type { Presence } from '#shared/devices.ts'
import type { FaultRecord } from '#shared/faults.ts'
import type { DeviceId } from '#shared/ids.ts'
import type { EndpointState, ThisDevice } from '#shared/model.ts'
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { Cell } from '../base/state.ts'
import type { Hearing } from '../discovery/hearing.ts'
import type { Path } from '../endpoint/types.ts'
import type { RouterFacts } from '../gateway/gateway.ts'
import type { System } from './system.ts'

interface NetworkFacts {
  readonly endpoint: EndpointState
  readonly ports: { readonly v4: number | null; readonly v6: number | null }
  readonly problem: FaultRecord | null
}

type Paired = Presence & {
  readonly id: DeviceId
  readonly name: string
}

/** What Doctor looks at: the parts that run, and the computer they run on. */
export interface DoctorParts {
  readonly clock: Clock
  readonly log: Log
  readonly system: System
  readonly device: Cell<ThisDevice>
  readonly network: Cell<NetworkFacts>
  /** The experiment in which nothing but the relay is used. */
  readonly forceRelay: boolean
  readonly hearing: () => Hearing
  readonly discoveryProblems: Cell<readonly FaultRecord[]>
  /** What the router says when it is asked what it is. */
  readonly lookAtRouter: (signal: AbortSignal) => Promise<RouterFacts>
  /** Paired devices, as people call them, and where they stand. */
  readonly devices: () => readonly Paired[]
  /** Whether it was heard on this network. */
  readonly isNearby: (id: DeviceId) => boolean
  readonly pathTo: (id: DeviceId) => Path | null
  /** How far ahead of ours its clock was when it last told; null when it has not. */
  readonly clockAheadMs: (id: DeviceId) => number | null
}

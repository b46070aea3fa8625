import type { FaultRecord } from '#shared/faults.ts'
import type { Doors, WayKind } from '../control.ts'
import type { Command, Job, MoverEvent } from '../movers/messages.ts'
import type { EpochKeys } from '../mover.ts'

/** What a coordinator says to the process of a mover. */
export type ToMover =
  | {
      readonly command: 'begin'
      readonly transferId: string
      readonly lanOnly: boolean
      readonly relay: string | null
      readonly job: Job
    }
  | {
      readonly command: 'open'
      readonly epoch: number
      readonly kind: WayKind
      readonly keys: EpochKeys
    }
  | { readonly command: 'enter'; readonly epoch: number; readonly doors: Doors }
  | Exclude<Command, { command: 'start' | 'lane' }>

/** And what it answers. */
export type FromMover =
  | MoverEvent
  | { readonly event: 'doors'; readonly epoch: number; readonly doors: Doors }
  | { readonly event: 'met'; readonly epoch: number; readonly here: string | null }
  | { readonly event: 'notMet'; readonly epoch: number; readonly fault: FaultRecord }
  /** Nothing it says or does from now on counts; the error is for the log. */
  | { readonly event: 'crashed'; readonly error: Error }

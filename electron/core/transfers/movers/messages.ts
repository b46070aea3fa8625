import type { FaultRecord } from '#shared/faults.ts'
import type { Conflicts } from '#shared/model.ts'
import type { FileUnderWay } from '#shared/transfers.ts'
import type { HoldReason } from '../content/messages.ts'
import type { Reason } from '../content/reasons.ts'
import type { Lane } from '../lanes/lane.ts'

/** What a mover and its coordinator say to each other. Both are ours, so nothing is parsed. */

export interface SendJob {
  readonly role: 'send'
  /** Absolute paths of files and folders; each keeps its own name on the other side. */
  readonly sources: readonly string[]
}

/** A file that is known to have arrived; a hint until the disk agrees. */
export interface LandedHint {
  /** As the sender calls it, with `/` between the names. */
  readonly sent: string
  /** Where it landed, relative to the destination. */
  readonly path: string
  readonly size: number
  readonly mtimeMs: number
  readonly blake3: string
}

/** A file that had arrived so far; a hint until the hashes agree. */
export interface PartialHint {
  readonly index: number
  readonly sent: string
  readonly size: number
  readonly mtimeMs: number
  readonly verified: number
}

/** The coordinator gives it only after somebody said yes. */
export interface ReceiveJob {
  readonly role: 'receive'
  /** 32 hex digits. */
  readonly transferId: string
  readonly destination: string
  readonly conflicts: Conflicts
  readonly landed: readonly LandedHint[]
  readonly partial: readonly PartialHint[]
  readonly agreed: Agreed
}

/** How much may land: more is refused. */
export interface Agreed {
  /** Null where anything may. */
  readonly maxBytes: number | null
  readonly maxFiles: number | null
  /** What may lie at the top; null where not all of it was shown. */
  readonly names: readonly string[] | null
  /** Once the sender has told everything, that and no more. */
  readonly isOpen: boolean
  /** What has landed of it in earlier attempts. */
  readonly landed: { readonly bytes: number; readonly files: number }
}

/** Bytes that mean nothing, to see how fast a lane is; nothing of them is kept. */
export interface ProbeJob {
  readonly role: 'probe'
  readonly sends: boolean
  readonly bytes: number
  readonly milliseconds: number
  /** Bytes a second. */
  readonly cap: number | null
}

/** The way to the other mover, met in this epoch. */
export interface GivenLane {
  readonly epoch: number
  readonly lane: Lane
}

export type Job = SendJob | ReceiveJob | ProbeJob

export type Command =
  | { readonly command: 'start'; readonly job: Job }
  /** The way to the other mover; a new one for every epoch, replacing any that is open. */
  | ({ readonly command: 'lane' } & GivenLane)
  /** The person pauses or goes on. */
  | { readonly command: 'hold'; readonly held: boolean }
  /** Null lifts the cap. */
  | { readonly command: 'cap'; readonly bytesPerSecond: number | null }
  | { readonly command: 'skip'; readonly index: number }
  /** The batch is safe in the store. */
  | { readonly command: 'journaled'; readonly batch: number }
  /** One more report of files is safe in the store. */
  | { readonly command: 'reported' }
  /** Stops; a receiver keeps what is staged for another time, or removes it. */
  | { readonly command: 'stop'; readonly keep: boolean }

/** What became of one file; sent in batches, of which few may wait to be kept. */
export interface FileReport {
  readonly index: number
  readonly path: string
  readonly bytes: number
  readonly outcome:
    | { readonly state: 'landed'; readonly blake3: string }
    | { readonly state: 'failed'; readonly reason: Reason }
}

export interface Totals {
  readonly files: number
  readonly bytes: number
  /** What is not sent: links, special files, what cannot be read. */
  readonly left: number
}

export interface Summary {
  readonly files: number
  readonly bytes: number
  readonly failed: number
}

export type MoverEvent =
  /** It has its job and waits for a lane. */
  | { readonly event: 'ready' }
  | { readonly event: 'listed'; readonly totals: Totals; readonly complete: boolean }
  | { readonly event: 'left'; readonly items: readonly { path: string; reason: Reason }[] }
  /**
   * At most a few times a second. `bytes` is what the receiving end has, on the sending end what it
   * has acknowledged; while the two still compare what was there before, it is too little. `moved`
   * counts what crossed lanes, also twice; rates come of it.
   */
  | {
      readonly event: 'progress'
      readonly bytes: number
      readonly files: number
      readonly moved: number
      readonly isCaughtUp: boolean
      readonly current: readonly FileUnderWay[]
    }
  | { readonly event: 'files'; readonly files: readonly FileReport[] }
  /** Everything has crossed the lane; what is left is for the receiving end to check and to say. */
  | { readonly event: 'allSent' }
  /** To be made durable, then answered with `journaled`. */
  | {
      readonly event: 'journal'
      readonly batch: number
      readonly landed: readonly LandedHint[]
      readonly partial: readonly PartialHint[]
    }
  /** The lane of this epoch is no more; null where all has been said over it. */
  | { readonly event: 'laneOver'; readonly epoch: number; readonly fault: FaultRecord | null }
  | {
      readonly event: 'held'
      readonly by: 'here' | 'there'
      readonly reason: HoldReason | null
      readonly fault: FaultRecord | null
    }
  /** Every file has landed or failed. The mover goes on serving lanes until it is stopped. */
  | { readonly event: 'done'; readonly summary: Summary }
  /** The error is for the log. */
  | { readonly event: 'failed'; readonly fault: FaultRecord; readonly error: Error }
  /** Nothing is held any more. */
  | { readonly event: 'stopped' }

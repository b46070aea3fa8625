import type { Fault, FaultRecord } from '#shared/faults.ts'
import type { TransferId } from '#shared/ids.ts'
import type { Doors, WayKind } from './control.ts'
import type { FileReport, Job, LandedHint, MoverEvent, PartialHint } from './movers/messages.ts'

/** What the two ends of one lane of one transfer share. */
export interface EpochKeys {
  readonly send: Uint8Array
  readonly receive: Uint8Array
}

export interface Counts {
  readonly files: number
  readonly bytes: number
  readonly listed: boolean
}

export type Progress = Omit<Extract<MoverEvent, { event: 'progress' }>, 'event' | 'files'>

/** What a mover tells. */
export interface MoverListener {
  counts(counts: Counts): void
  /** What is not sent. */
  left(items: Extract<MoverEvent, { event: 'left' }>['items']): void
  /** What is meant is said with the event of this name. */
  progress(progress: Progress): void
  /** Everything has crossed the lane. */
  allSent(): void
  /** Kept when it resolves. */
  files(files: readonly FileReport[]): Promise<void>
  /** On disk when it resolves. */
  journal(landed: readonly LandedHint[], partial: readonly PartialHint[]): Promise<void>
  /** From now on it uses the lane of this epoch, which may need an address of this computer. */
  laneOpened(epoch: number, here: string | null): void
  /** Nobody was met. */
  laneFailed(epoch: number, fault: Fault): void
  /** The lane of this epoch broke; it may use a newer one by now. */
  laneLost(epoch: number, fault: Fault): void
  /** It waits for something by itself, or no longer does. */
  held(fault: FaultRecord | null): void
  /** Every file has landed or failed. */
  settled(): void
  /** Both ends know, and the lane is closed in good order. */
  parted(): void
  /** It ended by itself and did not settle. */
  failed(fault: Fault): void
}

/** The data plane of one end of one transfer. */
export interface Mover {
  /** Where the other end can come in for this epoch. Another lane may be in use meanwhile. */
  open(epoch: number, kind: WayKind, keys: EpochKeys): Promise<Doors>
  /** The other end is to be found there: the two meet. */
  enter(epoch: number, doors: Doors): void
  cap(bytesPerSecond: number | null): void
  /** In good order and in bounded time. */
  stop(how: 'keep' | 'discard'): Promise<void>
}

export interface AboutMover {
  readonly id: TransferId
  readonly lanOnly: boolean
  /** Whether the other device is elsewhere, so that a door in the router would help; never without. */
  readonly isFar?: () => boolean
}

export type StartMover = (job: Job, about: AboutMover, listener: MoverListener) => Mover

/** All of them, bound: a listener is an object with methods. */
export function delegated(listener: MoverListener): MoverListener {
  return {
    counts: (counts) => listener.counts(counts),
    left: (items) => listener.left(items),
    progress: (progress) => listener.progress(progress),
    allSent: () => listener.allSent(),
    files: (files) => listener.files(files),
    journal: (landed, partial) => listener.journal(landed, partial),
    laneOpened: (epoch, here) => listener.laneOpened(epoch, here),
    laneFailed: (epoch, fault) => listener.laneFailed(epoch, fault),
    laneLost: (epoch, fault) => listener.laneLost(epoch, fault),
    held: (fault) => listener.held(fault),
    settled: () => listener.settled(),
    parted: () => listener.parted(),
    failed: (fault) => listener.failed(fault),
  }
}

import type { LaneKind } from './lane.ts'

/** Where the bytes of a pipe go. */
export interface Taker {
  /** They are the taker's during the call only. */
  bytes(bytes: Uint8Array): void
  /** Nothing comes any more, whether the other end finished or something broke. */
  ended(): void
}

/** Bytes in order in both directions; whether they are the right ones is the lane's business. */
export interface Pipe {
  readonly kind: LaneKind
  /** The address of this computer it goes by; null where the pipe moves along by itself. */
  readonly here: string | null
  /** From now on bytes go there. Until somebody takes them, none are read. */
  deliverTo(taker: Taker): void
  pause(): void
  resume(): void
  /** Resolves when there is room for more, or none of it matters any more. */
  write(pieces: readonly Uint8Array[]): Promise<void>
  /** Resolves when the other end has all that was written, or does not want it, or after a while. */
  finish(): Promise<void>
  /** Drops everything at once; resolves when nothing is held any more. */
  destroy(): Promise<void>
}

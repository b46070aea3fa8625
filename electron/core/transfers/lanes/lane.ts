export type LaneKind = 'tcp' | 'quic' | 'memory'

/** The most plain bytes one frame carries. */
export const maxFrameBytes = 1024 * 1024

/** Every part of a received frame but its last has at least so many bytes. */
export const minPartBytes = 16 * 1024

/**
 * An ordered, sealed stream of frames in both directions between the two ends of one transfer. How
 * bytes get across is a matter of speed, never of trust. It breaks at the first frame that is not
 * exactly the next one the other end sealed: then everything throws `transfer.laneLost`, whoever
 * uses it gets a new one with keys of a new epoch, and goes on.
 */
export interface Lane {
  readonly kind: LaneKind
  /** The address of this computer it goes by, without which it is dead; null where it needs none. */
  readonly here: string | null
  /**
   * Sends one frame: the parts one after the other, `maxFrameBytes` in all. They are sealed before
   * this returns, so their memory is the caller's again at once. Resolves when there is room for
   * more; frames go in the order of the calls. Nothing follows a final frame.
   */
  send(parts: readonly Uint8Array[], final?: boolean): Promise<void>
  /**
   * The next frame, whole and verified, in parts as they came off the wire; its memory is the
   * caller's. Fields within the first `minPartBytes` lie in the first part; see parts.ts for more.
   * Null after the other end's final frame (which itself comes as a frame, unless it is empty).
   * One waits at a time. Frames verified before the lane broke come before the fault.
   */
  receive(): Promise<readonly Uint8Array[] | null>
  /**
   * After a final frame of ours: delivers it, for a few seconds at most. Before: drops everything at
   * once. Whoever still waits here is cancelled. Resolves when nothing is held any more.
   */
  close(): Promise<void>
}

/** What both ends of a lane share, and nobody else; made anew for every epoch. */
export interface LaneKeys {
  /** Of this direction, stream and epoch, by sessions/session-keys.ts. */
  readonly send: Uint8Array
  readonly receive: Uint8Array
  readonly transferId: Uint8Array
  readonly stream: number
}

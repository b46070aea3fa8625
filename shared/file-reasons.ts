/**
 * Why one entry of a transfer did not arrive. None of these fails the others. The order is the
 * code on the wire.
 */
export const fileReasons = [
  /** It changed while it was read, twice. */
  'changed',
  'vanished',
  'unreadable',
  'link',
  /** A FIFO, a socket, a device. */
  'special',
  /** A name that cannot be kept, nor told to another system. */
  'name',
  /** Somebody chose to leave it out. */
  'skipped',
  /** What arrived never was what the sender had hashed. */
  'corrupt',
  /** The receiving system would not write it. */
  'unwritable',
  /** Another file has its name, and the person chose to leave that as it is. */
  'exists',
  /** More than the receiver agreed to. */
  'extra',
  /** More folders within folders than any system takes. */
  'deep',
] as const

export type FileReason = (typeof fileReasons)[number]

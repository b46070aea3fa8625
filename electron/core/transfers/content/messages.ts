import type { Reason } from './reasons.ts'

/**
 * The content protocol: what the two movers of a transfer say to each other inside the frames of a
 * lane. A frame holds messages one after the other; `data` has a frame of its own, so that its
 * bytes are never copied. At the start of every epoch both say hello, the receiver answers for all
 * entries it knows of this listing, and the sender goes on from there: a change of lane, a network
 * that was lost and a restart are the same thing.
 */

export interface Entry {
  readonly kind: 'file' | 'folder'
  /** The number of the folder it lies in, or null at the top. */
  readonly parent: number | null
  readonly name: string
  readonly size: number
  readonly mtimeMs: number
  readonly mode: number
}

/** What the receiver wants of an entry. */
export type Wish =
  /** All of it, or what comes after so many bytes. */
  | { readonly kind: 'from'; readonly offset: number }
  /** Nothing: it is there and durable; the hash of a folder is all zeros. */
  | { readonly kind: 'have'; readonly hash: Uint8Array }
  /** Its hash first: a file of this name and size is there already. */
  | { readonly kind: 'probe' }
  /** Nothing, ever. */
  | { readonly kind: 'refused'; readonly reason: Reason }

export interface Range {
  readonly first: number
  readonly count: number
}

export type HoldReason = 'person' | 'diskFull' | 'destinationGone'

/** Bytes on their way: as they are, or deflated to fewer. */
export interface Body {
  readonly deflated: boolean
  /** Length once unpacked. */
  readonly length: number
  readonly bytes: readonly Uint8Array[]
}

export type SenderMessage =
  /** A listing has an id, because another walk may number the same tree differently. */
  | { readonly kind: 'hello'; readonly listing: string }
  | { readonly kind: 'entries'; readonly first: number; readonly entries: readonly Entry[] }
  /** There are no more entries than these. */
  | { readonly kind: 'listed'; readonly entries: number }
  | {
      readonly kind: 'whole'
      readonly index: number
      readonly hash: Uint8Array
      readonly body: Body
    }
  | { readonly kind: 'data'; readonly index: number; readonly offset: number; readonly body: Body }
  /** All bytes asked for were sent; the hash is of the whole file. */
  | { readonly kind: 'end'; readonly index: number; readonly hash: Uint8Array }
  | { readonly kind: 'probe'; readonly index: number; readonly hash: Uint8Array }
  /** It changed: what was sent is void, and it comes again like this. */
  | {
      readonly kind: 'restart'
      readonly index: number
      readonly size: number
      readonly mtimeMs: number
      readonly mode: number
    }
  | { readonly kind: 'failed'; readonly index: number; readonly reason: Reason }
  /** One hash for each piece of `sumChunkBytes`, from the given piece on. */
  | {
      readonly kind: 'sums'
      readonly index: number
      readonly first: number
      readonly sums: Uint8Array
    }
  | { readonly kind: 'hold'; readonly reason: HoldReason | null }
  | { readonly kind: 'farewell' }

export type ReceiverMessage =
  /** How many entries of this listing are known; the sender goes on listing behind them. */
  | { readonly kind: 'welcome'; readonly known: number }
  | { readonly kind: 'wish'; readonly range: Range; readonly wish: Wish }
  | { readonly kind: 'landed'; readonly ranges: readonly Range[] }
  /** So much of a file that is still on its way would be there after a crash. */
  | { readonly kind: 'kept'; readonly index: number; readonly bytes: number }
  | { readonly kind: 'refuse'; readonly index: number; readonly reason: Reason }
  /** Its hash was wrong: tell the hashes of its pieces. */
  | { readonly kind: 'sums?'; readonly index: number }
  | {
      readonly kind: 'again'
      readonly index: number
      readonly offset: number
      readonly length: number
    }
  | { readonly kind: 'hold'; readonly reason: HoldReason | null }
  /** Every entry of the listing has landed or failed. */
  | { readonly kind: 'settled' }

import { hashBytes } from './blake3.ts'
import { Draft } from './cursor.ts'
import type { Entry, ReceiverMessage, SenderMessage, Wish } from './messages.ts'
import { reasons } from './reasons.ts'

/** The numbers of messages; those of the receiver begin behind those of the sender. */
export const senderCodes = {
  hello: 1,
  entries: 2,
  listed: 3,
  whole: 4,
  data: 5,
  end: 6,
  probe: 7,
  restart: 8,
  failed: 9,
  sums: 10,
  hold: 11,
  farewell: 12,
} as const satisfies Record<SenderMessage['kind'], number>

export const receiverCodes = {
  welcome: 33,
  wish: 34,
  landed: 35,
  refuse: 36,
  'sums?': 37,
  again: 38,
  hold: 39,
  settled: 40,
  kept: 41,
} as const satisfies Record<ReceiverMessage['kind'], number>

export const wishes = [
  'from',
  'have',
  'probe',
  'refused',
] as const satisfies readonly Wish['kind'][]
export const holds = [null, 'person', 'diskFull', 'destinationGone'] as const
/** Nothing lies above the top. */
export const noParent = 0xffff_ffff
export const listingBytes = 16

/** Everything but `whole` and `data`, whose bytes are not copied into a message. */
type SmallSenderMessage = Exclude<SenderMessage, { kind: 'whole' | 'data' }>

export function encodeSender(message: SmallSenderMessage): Uint8Array {
  const draft = new Draft().u8(senderCodes[message.kind])
  switch (message.kind) {
    case 'hello':
      draft.bytes(Buffer.from(message.listing, 'hex'))
      break
    case 'entries':
      draft.u32(message.first).u16(message.entries.length)
      for (const entry of message.entries) writeEntry(draft, entry)
      break
    case 'listed':
      draft.u32(message.entries)
      break
    case 'end':
    case 'probe':
      draft.u32(message.index).bytes(message.hash)
      break
    case 'restart':
      draft.u32(message.index).u53(message.size).time(message.mtimeMs).u16(message.mode)
      break
    case 'failed':
      draft.u32(message.index).u8(reasons.indexOf(message.reason))
      break
    case 'sums':
      draft.u32(message.index).u32(message.first)
      draft.u16(message.sums.length / hashBytes).bytes(message.sums)
      break
    case 'hold':
      draft.u8(holds.indexOf(message.reason))
      break
    case 'farewell':
      break
  }
  return draft.take()
}

function writeEntry(draft: Draft, entry: Entry): void {
  draft.u8(entry.kind === 'folder' ? 1 : 0).u32(entry.parent ?? noParent)
  draft.text(entry.name).u53(entry.size).time(entry.mtimeMs).u16(entry.mode)
}

/** What stands before the bytes of a `data` frame. */
export function dataHead(
  index: number,
  offset: number,
  body: { readonly deflated: boolean; readonly length: number },
): Uint8Array {
  const draft = new Draft(dataHeadBytes).u8(senderCodes.data).u32(index).u53(offset)
  return draft
    .u8(body.deflated ? 1 : 0)
    .u32(body.length)
    .take()
}

const dataHeadBytes = 18

/** What stands before the bytes of a `whole` message: always as many bytes. */
export function wholeHead(
  index: number,
  hash: Uint8Array,
  body: { readonly deflated: boolean; readonly length: number; readonly packedLength: number },
): Uint8Array {
  const draft = new Draft(wholeHeadBytes).u8(senderCodes.whole).u32(index).bytes(hash)
  return draft
    .u8(body.deflated ? 1 : 0)
    .u32(body.length)
    .u32(body.packedLength)
    .take()
}

export const wholeHeadBytes = 46

export function encodeReceiver(message: ReceiverMessage): Uint8Array {
  const draft = new Draft().u8(receiverCodes[message.kind])
  switch (message.kind) {
    case 'welcome':
      draft.u32(message.known)
      break
    case 'wish':
      draft.u32(message.range.first).u32(message.range.count)
      writeWish(draft, message.wish)
      break
    case 'landed':
      draft.u16(message.ranges.length)
      for (const { first, count } of message.ranges) draft.u32(first).u32(count)
      break
    case 'refuse':
      draft.u32(message.index).u8(reasons.indexOf(message.reason))
      break
    case 'kept':
      draft.u32(message.index).u53(message.bytes)
      break
    case 'sums?':
      draft.u32(message.index)
      break
    case 'again':
      draft.u32(message.index).u53(message.offset).u53(message.length)
      break
    case 'hold':
      draft.u8(holds.indexOf(message.reason))
      break
    case 'settled':
      break
  }
  return draft.take()
}

function writeWish(draft: Draft, wish: Wish): void {
  draft.u8(wishes.indexOf(wish.kind))
  if (wish.kind === 'from') draft.u53(wish.offset)
  if (wish.kind === 'have') draft.bytes(wish.hash)
  if (wish.kind === 'refused') draft.u8(reasons.indexOf(wish.reason))
}

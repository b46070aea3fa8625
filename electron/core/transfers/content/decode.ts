import { Cursor, malformed } from './cursor.ts'
import { hashBytes } from './blake3.ts'
import { holds, listingBytes, noParent, receiverCodes, senderCodes, wishes } from './encode.ts'
import {
  maxChunkBytes,
  maxEntries,
  maxEntriesPerBatch,
  maxNameBytes,
  maxSumsPerBatch,
  smallFileBytes,
} from './limits.ts'
import type {
  Body,
  Entry,
  HoldReason,
  Range,
  ReceiverMessage,
  SenderMessage,
  Wish,
} from './messages.ts'
import { reasons, type Reason } from './reasons.ts'
import { joined, lengthOf, slice, type Parts } from '../lanes/parts.ts'
import { reclaim } from '../lanes/reclaim.ts'

/**
 * Frames into messages. A frame is read to its end before any of it is acted upon, and whatever is
 * not exactly a message throws `frame.malformed`, which ends the lane.
 */
export function decodeSender(frame: Parts): SenderMessage[] {
  const [head] = frame
  if (head?.[0] === senderCodes.data) return [readData(new Cursor(head), frame)]
  return readAll(frame, readSender)
}

export function decodeReceiver(frame: Parts): ReceiverMessage[] {
  return readAll(frame, readReceiver)
}

function readAll<Message>(frame: Parts, read: (cursor: Cursor) => Message): Message[] {
  const bytes = joined(frame)
  if (frame.length > 1) reclaim(frame)
  const cursor = new Cursor(bytes)
  const messages: Message[] = []
  while (cursor.left > 0) messages.push(read(cursor))
  return messages
}

function readData(cursor: Cursor, frame: Parts): SenderMessage {
  const total = cursor.left
  cursor.u8()
  const index = readIndex(cursor)
  const offset = cursor.u53()
  const deflated = readFlag(cursor)
  const length = cursor.atMost(cursor.u32(), maxChunkBytes)
  const bytes = slice(frame, total - cursor.left)
  return { kind: 'data', index, offset, body: bodyOf(deflated, length, bytes) }
}

/** Deflated bytes are fewer than what they stand for, others exactly as many; there are some. */
function bodyOf(deflated: boolean, length: number, bytes: Parts): Body {
  const packed = lengthOf(bytes)
  if (deflated ? packed >= length : packed !== length) malformed()
  return { deflated, length, bytes }
}

function readSender(cursor: Cursor): SenderMessage {
  switch (cursor.u8()) {
    case senderCodes.hello:
      return { kind: 'hello', listing: Buffer.from(cursor.bytes(listingBytes)).toString('hex') }
    case senderCodes.entries:
      return { kind: 'entries', first: readIndex(cursor), entries: readEntries(cursor) }
    case senderCodes.listed:
      return { kind: 'listed', entries: cursor.atMost(cursor.u32(), maxEntries) }
    case senderCodes.whole:
      return readWhole(cursor)
    case senderCodes.end:
      return { kind: 'end', index: readIndex(cursor), hash: cursor.copy(hashBytes) }
    case senderCodes.probe:
      return { kind: 'probe', index: readIndex(cursor), hash: cursor.copy(hashBytes) }
    case senderCodes.restart:
      return {
        kind: 'restart',
        index: readIndex(cursor),
        size: cursor.u53(),
        mtimeMs: cursor.time(),
        mode: cursor.u16(),
      }
    case senderCodes.failed:
      return { kind: 'failed', index: readIndex(cursor), reason: readReason(cursor) }
    case senderCodes.sums:
      return readSums(cursor)
    case senderCodes.hold:
      return { kind: 'hold', reason: readHold(cursor) }
    case senderCodes.farewell:
      return { kind: 'farewell' }
    default:
      return malformed()
  }
}

function readWhole(cursor: Cursor): SenderMessage {
  const index = readIndex(cursor)
  const hash = cursor.copy(hashBytes)
  const deflated = readFlag(cursor)
  const length = cursor.atMost(cursor.u32(), smallFileBytes)
  const bytes = [cursor.bytes(cursor.atMost(cursor.u32(), length))]
  return { kind: 'whole', index, hash, body: bodyOf(deflated, length, bytes) }
}

function readSums(cursor: Cursor): SenderMessage {
  const index = readIndex(cursor)
  const first = cursor.u32()
  const count = cursor.atMost(cursor.u16(), maxSumsPerBatch)
  return { kind: 'sums', index, first, sums: cursor.copy(count * hashBytes) }
}

function readEntries(cursor: Cursor): Entry[] {
  const count = cursor.atMost(cursor.u16(), maxEntriesPerBatch)
  const entries: Entry[] = []
  while (entries.length < count) {
    const kind = readFlag(cursor) ? 'folder' : 'file'
    const parent = cursor.u32()
    entries.push({
      kind,
      parent: parent === noParent ? null : cursor.atMost(parent, maxEntries),
      name: cursor.text(maxNameBytes),
      size: cursor.u53(),
      mtimeMs: cursor.time(),
      mode: cursor.u16(),
    })
  }
  return entries
}

function readReceiver(cursor: Cursor): ReceiverMessage {
  switch (cursor.u8()) {
    case receiverCodes.welcome:
      return { kind: 'welcome', known: cursor.atMost(cursor.u32(), maxEntries) }
    case receiverCodes.wish:
      return { kind: 'wish', range: readRange(cursor), wish: readWish(cursor) }
    case receiverCodes.landed: {
      const ranges: Range[] = []
      for (let left = cursor.u16(); left > 0; left--) ranges.push(readRange(cursor))
      return { kind: 'landed', ranges }
    }
    case receiverCodes.refuse:
      return { kind: 'refuse', index: readIndex(cursor), reason: readReason(cursor) }
    case receiverCodes['sums?']:
      return { kind: 'sums?', index: readIndex(cursor) }
    case receiverCodes.again:
      return { kind: 'again', index: readIndex(cursor), offset: cursor.u53(), length: cursor.u53() }
    case receiverCodes.hold:
      return { kind: 'hold', reason: readHold(cursor) }
    case receiverCodes.kept:
      return { kind: 'kept', index: readIndex(cursor), bytes: cursor.u53() }
    case receiverCodes.settled:
      return { kind: 'settled' }
    default:
      return malformed()
  }
}

function readRange(cursor: Cursor): Range {
  const first = readIndex(cursor)
  const count = cursor.atMost(cursor.u32(), maxEntries - first)
  return { first, count }
}

function readWish(cursor: Cursor): Wish {
  const kind = wishes[cursor.u8()] ?? malformed()
  if (kind === 'from') return { kind, offset: cursor.u53() }
  if (kind === 'have') return { kind, hash: cursor.copy(hashBytes) }
  return kind === 'probe' ? { kind } : { kind, reason: readReason(cursor) }
}

function readIndex(cursor: Cursor): number {
  return cursor.atMost(cursor.u32(), maxEntries - 1)
}

function readFlag(cursor: Cursor): boolean {
  return cursor.atMost(cursor.u8(), 1) === 1
}

function readReason(cursor: Cursor): Reason {
  return reasons[cursor.u8()] ?? malformed()
}

function readHold(cursor: Cursor): HoldReason | null {
  const hold = holds[cursor.u8()]
  return hold === undefined ? malformed() : hold
}

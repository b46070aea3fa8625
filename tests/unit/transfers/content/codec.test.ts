import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Fault } from '#shared/faults.ts'
import { pack, unpack } from '#core/transfers/content/compress.ts'
import { decodeReceiver, decodeSender } from '#core/transfers/content/decode.ts'
import {
  dataHead,
  encodeReceiver,
  encodeSender,
  wholeHead,
} from '#core/transfers/content/encode.ts'
import { maxChunkBytes, maxEntries, smallFileBytes } from '#core/transfers/content/limits.ts'
import type { ReceiverMessage } from '#core/transfers/content/messages.ts'
import { reasons } from '#core/transfers/content/reasons.ts'

const index = fc.nat(maxEntries - 1)
const size = fc.maxSafeNat()
const hash = fc.uint8Array({ minLength: 32, maxLength: 32 })
const time = fc.double({ min: -8.64e15, max: 8.64e15, noNaN: true })
const mode = fc.nat(0o777)
const reason = fc.constantFrom(...reasons)
const hold = fc.record({
  kind: fc.constant('hold' as const),
  reason: fc.constantFrom(null, 'person' as const, 'diskFull' as const, 'destinationGone' as const),
})
const is = <Kind extends string>(kind: Kind) => fc.constant(kind)

const entry = fc.record({
  kind: fc.constantFrom('file' as const, 'folder' as const),
  parent: fc.option(index),
  name: fc.string({ unit: 'grapheme', maxLength: 60 }),
  size,
  mtimeMs: time,
  mode,
})

type SmallSenderMessage = Parameters<typeof encodeSender>[0]
const senderMessage: fc.Arbitrary<SmallSenderMessage> = fc.oneof(
  fc.record({ kind: is('hello'), listing: fc.constantFrom('00'.repeat(16), 'fe'.repeat(16)) }),
  fc.record({ kind: is('entries'), first: index, entries: fc.array(entry, { maxLength: 20 }) }),
  fc.record({ kind: is('listed'), entries: index }),
  fc.record({ kind: is('end'), index, hash }),
  fc.record({ kind: is('probe'), index, hash }),
  fc.record({ kind: is('restart'), index, size, mtimeMs: time, mode }),
  fc.record({ kind: is('failed'), index, reason }),
  fc.record({
    kind: is('sums'),
    index,
    first: fc.nat(2 ** 32 - 1),
    sums: fc.array(hash, { maxLength: 5 }).map((sums) => Uint8Array.from(Buffer.concat(sums))),
  }),
  hold,
  fc.record({ kind: is('farewell') }),
)

const half = fc.nat(maxEntries / 2)
const range = fc.record({ first: half, count: half })

const receiverMessage: fc.Arbitrary<ReceiverMessage> = fc.oneof(
  fc.record({ kind: is('welcome'), known: index }),
  fc.record({
    kind: is('wish'),
    range,
    wish: fc.oneof(
      fc.record({ kind: is('from'), offset: size }),
      fc.record({ kind: is('have'), hash }),
      fc.record({ kind: is('probe') }),
      fc.record({ kind: is('refused'), reason }),
    ),
  }),
  fc.record({ kind: is('landed'), ranges: fc.array(range, { maxLength: 20 }) }),
  fc.record({ kind: is('refuse'), index, reason }),
  fc.record({ kind: is('sums?'), index }),
  fc.record({ kind: is('again'), index, offset: size, length: size }),
  hold,
  fc.record({ kind: is('settled') }),
)

test('every message comes out as it went in, many to a frame', () => {
  fc.assert(
    fc.property(fc.array(senderMessage, { maxLength: 8 }), (messages) => {
      const frame = Buffer.concat(messages.map((message) => encodeSender(message)))
      expect(decodeSender([frame])).toEqual(messages)
    }),
  )
  fc.assert(
    fc.property(fc.array(receiverMessage, { maxLength: 8 }), (messages) => {
      const frame = Buffer.concat(messages.map((message) => encodeReceiver(message)))
      expect(decodeReceiver([frame])).toEqual(messages)
    }),
  )
})

test('bytes of a chunk come out in the pieces they came in', () => {
  const bytes = randomBytes(300_000)
  const head = dataHead(7, 2 ** 40, { deflated: false, length: bytes.length })
  const first = Buffer.concat([head, bytes.subarray(0, 20_000)])
  const [message] = decodeSender([first, bytes.subarray(20_000)])
  expect(message).toMatchObject({ kind: 'data', index: 7, offset: 2 ** 40 })
  const body = message?.kind === 'data' ? message.body : null
  expect(body?.bytes).toHaveLength(2)
  expect(Buffer.concat(body?.bytes ?? []).equals(bytes)).toBe(true)
})

test('safety 8: whatever comes, it is a message or malformed', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 400 }),
    fc.tuple(senderMessage, fc.nat(400)).map(([message, at]) => encodeSender(message).slice(0, at)),
    fc.tuple(senderMessage, fc.nat(400), fc.nat(255)).map(([message, at, value]) => {
      const bytes = encodeSender(message).slice()
      bytes[at % bytes.length] = value
      return bytes
    }),
    fc
      .tuple(fc.constantFrom(2, 4, 5, 10, 34, 35), fc.uint8Array({ maxLength: 60 }))
      .map(([code, rest]) => Uint8Array.from([code, ...rest])),
  )
  fc.assert(
    fc.property(bytes, (frame) => {
      for (const decode of [decodeSender, decodeReceiver]) {
        try {
          decode([frame])
        } catch (error) {
          expect(error).toBeInstanceOf(Fault)
          expect(error).toMatchObject({ code: 'frame.malformed' })
        }
      }
    }),
    { numRuns: 2_000 },
  )
})

const refused: Record<string, Uint8Array> = {
  'a number of a file beyond all limits': encodeSender({
    kind: 'failed',
    index: maxEntries,
    reason: 'link',
  }),
  'more entries than all limits': encodeSender({ kind: 'listed', entries: 2 ** 31 }),
  'a size no number holds': Buffer.from(
    encodeSender({ kind: 'restart', index: 0, size: 0, mtimeMs: 0, mode: 0 }),
  ).fill(255, 5, 13),
  'a time that is none': encodeSender({
    kind: 'restart',
    index: 0,
    size: 0,
    mtimeMs: Number.NaN,
    mode: 0,
  }),
  'more sums than there are bytes': encodeSender({
    kind: 'sums',
    index: 0,
    first: 0,
    sums: new Uint8Array(64),
  }).slice(0, -1),
  'a chunk that is too large': dataHead(0, 0, { deflated: true, length: maxChunkBytes + 1 }),
  'a chunk of another length': dataHead(0, 0, { deflated: false, length: 1 }),
  'a small file that is not small': wholeHead(0, new Uint8Array(32), {
    deflated: true,
    length: smallFileBytes + 1,
    packedLength: 0,
  }),
  'a name that is no text': Buffer.from(
    encodeSender({
      kind: 'entries',
      first: 0,
      entries: [{ kind: 'file', parent: null, name: 'a', size: 0, mtimeMs: 0, mode: 0 }],
    }),
  ).fill(255, 14, 15),
}

test.each(Object.entries(refused))('safety 8: %s is refused', (_, frame) => {
  expect(() => decodeSender([frame])).toThrow(new Fault('frame.malformed'))
})

test('safety 8: what unpacks to more or less than was declared is refused', () => {
  const zeros = pack(new Uint8Array(200_000))
  expect(zeros.deflated).toBe(true)
  expect(Buffer.concat(unpack(zeros)).equals(new Uint8Array(200_000))).toBe(true)
  for (const length of [199_999, 200_001]) {
    expect(() => unpack({ ...zeros, length })).toThrow(new Fault('frame.malformed'))
  }
  const garbage = { deflated: true, length: 100, bytes: [randomBytes(50)] }
  expect(() => unpack(garbage)).toThrow(new Fault('frame.malformed'))
})

test('bytes that do not shrink go as they are', () => {
  const bytes = randomBytes(1_000)
  expect(pack(bytes)).toEqual({ deflated: false, length: 1_000, bytes: [bytes] })
})

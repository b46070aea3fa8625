import { describe, expect, test } from 'vitest'
import { blake3Of } from '#core/transfers/content/blake3.ts'
import { unpack } from '#core/transfers/content/compress.ts'
import { decodeReceiver, decodeSender } from '#core/transfers/content/decode.ts'
import {
  dataHead,
  encodeReceiver,
  encodeSender,
  receiverCodes,
  senderCodes,
  wholeHead,
} from '#core/transfers/content/encode.ts'
import type { ReceiverMessage, SenderMessage } from '#core/transfers/content/messages.ts'
import { fromHex, toHex } from '../support/bytes.ts'
import vectors from './content-1.json' with { type: 'json' }

/** Bytes in hexadecimal, and a body in one piece beside the other fields: as the vectors are written. */
function written(message: SenderMessage | ReceiverMessage): unknown {
  if (message.kind !== 'whole' && message.kind !== 'data') return plainly(message)
  const { body, ...fields } = message
  const content = toHex(Buffer.concat(unpack(body)))
  return plainly({ ...fields, ...body, bytes: Buffer.concat(body.bytes), content })
}

function plainly(value: object): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, field: unknown) =>
      isBuffer(field)
        ? toHex(Buffer.from(field.data))
        : field instanceof Uint8Array
          ? toHex(field)
          : field,
    ),
  )
}

function isBuffer(field: unknown): field is { readonly data: number[] } {
  return typeof field === 'object' && field !== null && 'data' in field && Array.isArray(field.data)
}

function encodedAgain(message: SenderMessage): Uint8Array {
  if (message.kind === 'whole') {
    const { index, hash, body } = message
    const bytes = Buffer.concat(body.bytes)
    const head = wholeHead(index, hash, { ...body, packedLength: bytes.length })
    return Buffer.concat([head, bytes])
  }
  if (message.kind === 'data') {
    const { index, offset, body } = message
    return Buffer.concat([dataHead(index, offset, body), ...body.bytes])
  }
  return encodeSender(message)
}

function kindsOf(examples: readonly { readonly message: { readonly kind: string } }[]) {
  return new Set(examples.map(({ message }) => message.kind))
}

describe('the content protocol, version 1', () => {
  test('there is an example of every kind', () => {
    expect(kindsOf(vectors.sender)).toEqual(new Set(Object.keys(senderCodes)))
    expect(kindsOf(vectors.receiver)).toEqual(new Set(Object.keys(receiverCodes)))
  })

  test.each(vectors.sender)('sender: $message.kind $bytes', ({ message, bytes }) => {
    const [read, ...more] = decodeSender([fromHex(bytes)])
    if (!read) throw new Error('no message')
    expect(more).toEqual([])
    expect(written(read)).toEqual(message)
    expect(toHex(encodedAgain(read))).toBe(bytes)
  })

  test.each(vectors.receiver)('receiver: $message.kind $bytes', ({ message, bytes }) => {
    const [read, ...more] = decodeReceiver([fromHex(bytes)])
    if (!read) throw new Error('no message')
    expect(more).toEqual([])
    expect(written(read)).toEqual(message)
    expect(toHex(encodeReceiver(read))).toBe(bytes)
  })

  test('many small messages in one frame, and the hash of what is in them', () => {
    const read = decodeSender([fromHex(vectors.pack.bytes)])
    expect(read.map(({ kind }) => kind)).toEqual(vectors.pack.kinds)
    for (const message of read) {
      if (message.kind !== 'whole') continue
      const content = Buffer.concat(unpack(message.body))
      expect(toHex(blake3Of(content))).toBe(toHex(message.hash))
    }
  })
})

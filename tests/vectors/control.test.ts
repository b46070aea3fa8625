import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { deviceDocumentSchema, deviceStatusSchema } from '#shared/devices.ts'
import { isDeviceId } from '#shared/ids.ts'
import { decoded, encoded } from '#core/messages/envelope.ts'
import { signedSchema, verified } from '#core/messages/signed.ts'
import { decodeProbe, encodeProbe } from '#core/probe/messages.ts'
import { decodeControl, encodeControl } from '#core/transfers/control.ts'
import { fromHex, toHex } from '../support/bytes.ts'
import vectors from './control-1.json' with { type: 'json' }

/** Of a kind of message, in the order of its first example. */
function typesOf(examples: readonly { readonly message: { readonly type: string } }[]): string[] {
  return [...new Set(examples.map(({ message }) => message.type))]
}

function bodyOf(kind: string) {
  const envelopes = vectors.message.examples.map(({ bytes }) => decoded(fromHex(bytes)))
  const found = envelopes.find((envelope) => envelope.type === 'message' && envelope.kind === kind)
  return found?.type === 'message' ? signedSchema.parse(found.body) : null
}

describe('what sessions say in JSON, version 1', () => {
  test('there is an example of every type', () => {
    expect(typesOf(vectors.transfer)).toEqual(
      'offer offered counts asking accepted lane lost hold go trouble ended again receipts? receipts'.split(' '),
    )
    expect(typesOf(vectors.probe)).toEqual(['ask', 'doors', 'refused'])
    expect(typesOf(vectors.message.examples)).toEqual(['message', 'answer'])
  })

  test.each(vectors.transfer)('transfers: $message.type', ({ message, bytes }) => {
    const read = decodeControl(fromHex(bytes))
    expect(read).toEqual(message)
    expect(toHex(encodeControl(read))).toBe(bytes)
  })

  test.each(vectors.probe)('probes: $message.type', ({ message, bytes }) => {
    const read = decodeProbe(fromHex(bytes))
    expect(read).toEqual(message)
    expect(toHex(encodeProbe(read))).toBe(bytes)
  })

  test.each(vectors.message.examples)('messages: $message.type', ({ message, bytes }) => {
    const read = decoded(fromHex(bytes))
    expect(read).toEqual(message)
    expect(toHex(encoded(read))).toBe(bytes)
  })

  test('a signed document and a signed status', () => {
    const { from, document, status } = vectors.message
    const [one, other] = [bodyOf('device.document'), bodyOf('device.status')]
    if (!isDeviceId(from) || !one || !other) throw new Error('two signed bodies')
    const word = z.object({ document: deviceDocumentSchema, announcementKey: z.string() })
    const { later: _, ...known } = document
    expect(verified('gangway/document/1', from, one, word)).toEqual(known)
    expect(verified('gangway/status/1', from, other, deviceStatusSchema)).toEqual(status)
    expect(() => verified('gangway/status/1', from, one, word)).toThrow(
      expect.objectContaining({ code: 'frame.malformed' }),
    )
  })
})

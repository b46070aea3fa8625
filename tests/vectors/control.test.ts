import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { deviceDocumentSchema, deviceStatusSchema } from '#shared/devices.ts'
import { isDeviceId } from '#shared/ids.ts'
import { decoded, encoded } from '#core/messages/envelope.ts'
import { signedSchema, verified } from '#core/messages/signed.ts'
import { decodeProbe, encodeProbe } from '#core/probe/messages.ts'
import { decodeControl, encodeControl, type Control } from '#core/transfers/control.ts'
import { fromHex, toHex } from '../support/bytes.ts'
import vectors from './control-1.json' with { type: 'json' }

/** Every type there is, or this does not compile. */
const fromWhom = {
  offer: 'sender',
  offered: 'sender',
  counts: 'sender',
  asking: 'receiver',
  accepted: 'receiver',
  lane: 'both',
  lost: 'both',
  hold: 'both',
  go: 'both',
  trouble: 'receiver',
  ended: 'both',
  again: 'receiver',
  'receipts?': 'sender',
  receipts: 'receiver',
} as const satisfies Record<Control['type'], string>

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
    expect(new Set(typesOf(vectors.transfer))).toEqual(new Set(Object.keys(fromWhom)))
    expect(typesOf(vectors.probe)).toEqual(['ask', 'doors', 'refused'])
    expect(typesOf(vectors.message.examples)).toEqual(['message', 'answer'])
  })

  test.each(vectors.transfer)('transfers: $message.type', ({ from, message, bytes }) => {
    const read = decodeControl(fromHex(bytes))
    expect(read).toEqual(message)
    expect(toHex(encodeControl(read))).toBe(bytes)
    expect([from, 'both']).toContain(fromWhom[read.type])
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

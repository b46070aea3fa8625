import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { decodeMessage, encodeMessage } from '#core/wire/messages.ts'

const schema = z.strictObject({ kind: z.literal('greeting'), text: z.string(), count: z.number() })
const malformed = expect.objectContaining({ code: 'frame.malformed' })

describe('messages', () => {
  it('come out as they went in', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer(), (text, count) => {
        const message = { kind: 'greeting' as const, text, count }
        expect(decodeMessage(schema, encodeMessage(message))).toEqual(message)
      }),
    )
  })

  it.each([
    ['nothing', ''],
    ['no JSON', '{"kind":'],
    ['another shape', '{"kind":"greeting"}'],
    ['more than agreed', '{"kind":"greeting","text":"","count":1,"more":1}'],
    ['a poisoned prototype', '{"__proto__":{},"kind":"greeting","text":"","count":1}'],
  ])('safety 8: %s is malformed', (_, text) => {
    expect(() => decodeMessage(schema, Buffer.from(text))).toThrow(malformed)
  })

  it('safety 8: bytes that are no text are malformed', () => {
    expect(() => decodeMessage(z.string(), Buffer.from([0x22, 0xff, 0x22]))).toThrow(malformed)
  })

  it('safety 8: garbage never passes for a message and never fails as a bug', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (garbage) => {
        expect(() => decodeMessage(schema, garbage)).toThrow(malformed)
      }),
    )
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { readMessage, writeMessage } from '#core/wire/messages.ts'
import type { ByteSource } from '#core/wire/bytes.ts'
import { FakeClock } from '../../support/fake-clock.ts'

const bounds = { maxBytes: 10_000, clock: new FakeClock(), deadlineMs: 1_000 }
const schema = z
  .object({ kind: z.literal('greeting'), text: z.string(), count: z.number() })
  .strict()

function pipe() {
  let waiting = Buffer.alloc(0)
  return {
    write: async (bytes: Uint8Array) => void (waiting = Buffer.concat([waiting, bytes])),
    read: async (max: number) => {
      if (waiting.length === 0) return null
      const piece = waiting.subarray(0, max)
      waiting = waiting.subarray(max)
      return piece
    },
  }
}

function frameOf(payload: Uint8Array): ByteSource {
  const source = pipe()
  const header = Buffer.alloc(4)
  header.writeUInt32BE(payload.length)
  void source.write(Buffer.concat([header, payload]))
  return source
}

describe('messages', () => {
  it('come out as they went in, then the end', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme' }), fc.integer(), async (text, count) => {
        const stream = pipe()
        const message = { kind: 'greeting' as const, text, count }
        await writeMessage(stream, schema, message, bounds)
        expect(await readMessage(stream, schema, bounds)).toEqual(message)
        expect(await readMessage(stream, schema, bounds)).toBeNull()
      }),
    )
  })

  it.each([
    ['nothing', ''],
    ['no JSON', '{"kind":'],
    ['another shape', '{"kind":"greeting"}'],
    ['more than agreed', '{"kind":"greeting","text":"","count":1,"more":1}'],
    ['a poisoned prototype', '{"__proto__":{},"kind":"greeting","text":"","count":1}'],
  ])('safety 8: %s is malformed', async (_, text) => {
    const source = frameOf(Buffer.from(text))
    await expect(readMessage(source, schema, bounds)).rejects.toMatchObject({
      code: 'frame.malformed',
    })
  })

  it('safety 8: bytes that are no text are malformed', async () => {
    const loose = z.string()
    const source = frameOf(Buffer.from([0x22, 0xff, 0x22]))
    await expect(readMessage(source, loose, bounds)).rejects.toMatchObject({
      code: 'frame.malformed',
    })
  })

  it('safety 8: garbage never passes for a message and never fails as a bug', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (garbage) => {
        await expect(readMessage(frameOf(garbage), schema, bounds)).rejects.toMatchObject({
          code: 'frame.malformed',
        })
      }),
    )
  })

  it('that do not fit their own schema are not sent', async () => {
    const stream = pipe()
    const wrong = { kind: 'greeting', text: 'x' } as unknown as z.input<typeof schema>
    await expect(writeMessage(stream, schema, wrong, bounds)).rejects.toBeInstanceOf(z.ZodError)
    expect(await stream.read(1)).toBeNull()
  })
})

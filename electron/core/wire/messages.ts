import type { z } from 'zod'
import { Fault } from '#shared/faults.ts'

/** What devices say to each other in words: JSON that fits its schema, one message to a frame. */
export function encodeMessage(message: object): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(message))
}

export function decodeMessage<Schema extends z.ZodType>(
  schema: Schema,
  bytes: Uint8Array,
): z.output<Schema> {
  try {
    return schema.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)))
  } catch (cause) {
    throw new Fault('frame.malformed', {}, { cause })
  }
}

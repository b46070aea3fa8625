import type { z } from 'zod'
import { Fault } from '#shared/faults.ts'
import type { ByteSink, ByteSource } from './bytes.ts'
import { readFrame, writeFrame, type FrameBounds, type ReadBounds } from './frames.ts'

/** A message is a frame of JSON that fits its schema. Null when the source ended before it. */
export async function readMessage<Schema extends z.ZodType>(
  source: ByteSource,
  schema: Schema,
  bounds: ReadBounds,
): Promise<z.output<Schema> | null> {
  const payload = await readFrame(source, bounds)
  return payload === null ? null : decoded(payload, schema)
}

/** The schema is asked on this side too: what does not fit is a bug here, not over there. */
export async function writeMessage<Schema extends z.ZodType>(
  sink: ByteSink,
  schema: Schema,
  message: z.input<Schema>,
  bounds: FrameBounds,
): Promise<void> {
  schema.parse(message)
  await writeFrame(sink, new TextEncoder().encode(JSON.stringify(message)), bounds)
}

function decoded<Schema extends z.ZodType>(payload: Uint8Array, schema: Schema): z.output<Schema> {
  try {
    return schema.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload)))
  } catch (cause) {
    throw new Fault('frame.malformed', {}, { cause })
  }
}

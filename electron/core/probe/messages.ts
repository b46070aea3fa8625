import { z } from 'zod'
import { doorsSchema } from '../transfers/control.ts'
import { decodeMessage, encodeMessage } from '../wire/messages.ts'

/** What one look may take, whoever asks for it. */
export const maxProbeBytes = 64 * 1024 * 1024
export const maxProbeMs = 5_000

const epoch = z
  .int()
  .min(1)
  .max(2 ** 32 - 1)

/** One JSON message to a frame of the session `gangway/probe/1`. */
const probeMessageSchema = z.discriminatedUnion('type', [
  /** Bytes that mean nothing are to come over a lane; the asking side begins the epoch. */
  z.strictObject({
    type: z.literal('ask'),
    epoch,
    bytes: z.int().min(1).max(maxProbeBytes),
    milliseconds: z.int().min(1).max(maxProbeMs),
    doors: doorsSchema,
  }),
  z.strictObject({ type: z.literal('doors'), epoch, doors: doorsSchema }),
  z.strictObject({ type: z.literal('refused'), epoch, code: z.string().max(64) }),
])
type ProbeMessage = z.infer<typeof probeMessageSchema>
export type Ask = Extract<ProbeMessage, { type: 'ask' }>

export function encodeProbe(message: ProbeMessage): Uint8Array {
  return encodeMessage(message)
}

export function decodeProbe(bytes: Uint8Array): ProbeMessage {
  return decodeMessage(probeMessageSchema, bytes)
}

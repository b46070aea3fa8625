import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { isFaultCode, type FaultCode } from '#shared/faults.ts'
import { decodeMessage, encodeMessage } from '../wire/messages.ts'

const messageIdSchema = z.string().regex(/^[0-9a-f]{32}$/)

/** What goes over the session of `gangway/message/1`, one to a frame, as JSON. */
const envelopeSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('message'),
    id: messageIdSchema,
    kind: z.string().regex(/^[a-z][a-z.-]{0,63}$/),
    /** Whether the sender waits for an answer, and sends again until it comes. */
    answer: z.boolean(),
    body: z.unknown(),
  }),
  z.strictObject({
    type: z.literal('answer'),
    id: messageIdSchema,
    /** Why it was not accepted. */
    fault: z.string().max(64).nullable(),
  }),
])
export type Envelope = z.infer<typeof envelopeSchema>
export type Message = Extract<Envelope, { type: 'message' }>

/** The code with which a message was turned down, or null when all is well. */
export type Outcome = FaultCode | null

export function newMessageId(): string {
  return randomBytes(16).toString('hex')
}

export function encoded(envelope: Envelope): Uint8Array {
  return encodeMessage(envelope)
}

export function decoded(bytes: Uint8Array): Envelope {
  return decodeMessage(envelopeSchema, bytes)
}

/** A newer Gangway may turn things down for reasons this one has no word for. */
export function outcomeOf(fault: string | null): Outcome {
  if (fault === null) return null
  return isFaultCode(fault) ? fault : 'message.refused'
}

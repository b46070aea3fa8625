import { z } from 'zod'
import { isFaultCode, type FaultCode } from '#shared/faults.ts'
import { deviceIdSchema, socketAddressSchema } from '#shared/model.ts'
import { decodeMessage, encodeMessage } from '../wire/messages.ts'
import { maxEntries, maxPathLength } from './content/limits.ts'
import { shownPath } from './content/shown-path.ts'
import { transferFileSchema, transferIdSchema, type TransferFile } from '#shared/transfers.ts'

/**
 * What two devices say to each other about transfers, one JSON message to a frame of the session
 * `gangway/transfer/1`. The device that sends files offers; each new session begins with its offers
 * of all that has not ended, and the receiving device answers with what is true there.
 */

const id = transferIdSchema
const count = z.int().min(0)
const codeSchema = z.string().max(64).nullable()

export const maxNames = 8
const maxNameLength = 255
const maxReceipts = 400
/** Receipts are packed up to this; a frame takes 64 KiB. */
const receiptBytes = 48_000

const countsSchema = {
  files: count,
  bytes: count,
  /** Whether the counts are final. */
  listed: z.boolean(),
}

export const maxDoorAddresses = 32
export const maxRelayLength = 256
const addresses = z.array(socketAddressSchema).max(maxDoorAddresses)

/** Where the mover of one side can be reached for one epoch. */
export const doorsSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('tcp'), addresses }),
  z.strictObject({
    kind: z.literal('quic'),
    id: deviceIdSchema,
    addresses,
    relay: z.string().max(maxRelayLength).nullable(),
  }),
])
export type Doors = z.infer<typeof doorsSchema>
export type WayKind = Doors['kind']

const controlSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('offer'),
    id,
    /** Grows with every retry. */
    attempt: count,
    names: z.array(z.string().max(maxNameLength)).max(maxNames),
    things: count,
    ...countsSchema,
    /** The person at the sending device holds it. */
    held: z.boolean(),
  }),
  /** All that was to be offered has been; what else the receiver waits for does not come. */
  z.strictObject({ type: z.literal('offered') }),
  z.strictObject({ type: z.literal('counts'), id, ...countsSchema }),
  /** The receiver asks its person. */
  z.strictObject({ type: z.literal('asking'), id }),
  z.strictObject({ type: z.literal('accepted'), id, held: z.boolean() }),
  /** A new epoch begins: the sender opens it, the receiver answers with its own doors. */
  z.strictObject({
    type: z.literal('lane'),
    id,
    epoch: z
      .int()
      .min(1)
      .max(2 ** 32 - 1),
    doors: doorsSchema,
  }),
  /** This epoch is over for this side. */
  z.strictObject({
    type: z.literal('lost'),
    id,
    epoch: z
      .int()
      .min(0)
      .max(2 ** 32 - 1),
  }),
  z.strictObject({ type: z.literal('hold'), id }),
  z.strictObject({ type: z.literal('go'), id }),
  /** The receiver has not enough room, or has again. */
  z.strictObject({ type: z.literal('trouble'), id, code: codeSchema }),
  z.strictObject({
    type: z.literal('ended'),
    id,
    attempt: count,
    outcome: z.enum(['done', 'failed', 'declined', 'cancelled']),
    code: codeSchema,
  }),
  /** The receiver wants what failed once more. */
  z.strictObject({ type: z.literal('again'), id }),
  z.strictObject({ type: z.literal('receipts?'), id, from: count }),
  z.strictObject({
    type: z.literal('receipts'),
    id,
    from: count.max(maxEntries),
    total: count.max(maxEntries),
    files: z
      .array(transferFileSchema.extend({ path: z.string().max(maxPathLength) }))
      .max(maxReceipts),
  }),
])
export type Control = z.infer<typeof controlSchema>
export type ControlOf<Type extends Control['type']> = Extract<Control, { type: Type }>

export function encodeControl(message: Control): Uint8Array {
  return encodeMessage(message)
}

export function decodeControl(bytes: Uint8Array): Control {
  return decodeMessage(controlSchema, bytes)
}

/** A newer Gangway may have reasons this one has no word for. */
export function codeOr(code: string | null, otherwise: FaultCode): FaultCode {
  return code !== null && isFaultCode(code) ? code : otherwise
}

/** As much of a name as an offer carries. */
export function shownName(name: string): string {
  return name.slice(0, maxNameLength)
}

/** As many of the files as one message takes, and at least one. */
export function receiptsThatFit(files: readonly TransferFile[]): TransferFile[] {
  const fitting: TransferFile[] = []
  let bytes = 0
  for (const whole of files.slice(0, maxReceipts)) {
    const file = { ...whole, path: shownPath(whole.path) }
    bytes += Buffer.byteLength(JSON.stringify(file))
    if (bytes > receiptBytes && fitting.length > 0) break
    fitting.push(file)
  }
  return fitting
}

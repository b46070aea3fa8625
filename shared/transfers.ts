import { z } from 'zod'
import { fileReasons } from './file-reasons.ts'
import { isTransferId } from './ids.ts'
import { conflictsSchema, deviceIdSchema, faultRecordSchema } from './model.ts'

/** Files on their way from one device to another, in the words people read. */

export const transferIdSchema = z.string().refine(isTransferId, 'not a transfer id')

export const laneKindSchema = z.enum(['tcp', 'quic', 'memory'])
export type LaneKind = z.infer<typeof laneKindSchema>

/** Who stopped a transfer for a while; with `reason` it goes on by itself when that is over. */
const pausedBySchema = z.enum(['me', 'peer', 'reason'])

/** Where a transfer stands, in the same words on both devices. */
export const transferStateSchema = z.discriminatedUnion('state', [
  /** Not offered yet: the other device is away. */
  z.object({ state: z.literal('queued') }),
  /** The other side, or the person here, has to say yes. */
  z.object({ state: z.literal('offered'), expiresAt: z.number().nullable() }),
  /** Somebody said yes, and its turn has not come yet. */
  z.object({ state: z.literal('accepted') }),
  z.object({ state: z.literal('moving') }),
  z.object({
    state: z.literal('paused'),
    by: pausedBySchema,
    fault: faultRecordSchema.nullable(),
  }),
  /** Every byte is there; the last files are being checked and put in place. */
  z.object({ state: z.literal('finishing') }),
  z.object({ state: z.literal('done') }),
  z.object({ state: z.literal('failed'), fault: faultRecordSchema }),
  z.object({ state: z.literal('declined'), fault: faultRecordSchema }),
  z.object({ state: z.literal('cancelled'), by: z.enum(['me', 'peer']) }),
])
export type TransferState = z.infer<typeof transferStateSchema>
export type TransferStateName = TransferState['state']

const countSchema = z.int().min(0)

/** A large file of which a part is on the other side by now. */
const fileUnderWaySchema = z.object({ path: z.string(), bytes: countSchema, size: countSchema })
export type FileUnderWay = z.infer<typeof fileUnderWaySchema>

export const transferSchema = z
  .object({
    id: transferIdSchema,
    direction: z.enum(['send', 'receive']),
    device: deviceIdSchema,
    /** What the device is called, or was when the transfer ended. */
    deviceName: z.string(),
    /** The first few of the things that were dropped; `things` counts them all. */
    names: z.array(z.string()),
    things: countSchema,
    /** What is sent are copies of ours, which go once it has arrived or is given up. */
    isCopy: z.boolean(),
    files: countSchema,
    doneFiles: countSchema,
    skippedFiles: countSchema,
    failedFiles: countSchema,
    bytes: countSchema,
    totalBytes: countSchema,
    /** A few of those that move now. */
    current: z.array(fileUnderWaySchema),
    /** Whether `files` and `totalBytes` are final; while listing they still grow. */
    listed: z.boolean(),
    lane: laneKindSchema.nullable(),
    /** Bytes a second over the last moments; 0 while nothing moves. */
    rate: z.number().min(0),
    etaSeconds: z.number().min(0).nullable(),
    /** Where files land; null on the sending side, and until it is decided. */
    folder: z.string().nullable(),
    /** Room on the volume of that folder when the offer came. */
    freeBytes: countSchema.nullable(),
    createdAt: z.number(),
    endedAt: z.number().nullable(),
    /** For how long bytes were moving. */
    seconds: z.number().min(0),
    /** Lower goes first. */
    order: z.number(),
  })
  .and(transferStateSchema)
export type Transfer = z.infer<typeof transferSchema>

/** What became of one file; `blake3` is its receipt, equal to what `b3sum` prints. */
export const transferFileSchema = z.object({
  path: z.string(),
  bytes: countSchema,
  state: z.enum(['landed', 'skipped', 'failed']),
  /** Why it was skipped or failed; null when it landed. */
  reason: z.enum(fileReasons).nullable(),
  blake3: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullable(),
})
export type TransferFile = z.infer<typeof transferFileSchema>

export const maxFilesPerPage = 500

export const transferActionSchema = z.strictObject({ id: transferIdSchema })

export const sendSchema = z.strictObject({
  to: deviceIdSchema,
  paths: z.array(z.string().min(1).max(4_096)).min(1).max(10_000),
})

/** The person's word on an offer. */
export const answerSchema = z.strictObject({
  id: transferIdSchema,
  accept: z.boolean(),
  folder: z.string().min(1).max(4_096).optional(),
  /** Both are kept unless it says otherwise. */
  conflicts: conflictsSchema.optional(),
  /** From now on offers of this device are accepted like this one. */
  always: z.boolean().optional(),
})
export type Answer = Omit<z.infer<typeof answerSchema>, 'id'>

export const filesPageSchema = z.strictObject({
  id: transferIdSchema,
  offset: countSchema,
  limit: z.int().min(1).max(maxFilesPerPage),
})

export const historyPageSchema = z.strictObject({
  search: z.string().max(256),
  offset: countSchema,
  limit: z.int().min(1).max(200),
})

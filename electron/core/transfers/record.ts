import { z } from 'zod'
import { conflictsSchema, deviceIdSchema, faultRecordSchema } from '#shared/model.ts'
import { laneKindSchema, transferIdSchema } from '#shared/transfers.ts'

/** As much of a phase as a restart keeps: what was moving is accepted, what was offered is queued. */
const keptPhaseSchema = z.discriminatedUnion('name', [
  z.object({ name: z.literal('queued') }),
  z.object({ name: z.literal('accepted') }),
  z.object({ name: z.literal('done') }),
  z.object({ name: z.literal('failed'), fault: faultRecordSchema }),
  z.object({ name: z.literal('declined'), fault: faultRecordSchema }),
  z.object({ name: z.literal('cancelled'), by: z.enum(['me', 'peer']) }),
])
export type KeptPhase = z.infer<typeof keptPhaseSchema>

const count = z.int().min(0)

const landedSchema = z.object({ bytes: count, files: count })

const consentSchema = z.object({
  /** What may land under it in all, however many attempts that takes; null where anything may. */
  maxBytes: count.nullable(),
  maxFiles: count.nullable().default(null),
  /** What had landed before it was given. */
  before: landedSchema.default({ bytes: 0, files: 0 }),
  /** The sender was still counting; what it comes to in the end is what was agreed to. */
  isOpen: z.boolean().default(false),
  /** More came than it covered: the next attempt is asked for. */
  isSpent: z.boolean().default(false),
})

/** A transfer as it is kept. */
export const transferRecordSchema = z.object({
  id: transferIdSchema,
  direction: z.enum(['send', 'receive']),
  device: deviceIdSchema,
  deviceName: z.string(),
  order: z.number(),
  createdAt: z.number(),
  endedAt: z.number().nullable(),
  phase: keptPhaseSchema,
  heldByMe: z.boolean(),
  /** Grows with every retry. */
  attempt: count,
  /** Whether the other device knows how it ended. */
  told: z.boolean(),
  names: z.array(z.string()),
  things: count,
  isCopy: z.boolean().default(false),
  files: count,
  totalBytes: count,
  listed: z.boolean(),
  /** Absolute paths on this computer; none on the receiving side. */
  sources: z.array(z.string()),
  /** Where it lands; null on the sending side. */
  folder: z.string().nullable(),
  conflicts: conflictsSchema.default('keepBoth'),
  /**
   * The yes of a person or of a rule of theirs, and to how much: more is not taken. It holds until
   * everything has landed, or somebody takes it back; without it nothing may land, whatever the
   * other side says about earlier attempts.
   */
  consent: consentSchema.nullable(),
  bytes: count,
  /** Over all attempts, every version of a file that came in several. */
  landed: landedSchema.default({ bytes: 0, files: 0 }),
  doneFiles: count,
  skippedFiles: count,
  failedFiles: count,
  /** How many files its ledger tells of. */
  reported: count,
  lane: laneKindSchema.nullable(),
  seconds: z.number().min(0),
})
export type TransferRecord = z.infer<typeof transferRecordSchema>

/** What is the same of every transfer at its beginning. */
export const nothingYet = {
  endedAt: null,
  phase: { name: 'queued' },
  heldByMe: false,
  told: true,
  isCopy: false,
  folder: null,
  conflicts: 'keepBoth',
  consent: null,
  bytes: 0,
  landed: { bytes: 0, files: 0 },
  doneFiles: 0,
  skippedFiles: 0,
  failedFiles: 0,
  reported: 0,
  lane: null,
  seconds: 0,
} as const satisfies Partial<TransferRecord>

import { z } from 'zod'
import { deviceDocumentSchema, deviceStatusSchema, trustSchema } from '#shared/devices.ts'
import {
  deviceIdSchema,
  deviceKindSchema,
  deviceNameSchema,
  socketAddressSchema,
} from '#shared/model.ts'

const keyLength = 32
const keySchema = z
  .base64()
  .refine((text) => Buffer.from(text, 'base64').length === keyLength, 'not a key')

/** What is kept of a device we are paired with, sealed in the store like everything else. */
export const deviceRecordSchema = z.object({
  id: deviceIdSchema,
  /** The pairing root key: proves each side to the other in every session. */
  root: keySchema,
  announcementKey: keySchema,
  /** What it called itself last, and what the person here calls it. */
  ownName: deviceNameSchema,
  alias: deviceNameSchema.nullable(),
  note: z.string().max(500),
  kind: deviceKindSchema,
  trust: trustSchema,
  pairedAt: z.number(),
  lastSeen: z.number().nullable(),
  addresses: z.array(socketAddressSchema).max(16),
  document: deviceDocumentSchema.nullable(),
  status: deviceStatusSchema.nullable(),
  /**
   * Set until the other side has shown that it holds the same root. A host gives up on its own when
   * that does not come; a joiner may be trusted there already, so it waits to be told.
   */
  unproved: z.enum(['host', 'joiner']).nullable(),
})
export type DeviceRecord = z.infer<typeof deviceRecordSchema>

import { z } from 'zod'
import type { DeviceId } from '#shared/ids.ts'
import { deviceDocumentSchema, deviceStatusSchema, trustSchema } from '#shared/devices.ts'
import {
  deviceIdSchema,
  deviceKindSchema,
  deviceNameSchema,
  socketAddressSchema,
  type DeviceKind,
} from '#shared/model.ts'

const keyLength = 32
const keySchema = z
  .base64()
  .refine((text) => Buffer.from(text, 'base64').length === keyLength, 'not a key')

/** Which side of the pairing this device was. */
const roleSchema = z.enum(['host', 'joiner'])
type Role = z.infer<typeof roleSchema>

const maxAddresses = 8

const renewalSchema = z.object({
  root: keySchema,
  announcementKey: keySchema,
  ownName: deviceNameSchema,
  kind: deviceKindSchema,
  role: roleSchema,
})
type Renewal = z.infer<typeof renewalSchema>

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
  unproved: roleSchema.nullable(),
  /**
   * A pairing anew that is not proved yet. Until it is, everything above stays in force, so that
   * nothing is lost when it is declined or breaks off.
   */
  renewal: renewalSchema.nullable().default(null),
})
export type DeviceRecord = z.infer<typeof deviceRecordSchema>

/** What a pairing brings. */
export interface NewDevice {
  readonly id: DeviceId
  readonly root: Uint8Array
  readonly announcementKey: Uint8Array
  readonly name: string
  readonly kind: DeviceKind
  readonly role: Role
  /** Where it says it is. */
  readonly addresses?: readonly string[]
}

export function recordOf(device: NewDevice, now: number): DeviceRecord {
  const { role, ...keys } = renewalOf(device)
  return {
    id: device.id,
    ...keys,
    alias: null,
    note: '',
    trust: 'known',
    pairedAt: now,
    lastSeen: now,
    addresses: [...(device.addresses ?? [])].slice(0, maxAddresses),
    document: null,
    status: null,
    unproved: role,
    renewal: null,
  }
}

export function renewalOf({ root, announcementKey, name, kind, role }: NewDevice): Renewal {
  return {
    root: Buffer.from(root).toString('base64'),
    announcementKey: Buffer.from(announcementKey).toString('base64'),
    ownName: name,
    kind,
    role,
  }
}

/** The pairing anew has been proved: from now on it counts, and the person's own words stay. */
export function renewed(record: DeviceRecord, now: number): DeviceRecord {
  if (!record.renewal) return record
  const { role: _, ...keys } = record.renewal
  return {
    ...record,
    ...keys,
    trust: record.trust === 'blocked' ? 'known' : record.trust,
    pairedAt: now,
    lastSeen: now,
    document: null,
    status: null,
    unproved: null,
    renewal: null,
  }
}

/** The newest first, each once. */
export function withAddresses(
  { addresses }: DeviceRecord,
  newer: readonly string[],
): DeviceRecord['addresses'] {
  return [...new Set([...newer, ...addresses])].slice(0, maxAddresses)
}

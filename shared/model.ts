import { z } from 'zod'
import { languageChoices } from './languages.ts'
import { isDeviceId } from './ids.ts'
import { isFaultCode, type FaultCode } from './faults.ts'

/** What both sides of the contract talk about. Types are inferred from the schemas: no twins. */

export const deviceIdSchema = z.string().refine(isDeviceId, 'not a device id')

/** A name people give a device: one visible line, no control or direction-changing characters. */
export const deviceNameSchema = z
  .string()
  .trim()
  .min(1)
  .max(64)
  .refine((name) => !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u.test(name), 'has invisible characters')

export const deviceKindSchema = z.enum(['laptop', 'desktop', 'server'])
export type DeviceKind = z.infer<typeof deviceKindSchema>

/** `ip:port`, IPv6 in brackets. */
export const socketAddressSchema = z
  .string()
  .max(64)
  .regex(/^(?:\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-fA-F:.]+(?:%[\w.-]+)?\]):\d{1,5}$/)

export const detailsSchema = z.record(z.string(), z.union([z.string(), z.number()]))

export const faultRecordSchema = z.object({
  code: z.custom<FaultCode>((value) => typeof value === 'string' && isFaultCode(value)),
  message: z.string(),
  details: detailsSchema,
})

/** Where the key of this device rests, said honestly. */
export const keyProtectionSchema = z.enum(['keychain', 'passphrase', 'key-file', 'unprotected'])
export type KeyProtection = z.infer<typeof keyProtectionSchema>

/** Bytes a second; null is no limit. */
const capSchema = z
  .int()
  .min(1_024)
  .max(2 ** 40)
  .nullable()

const capsSchema = z.object({
  all: capSchema,
  devices: z.record(deviceIdSchema, capSchema),
})

/** What happens where another file has the name already. Nothing is ever replaced. */
export const conflictsSchema = z.enum(['keepBoth', 'skip'])
export type Conflicts = z.infer<typeof conflictsSchema>

/** Offers of this device land without asking. */
const acceptRuleSchema = z.object({
  /** Null is the downloads folder. */
  folder: z.string().min(1).max(4_096).nullable(),
  /** What is larger is asked about. */
  maxBytes: z.int().min(0).nullable(),
  /** Both are kept unless it says otherwise. */
  conflicts: conflictsSchema.optional(),
})
export type AcceptRule = z.infer<typeof acceptRuleSchema>

export const settingsSchema = z.object({
  name: deviceNameSchema,
  /** What the screens speak, the window and its tray alike. */
  language: z.enum(languageChoices),
  /** The person has been shown around, or wanted none of it. */
  welcomed: z.boolean(),
  /** Announce id and name to everyone on the LAN; otherwise only paired devices recognise us. */
  visible: z.boolean(),
  /** No packet leaves the LAN: no relay, no address lookup. */
  lanOnly: z.boolean(),
  /** The router may be asked for a port while files go to a device elsewhere. */
  routerPort: z.boolean(),
  /** A relay of one's own in place of the public ones. */
  relay: z.url({ protocol: /^https?$/ }).nullable(),
  /** How often paired devices are told how this one is doing. */
  statusMinutes: z.int().min(1).max(60),
  /** Where files land unless a rule or a person says otherwise. */
  downloads: z.string().min(1).max(4_096),
  caps: capsSchema,
  /** Devices whose offers land without asking; those that are `trusted` need no rule. */
  acceptRules: z.record(deviceIdSchema, acceptRuleSchema),
})
export type Settings = z.infer<typeof settingsSchema>

/**
 * What is given changes and the rest stays, down to the single device: two windows that change caps
 * or rules of two devices do not undo each other. Null takes away what a device had.
 */
export const settingsChangeSchema = settingsSchema
  .extend({
    caps: capsSchema.partial(),
    acceptRules: z.record(deviceIdSchema, acceptRuleSchema.nullable()),
  })
  .partial()
  .strict()
export type SettingsChange = z.infer<typeof settingsChangeSchema>

export const endpointStateSchema = z.object({
  addresses: z.array(socketAddressSchema),
  relay: z.string().nullable(),
})
export type EndpointState = z.infer<typeof endpointStateSchema>

/** How this device can be reached, in the order people care about. */
export const reachSchema = z.enum(['relay', 'lan', 'offline'])
export type Reach = z.infer<typeof reachSchema>

/** What tells one private network from another, and nothing about its key. */
const privateNetworkSchema = z.object({
  fingerprint: z.string(),
  /** By the environment, for this run. */
  given: z.boolean(),
})
export type PrivateNetworkState = z.infer<typeof privateNetworkSchema>

export const thisDeviceSchema = z.object({
  id: deviceIdSchema,
  /** A few words of its key, for the person at another device to compare. */
  fingerprint: z.string(),
  kind: deviceKindSchema,
  os: z.string(),
  version: z.string(),
  settings: settingsSchema,
  endpoint: endpointStateSchema,
  reach: reachSchema,
  keyProtection: keyProtectionSchema,
  /** Null in the open, where every device may be. */
  privateNetwork: privateNetworkSchema.nullable(),
  startedAt: z.number(),
  /** What is not as it should be, each with its remedy; empty when all is well. */
  problems: z.array(faultRecordSchema),
})
export type ThisDevice = z.infer<typeof thisDeviceSchema>

/** A device at an address that somebody typed: `<id>@<host>:<port>`. */
export const staticPeerSchema = z.strictObject({
  id: deviceIdSchema,
  host: z
    .string()
    .max(253)
    .regex(/^(?:[\w.-]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*)$/, 'is neither a name nor an address'),
  port: z.int().min(1).max(65_535),
})
export type StaticPeer = z.infer<typeof staticPeerSchema>

/** A device that was noticed. A hint, never a proof of who it is. */
export const nearbyDeviceSchema = z.object({
  id: deviceIdSchema,
  /** Null when the device keeps its name to itself. */
  name: deviceNameSchema.nullable(),
  kind: deviceKindSchema.nullable(),
  addresses: z.array(socketAddressSchema),
  via: z.enum(['lan', 'static']),
  /** Wall clock of the first sighting, so lists keep their order. */
  since: z.number(),
})
export type NearbyDevice = z.infer<typeof nearbyDeviceSchema>

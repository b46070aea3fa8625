import { z } from 'zod'
import { isCheckId, isFound, type CheckId, type Found } from './findings.ts'
import {
  detailsSchema,
  deviceIdSchema,
  deviceKindSchema,
  deviceNameSchema,
  faultRecordSchema,
  socketAddressSchema,
} from './model.ts'

/** Devices we are paired with, how they are reached, and how a pairing goes. */

/** What a paired device may do here; pairing alone grants `known`. */
export const trustSchema = z.enum(['trusted', 'known', 'observer', 'blocked'])
export type Trust = z.infer<typeof trustSchema>

/** How bytes go to a device: on the same network, directly across others, or through a relay. */
export const pathSchema = z.object({
  kind: z.enum(['lan', 'direct', 'relay']),
  address: z.string(),
  rttMs: z.number().nullable(),
})
export type Path = z.infer<typeof pathSchema>

const disconnectReasonSchema = z.enum([
  'away', // nobody answered; tried again with backoff
  'closed', // the other side closed in good order
  'lost', // it went silent
  'blocked', // the person here has blocked it
  'elsewhere', // it answers only devices of its own private network, or speaks another version
  'removed', // the other side no longer knows this device
])

/** Where a device stands. A paired device is always in one of the last five. */
export const presenceSchema = z.discriminatedUnion('state', [
  z.object({ state: z.literal('discovered') }),
  z.object({ state: z.literal('pairing') }),
  z.object({ state: z.literal('paired') }),
  z.object({ state: z.literal('connecting') }),
  z.object({ state: z.literal('connected'), path: pathSchema.nullable() }),
  z.object({ state: z.literal('idle'), path: pathSchema.nullable() }),
  z.object({ state: z.literal('disconnected'), reason: disconnectReasonSchema }),
])
export type Presence = z.infer<typeof presenceSchema>

/** A device's word about itself, signed with its key; `seq` grows with every change. */
export const deviceDocumentSchema = z.object({
  id: deviceIdSchema,
  seq: z.int().min(0),
  name: deviceNameSchema,
  kind: deviceKindSchema,
  os: z.string().max(64),
  version: z.string().max(32),
  capabilities: z.array(z.string().max(64)).max(64),
})
export type DeviceDocument = z.infer<typeof deviceDocumentSchema>

/** How a device is doing, by its own account; never a path, a file name or a secret. */
export const deviceStatusSchema = z.object({
  at: z.int().min(0),
  seq: z.int().min(0),
  name: deviceNameSchema,
  version: z.string().max(32),
  uptimeSeconds: z.int().min(0),
  power: z.enum(['battery', 'mains', 'unknown']),
  freeBytes: z.int().min(0).nullable(),
  load: z.number().min(0).nullable(),
  transfers: z.int().min(0),
})
export type DeviceStatus = z.infer<typeof deviceStatusSchema>

/** A paired device as people see it. */
export const pairedDeviceSchema = z
  .object({
    id: deviceIdSchema,
    /** What the person here calls it, else what it calls itself. */
    name: deviceNameSchema,
    ownName: deviceNameSchema,
    note: z.string().max(500),
    kind: deviceKindSchema,
    os: z.string().nullable(),
    version: z.string().nullable(),
    trust: trustSchema,
    /** A few words of its key: enough to compare by voice. */
    fingerprint: z.string(),
    did: z.string(),
    addresses: z.array(socketAddressSchema),
    pairedAt: z.number(),
    lastSeen: z.number().nullable(),
    status: deviceStatusSchema.nullable(),
  })
  .and(presenceSchema)
export type PairedDevice = z.infer<typeof pairedDeviceSchema>

/** The other side of a pairing, before anybody has said yes. */
const candidateSchema = z.object({
  id: deviceIdSchema,
  name: deviceNameSchema,
  kind: deviceKindSchema,
  fingerprint: z.string(),
})
export type Candidate = z.infer<typeof candidateSchema>

/** Words and a link being shown on this device; whichever is used first uses up both. */
const shownCodeSchema = z.object({
  words: z.array(z.string()).length(5),
  phrase: z.string(),
  link: z.string(),
  /** Where the words can be typed with an address, for networks that carry no announcements. */
  addresses: z.array(socketAddressSchema),
  expiresAt: z.number(),
  triesLeft: z.int().min(0),
})
export type ShownCode = z.infer<typeof shownCodeSchema>

/** Which of the pairings started on this device: each new one ends the one before. */
export const attemptSchema = z.object({ attempt: z.int().min(0) })

/** How a pairing stands, from the side of this device. */
const pairingStageSchema = z.discriminatedUnion('state', [
  z.object({ state: z.literal('quiet') }),
  z.object({ state: z.literal('preparing') }),
  z.object({ state: z.literal('showing'), code: shownCodeSchema }),
  z.object({ state: z.literal('searching') }),
  z.object({ state: z.literal('proving') }),
  /** Somebody is there and has proved the words: does the person here want it? */
  z.object({
    state: z.literal('asking'),
    prompt: z.string(),
    device: candidateSchema,
    expiresAt: z.number(),
  }),
  /** The person here said yes; the other one has not yet. */
  z.object({ state: z.literal('waiting'), device: candidateSchema.nullable() }),
  z.object({ state: z.literal('paired'), device: candidateSchema }),
  z.object({ state: z.literal('failed'), fault: faultRecordSchema }),
])
export type PairingStage = z.infer<typeof pairingStageSchema>

/** One pairing at a time; attempt 0 is the quiet before the first. */
export const pairingStateSchema = attemptSchema.and(pairingStageSchema)
export type PairingState = z.infer<typeof pairingStateSchema>

/** Where the person at the other device says it listens. */
export const typedAddressSchema = z
  .string()
  .trim()
  .max(260)
  .regex(/^(?:\[[0-9a-fA-F:.]+\]|[\w.-]+):\d{1,5}$/, 'an address is written <host>:<port>')

/** An invitation given away as a file; its secret is in the file, sealed by the password. */
export const inviteSchema = z.object({
  id: z.string(),
  createdAt: z.number(),
  expiresAt: z.number(),
})
export type Invite = z.infer<typeof inviteSchema>

/** What people send each other in a message: in any form it fits into one frame. */
export const textSchema = z
  .string()
  .min(1)
  .max(16_000)
  .refine((text) => !/[\p{Cs}]|(?![\n\r\t])\p{Cc}/u.test(text), 'has control characters')

export const receivedTextSchema = z.object({
  id: z.string(),
  from: deviceIdSchema,
  text: textSchema,
  at: z.number(),
})
export type ReceivedText = z.infer<typeof receivedTextSchema>

/** How far one got on the way to a device, and how good the way is. */
export const verificationSchema = z.object({
  id: deviceIdSchema,
  name: z.string(),
  reachable: z.boolean(),
  session: z.boolean(),
  path: pathSchema.nullable(),
  /** The median of some pings. */
  roundTripMs: z.number().nullable(),
  /** Measured over a lane, as files take it. */
  throughput: z
    .object({
      lane: z.enum(['tcp', 'quic', 'memory']),
      bytes: z.number(),
      bytesPerSecond: z.number(),
    })
    .nullable(),
  /** What stopped it; null when all is right. */
  fault: faultRecordSchema.nullable(),
})
export type Verification = z.infer<typeof verificationSchema>

/** One thing Doctor looked at. */
const checkSchema = z.object({
  id: z.custom<CheckId>((value) => typeof value === 'string' && isCheckId(value)),
  verdict: z.enum(['good', 'notice', 'bad']),
  /** What was seen, for whoever says it in another language. */
  code: z.custom<Found>((value) => typeof value === 'string' && isFound(value)),
  details: detailsSchema,
  /** What was looked at and what was seen. */
  title: z.string(),
  detail: z.string(),
  /** What to do about it; null when nothing needs doing. */
  remedy: z.string().nullable(),
})
export type DoctorCheck = z.infer<typeof checkSchema>

const linkFactsSchema = z.object({
  id: deviceIdSchema,
  name: deviceNameSchema,
  path: pathSchema.nullable(),
  congestionWindow: z.number().nullable(),
  lostPackets: z.number().nullable(),
  sentPackets: z.number().nullable(),
  mtu: z.number().nullable(),
  relay: z.string().nullable(),
})
export type LinkFacts = z.infer<typeof linkFactsSchema>

export const doctorReportSchema = z.object({
  at: z.number(),
  version: z.string(),
  checks: z.array(checkSchema),
  links: z.array(linkFactsSchema),
})
export type DoctorReport = z.infer<typeof doctorReportSchema>

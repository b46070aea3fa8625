import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import type { DeviceId } from '#shared/ids.ts'
import {
  deviceIdSchema,
  deviceKindSchema,
  deviceNameSchema,
  type DeviceKind,
} from '#shared/model.ts'
import type { Ports, Service } from './packets.ts'

/**
 * What a device says of itself on the LAN (safety 35): a random instance that changes every epoch,
 * and a tag that is noise to everybody but those who hold its announcement key.
 */

const epochMs = 600_000
const tagBytes = 16

export interface Self {
  readonly id: DeviceId
  readonly kind: DeviceKind
}

/** What there is to announce now; without ports there is nothing to reach, so nothing is said. */
export interface Announced {
  readonly ports: Ports
  readonly name: string
  /** Tell everyone the id and name. */
  readonly visible: boolean
}

/** With its announcement key a device can be recognised; it was exchanged at pairing. */
export type AnnouncementKeys = Iterable<readonly [DeviceId, Uint8Array]>

/** The name we go by for now, and the proof of it. */
export interface Instance {
  readonly name: string
  readonly visible: boolean
  readonly tag: string
}

export function epochAt(unixMs: number): number {
  return Math.max(0, Math.floor(unixMs / epochMs))
}

/** The instance is part of what is tagged, so that nobody can move a tag to an instance of his own. */
export function announcementTag(key: Uint8Array, epoch: number, instance: string): Buffer {
  const epochBytes = Buffer.alloc(8)
  epochBytes.writeBigUInt64BE(BigInt(epoch))
  const mac = createHmac('sha256', key)
  mac.update('gangway/announce/1').update(epochBytes).update(instance)
  return mac.digest().subarray(0, tagBytes)
}

/**
 * The instance to announce under: a fresh one in every epoch, and whenever the key or visibility
 * changes, so that what is said to some and what is said to others have no name in common.
 */
export function currentInstance(
  last: Instance | null,
  wanted: { readonly key: Uint8Array; readonly unixMs: number; readonly visible: boolean },
): Instance {
  const { key, visible } = wanted
  const epoch = epochAt(wanted.unixMs)
  const tagOf = (name: string) => announcementTag(key, epoch, name).toString('base64url')
  if (last && last.visible === visible && last.tag === tagOf(last.name)) return last
  const name = randomBytes(16).toString('hex')
  return { name, visible, tag: tagOf(name) }
}

export function serviceOf(self: Self, announced: Announced, instance: Instance): Service {
  const open = announced.visible ? { id: self.id, name: announced.name, kind: self.kind } : {}
  return {
    instance: instance.name,
    ports: announced.ports,
    txt: { v: '1', tag: instance.tag, ...open },
  }
}

const txtSchema = z.object({
  v: z.literal('1'),
  tag: z
    .string()
    .regex(/^[\w-]{22}$/)
    .transform((text) => Buffer.from(text, 'base64url')),
  // What a later version may say differently is left out; the device still shows.
  id: deviceIdSchema.nullable().catch(null).default(null),
  name: deviceNameSchema.nullable().catch(null).default(null),
  kind: deviceKindSchema.nullable().catch(null).default(null),
})

interface Announcement {
  readonly tag: Uint8Array
  readonly id: DeviceId | null
  readonly name: string | null
  readonly kind: DeviceKind | null
}

export function readAnnouncement(txt: ReadonlyMap<string, string>): Announcement | null {
  return txtSchema.safeParse(Object.fromEntries(txt)).data ?? null
}

/** Whose announcement this is, by the keys we hold. Clocks may differ by an epoch. */
export function recognise(
  keys: AnnouncementKeys,
  instance: string,
  tag: Uint8Array,
  unixMs: number,
): DeviceId | null {
  const now = epochAt(unixMs)
  for (const [id, key] of keys) {
    for (const epoch of [now, now - 1, now + 1]) {
      if (epoch >= 0 && timingSafeEqual(announcementTag(key, epoch, instance), tag)) return id
    }
  }
  return null
}

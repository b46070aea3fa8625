import { z } from 'zod'
import { isDeviceId, type DeviceId } from '#shared/ids.ts'
import { deviceIdSchema, socketAddressSchema } from '#shared/model.ts'
import { sha512 } from '../crypto/hash.ts'
import { lv, u64be } from '../crypto/lv.ts'

/** Who to pair with, where, and the secret that proves the right to: what a link or a file holds. */
export interface Ticket {
  readonly host: DeviceId
  readonly addresses: readonly string[]
  readonly relay: string | null
  readonly secret: Uint8Array
  readonly expiresAt: number
}

export const ticketSecretLength = 16
const hintLength = 16
// Enough for every network a laptop is on, and the QR code stays easy to read.
const maxAddresses = 6
const maxLength = 2_048

/** The whole ticket as a deep link; `v` says how it is to be read. */
export function linkOf({ host, addresses, relay, secret, expiresAt }: Ticket): string {
  const parameters = new URLSearchParams({
    v: '1',
    h: host,
    s: Buffer.from(secret).toString('base64url'),
    e: String(Math.floor(expiresAt / 1000)),
  })
  for (const address of addresses.slice(0, maxAddresses)) parameters.append('a', address)
  if (relay !== null) parameters.set('r', relay)
  return `gangway://pair?${parameters.toString()}`
}

const parametersSchema = z.object({
  v: z.literal('1'),
  h: deviceIdSchema,
  s: z
    .string()
    .regex(/^[\w-]{22}$/)
    .transform((text) => Uint8Array.from(Buffer.from(text, 'base64url'))),
  e: z
    .string()
    .regex(/^\d{1,11}$/)
    .transform((seconds) => Number(seconds) * 1000),
  a: z.array(socketAddressSchema).max(maxAddresses),
  r: z.url({ protocol: /^https?$/ }).nullable(),
})

export function isLink(text: string): boolean {
  return /^\s*gangway:/i.test(text)
}

/** Null for whatever is not such a link. */
export function readLink(text: string): Ticket | null {
  const trimmed = text.trim()
  if (trimmed.length > maxLength || !/^gangway:\/\/pair\/?\?/i.test(trimmed)) return null
  const given = new URLSearchParams(trimmed.slice(trimmed.indexOf('?') + 1))
  const parsed = parametersSchema.safeParse({
    ...Object.fromEntries(given),
    a: given.getAll('a'),
    r: given.get('r'),
  })
  if (!parsed.success) return null
  const { h: host, s: secret, e: expiresAt, a: addresses, r: relay } = parsed.data
  return { host, secret, expiresAt, addresses, relay }
}

/** Tells the host which of its tickets this is about, and nobody else anything. */
export function hintOf(secret: Uint8Array): Uint8Array {
  return sha512(lv('gangway/pairing/1/ticket', secret)).subarray(0, hintLength)
}

/**
 * What the host of a ticket announces on its LAN, since its address may be another one by now. It
 * changes every epoch, and means something only to those who hold the ticket.
 */
export function placeOf(secret: Uint8Array, epoch: number): DeviceId {
  const digest = sha512(lv('gangway/pairing/1/place', secret, u64be(epoch)))
  const id = Buffer.from(digest.subarray(0, 32)).toString('hex')
  if (!isDeviceId(id)) throw new Error('a digest of another length')
  return id
}

import {
  deviceKindSchema,
  deviceNameSchema,
  socketAddressSchema,
  type DeviceKind,
} from '#shared/model.ts'
import { isDeviceId, type DeviceId } from '#shared/ids.ts'
import { publicKeyLength } from '../crypto/ed25519.ts'
import { lv, readLv } from '../crypto/lv.ts'

/** What a device tells of itself once the other side has proved that it knows the words. */
export interface Introduction {
  readonly id: DeviceId
  /** With it paired devices, and nobody else, recognise our announcements on the LAN. */
  readonly announcementKey: Uint8Array
  readonly kind: DeviceKind
  readonly name: string
  /** Where its lasting endpoint is, for when nothing else tells: words lead to a temporary one. */
  readonly addresses: readonly string[]
}

const announcementKeyLength = 32

const maxAddresses = 8

/**
 * Five parts with their lengths; a name of 64 UTF-16 units takes up to 192 bytes of UTF-8, and each
 * address 64 with a space between.
 */
export const introductionLength = {
  least: 33 + 33 + 7 + 2 + 1,
  most: 33 + 33 + 8 + 194 + 2 + 519,
} as const

export function encodeIntroduction(introduction: Introduction): Uint8Array {
  const { id, announcementKey, kind, name, addresses } = introduction
  const told = addresses.filter((address) => isAddress(address)).slice(0, maxAddresses)
  return lv(idBytes(id), announcementKey, kind, name, told.join(' '))
}

/** Null unless it is exactly what `encodeIntroduction` gives for a proper introduction. */
export function decodeIntroduction(bytes: Uint8Array): Introduction | null {
  const [key, announcementKey, kind, name, places] = readLv(bytes, 5) ?? []
  if (key?.length !== publicKeyLength) return null
  if (announcementKey?.length !== announcementKeyLength) return null
  const id = Buffer.from(key).toString('hex')
  const parsedKind = deviceKindSchema.safeParse(textOf(kind))
  const plainName = textOf(name)
  const addresses = addressesIn(textOf(places))
  const parsedName = deviceNameSchema.safeParse(plainName)
  if (!isDeviceId(id) || !parsedKind.success || !parsedName.success) return null
  if (parsedName.data !== plainName || !addresses) return null
  return {
    id,
    announcementKey: Uint8Array.from(announcementKey),
    kind: parsedKind.data,
    name: parsedName.data,
    addresses,
  }
}

function addressesIn(text: string | null): readonly string[] | null {
  const addresses = text === '' ? [] : text?.split(' ')
  if (!addresses || addresses.length > maxAddresses) return null
  return addresses.every((address) => isAddress(address)) ? addresses : null
}

function isAddress(text: string): boolean {
  return socketAddressSchema.safeParse(text).success
}

export function idBytes(id: DeviceId): Uint8Array {
  return Buffer.from(id, 'hex')
}

function textOf(bytes: Uint8Array | undefined): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}

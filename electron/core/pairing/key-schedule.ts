import { timingSafeEqual } from 'node:crypto'
import type { DeviceId } from '#shared/ids.ts'
import type { Phrase } from '#shared/words.ts'
import { keyLength } from '../crypto/aead.ts'
import { expand, extract, hashLength, hmac, sha512, wipe } from '../crypto/hash.ts'
import { lv, u64be } from '../crypto/lv.ts'
import { agreementKey, pointLength } from '../crypto/x25519.ts'
import {
  elementLength,
  generator,
  multiply,
  scalarOf,
  scalarSeedLength,
  sessionKey,
  transcript,
} from './cpace.ts'
import { idBytes } from './introduction.ts'
import { encodedWords, type Random } from './words.ts'

/** What both know beforehand. The two kinds never agree with each other, whatever they hold. */
export type PairingSecret =
  | { readonly kind: 'words'; readonly phrase: Phrase; readonly epoch: number }
  /** A ticket names the host itself and so needs no meeting point and no epoch. */
  | { readonly kind: 'ticket'; readonly bytes: Uint8Array }

/** Both ids as the connection proved them (`remoteId()`), never as the wire told them. */
export interface Channel {
  readonly secret: PairingSecret
  readonly joiner: DeviceId
  readonly meetingPoint: DeviceId
}

const ticketSecretLength = 16
export const shareLength = elementLength + pointLength
const rootLength = 32
const sidLength = 32

function label(name: string): string {
  return `gangway/pairing/1/${name}`
}

export function sessionId(channel: Channel, m1: Uint8Array, m2: Uint8Array): Uint8Array {
  const { secret, joiner, meetingPoint } = channel
  const epoch = u64be(secret.kind === 'words' ? secret.epoch : 0)
  const nonces = [m1.subarray(1), m2.subarray(1)]
  const parts = lv(label('sid'), epoch, idBytes(joiner), idBytes(meetingPoint), ...nonces)
  return sha512(parts).subarray(0, sidLength)
}

function channelId({ joiner, meetingPoint }: Channel): Uint8Array {
  return lv(label('ci'), idBytes(joiner), idBytes(meetingPoint))
}

function password(secret: PairingSecret): Uint8Array {
  if (secret.kind === 'words') return lv(label('prs'), encodedWords(secret.phrase))
  if (secret.bytes.length !== ticketSecretLength) throw new Error('a ticket holds 16 secret bytes')
  return lv(label('prs-ticket'), secret.bytes)
}

/** One side's ephemeral half of CPace and of X25519, sent as M3 or M4. */
export interface OwnShare {
  readonly message: Uint8Array
  /** The two shared secrets, or null when the other half must be refused. */
  combine(theirs: Uint8Array): { readonly point: Uint8Array; readonly agreed: Uint8Array } | null
}

export function ownShare(channel: Channel, sid: Uint8Array, random: Random): OwnShare {
  const prs = password(channel.secret)
  const scalarSeed = random(scalarSeedLength)
  const agreementSeed = random(pointLength)
  const scalar = scalarOf(scalarSeed)
  const agreement = agreementKey(agreementSeed)
  const element = multiply(scalar, generator(prs, channelId(channel), sid))
  wipe(prs, scalarSeed, agreementSeed)
  if (!element) throw new Error('the generator is the neutral element')
  return {
    message: Buffer.concat([element, agreement.publicKey]),
    combine(theirs) {
      const [theirElement, theirPoint] = halves(theirs)
      // Our own half sent back to us would agree with itself.
      if (Buffer.compare(theirElement, element) === 0) return null
      if (Buffer.compare(theirPoint, agreement.publicKey) === 0) return null
      const point = multiply(scalar, theirElement)
      const agreed = agreement.agree(theirPoint)
      return point && agreed ? { point, agreed } : null
    },
  }
}

/** The first four messages, as they crossed. */
export interface Opening {
  readonly sid: Uint8Array
  readonly m1: Uint8Array
  readonly m2: Uint8Array
  readonly m3: Uint8Array
  readonly m4: Uint8Array
}

/** What follows from the opening; everything but t1 is secret. */
export interface Keys {
  readonly t1: Uint8Array
  readonly prk: Uint8Array
  readonly joinerTag: Uint8Array
  readonly joinerBox: Uint8Array
  readonly hostBox: Uint8Array
}

export function keysOf(
  channel: Channel,
  opening: Opening,
  shared: { readonly point: Uint8Array; readonly agreed: Uint8Array },
): Keys {
  const { sid, m1, m2, m3, m4 } = opening
  const isk = sessionKey(sid, shared.point, transcript(shareOf('joiner', m3), shareOf('host', m4)))
  const t1 = sha512(lv(label('t1'), channelId(channel), sid, m1, m2, m3, m4))
  const secret = Buffer.concat([isk, shared.agreed])
  const prk = extract(t1, secret)
  wipe(isk, secret, shared.point, shared.agreed)
  return {
    t1,
    prk,
    joinerTag: tag(prk, 'tag-j', t1),
    joinerBox: expand(prk, label('box-j'), keyLength),
    hostBox: expand(prk, label('box-h'), keyLength),
  }
}

/** The host confirms what it got as well: the joiner's proof is part of its own. */
export function hostTag({ prk, t1 }: Keys, m5: Uint8Array): Uint8Array {
  return tag(prk, 'tag-h', t1, sha512(m5))
}

function tag(prk: Uint8Array, name: string, ...parts: readonly Uint8Array[]): Uint8Array {
  const key = expand(prk, label(name), hashLength)
  const mac = hmac(key, ...parts)
  wipe(key)
  return mac
}

export function sameTag(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && timingSafeEqual(one, other)
}

export function joinerStatement({ t1 }: Keys, introduction: Uint8Array): Uint8Array {
  return lv(label('sig'), 'joiner', t1, introduction)
}

export function hostStatement({ t1 }: Keys, m5: Uint8Array, introduction: Uint8Array): Uint8Array {
  return lv(label('sig'), 'host', t1, sha512(m5), introduction)
}

export function closingHash({ t1 }: Keys, m5: Uint8Array, m6: Uint8Array): Uint8Array {
  return sha512(lv(label('t2'), t1, m5, m6))
}

/** The lasting secret of the two devices. */
export function rootOf(
  { prk }: Keys,
  t2: Uint8Array,
  ids: { readonly joiner: DeviceId; readonly host: DeviceId },
): Uint8Array {
  const extracted = extract(t2, prk)
  const info = lv(label('root'), idBytes(ids.joiner), idBytes(ids.host))
  const root = expand(extracted, info, rootLength)
  wipe(extracted)
  return root
}

function shareOf(role: 'joiner' | 'host', message: Uint8Array) {
  const [element, point] = halves(message)
  return { element, data: lv(role, point) }
}

function halves(message: Uint8Array): [Uint8Array, Uint8Array] {
  return [message.subarray(0, elementLength), message.subarray(elementLength)]
}

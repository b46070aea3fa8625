import { ristretto255, ristretto255_hasher } from '@noble/curves/ed25519.js'
import { sha512, wipe } from '../crypto/hash.ts'
import { lv } from '../crypto/lv.ts'

/**
 * CPace-RISTR255-SHA512 of draft-irtf-cfrg-cpace-21 in its initiator-responder form, without the
 * exchange around it. The curve comes from @noble/curves, whose bigints are constant-time in
 * their steps only; every secret scalar is used once and forgotten.
 */
const dsi = 'CPaceRistretto255'
const hashBlock = 128

export const elementLength = 32
/** Random bytes for one scalar: twice the group's size, so that reducing leaves no bias. */
export const scalarSeedLength = 64

const order = ristretto255.Point.Fn.ORDER

/** Padding fills the hash's first block, whatever the length of the password. */
export function generatorString(prs: Uint8Array, ci: Uint8Array, sid: Uint8Array): Uint8Array {
  const used = lv(prs).length + lv(dsi).length
  const padding = new Uint8Array(Math.max(0, hashBlock - 1 - used))
  return lv(dsi, prs, padding, ci, sid)
}

export function generator(prs: Uint8Array, ci: Uint8Array, sid: Uint8Array): Uint8Array {
  const text = generatorString(prs, ci, sid)
  const hash = sha512(text)
  const element = mapToGroup(hash).toBytes()
  wipe(text, hash)
  return element
}

function mapToGroup(bytes: Uint8Array) {
  const point = ristretto255_hasher.deriveToCurve?.(bytes)
  if (!point) throw new Error('this ristretto255 has no one-way map')
  return point
}

/** Uniform in 1 … order − 1. */
export function scalarOf(seed: Uint8Array): bigint {
  if (seed.length !== scalarSeedLength) throw new Error('a scalar takes 64 random bytes')
  return (littleEndian(seed) % (order - 1n)) + 1n
}

/**
 * `scalar_mult_vfy`: null where the draft aborts. The decoder takes 32 zero bytes for the neutral
 * element, which is a valid encoding; here it is not.
 */
export function multiply(scalar: bigint, element: Uint8Array): Uint8Array | null {
  const point = decode(element)
  return point ? point.multiply(scalar).toBytes() : null
}

function decode(element: Uint8Array) {
  try {
    const point = ristretto255.Point.fromBytes(element)
    return point.is0() ? null : point
  } catch {
    return null
  }
}

/** One side's share of the exchange: what it sends beside its associated data. */
export interface Share {
  readonly element: Uint8Array
  readonly data: Uint8Array
}

export function transcript(initiator: Share, responder: Share): Uint8Array {
  return Buffer.concat([
    lv(initiator.element, initiator.data),
    lv(responder.element, responder.data),
  ])
}

/** The intermediate session key. It proves nothing yet: the two sides still have to confirm it. */
export function sessionKey(sid: Uint8Array, shared: Uint8Array, script: Uint8Array): Uint8Array {
  return sha512(lv(`${dsi}_ISK`, sid, shared), script)
}

function littleEndian(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`)
}

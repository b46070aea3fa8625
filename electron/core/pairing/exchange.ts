import { randomBytes } from 'node:crypto'
import { Fault } from '#shared/faults.ts'
import { open, seal, tagLength } from '../crypto/aead.ts'
import { signatureLength, verifies } from '../crypto/ed25519.ts'
import { hashLength, wipe } from '../crypto/hash.ts'
import {
  decodeIntroduction,
  encodeIntroduction,
  idBytes,
  introductionLength,
  type Introduction,
} from './introduction.ts'
import { sameTag, shareLength, type Channel, type Keys, type OwnShare } from './key-schedule.ts'
import type { Random } from './words.ts'

/** This device, as it introduces itself and signs for it. */
export interface Self {
  readonly introduction: Introduction
  sign(statement: Uint8Array): Uint8Array
}

export interface ExchangeSetup extends Channel {
  readonly self: Self
  readonly random?: Random
}

/** The other device and the secret the two now have in common. */
export interface Paired {
  readonly peer: Introduction
  readonly root: Uint8Array
}

const version = 1
const nonceLength = 32
const greetingLength = 1 + nonceLength
const proofOverhead = hashLength + signatureLength + tagLength
/** M5 and M6: a tag, then a sealed signature and introduction. */
const proofLength = {
  least: proofOverhead + introductionLength.least,
  most: proofOverhead + introductionLength.most,
} as const
const done = Buffer.from('ok')
const doneLength = done.length + tagLength
const refusal = Buffer.from('no')
/** Nonces 0 and 1 of both keys are taken by the proofs and by "ok". */
const refusalCounter = 2

/**
 * What the two sides have in common: a step that can be taken once, in its turn, and secrets that
 * are overwritten at the end. Whatever goes wrong inside a step ends the exchange for good.
 *
 * The reason of a fault is for this device's own screen. On the wire every failure looks the same.
 */
export class Exchange<Step extends { readonly at: string }> implements Disposable {
  protected readonly setup: ExchangeSetup
  #step: Step | null
  readonly #secrets: Uint8Array[] = []

  protected constructor(setup: ExchangeSetup, first: Step) {
    this.setup = setup
    this.#step = first
  }

  protected take<At extends Step['at']>(at: At): Extract<Step, { readonly at: At }> {
    const step = this.#step
    if (step?.at !== at) throw new Error(`not the moment for "${at}" in this pairing`)
    this.#step = null
    return step as Extract<Step, { readonly at: At }>
  }

  protected await(step: Step): void {
    this.#step = step
  }

  protected greeting(): Uint8Array {
    return Buffer.concat([Uint8Array.of(version), this.random(nonceLength)])
  }

  protected random(length: number): Uint8Array {
    return (this.setup.random ?? randomBytes)(length)
  }

  protected combined(share: OwnShare, theirs: Uint8Array) {
    expectLength(theirs, shareLength)
    return share.combine(theirs) ?? fail()
  }

  protected kept(keys: Keys): Keys {
    this.#secrets.push(keys.prk, keys.joinerTag, keys.joinerBox, keys.hostBox)
    return keys
  }

  [Symbol.dispose](): void {
    this.#step = null
    wipe(...this.#secrets)
  }
}

export function readGreeting(bytes: Uint8Array): Uint8Array {
  if (bytes.length > 0 && bytes[0] !== version) throw new Fault('pairing.version')
  expectLength(bytes, greetingLength)
  return Uint8Array.from(bytes)
}

/** A tag for all to see and, behind it, who we are with our signature. */
export function prove(
  self: Self,
  tag: Uint8Array,
  box: { readonly key: Uint8Array; readonly aad: Uint8Array },
  statement: (introduction: Uint8Array) => Uint8Array,
): Uint8Array {
  const introduction = encodeIntroduction(self.introduction)
  const plain = Buffer.concat([self.sign(statement(introduction)), introduction])
  return Buffer.concat([tag, seal(box.key, 0, plain, Buffer.concat([box.aad, tag]))])
}

/** The tag is looked at first and in constant time; nothing is opened for a wrong one. */
export function readProof(
  bytes: Uint8Array,
  tag: Uint8Array,
  box: { readonly key: Uint8Array; readonly aad: Uint8Array },
  statement: (introduction: Uint8Array) => Uint8Array,
): Introduction {
  if (bytes.length < proofLength.least || bytes.length > proofLength.most) fail()
  if (!sameTag(bytes.subarray(0, hashLength), tag)) throw new Fault('pairing.mismatch')
  const plain = open(box.key, 0, bytes.subarray(hashLength), Buffer.concat([box.aad, tag]))
  if (!plain) return fail()
  const introduced = plain.subarray(signatureLength)
  const peer = decodeIntroduction(introduced)
  const signature = plain.subarray(0, signatureLength)
  if (!peer || !verifies(idBytes(peer.id), statement(introduced), signature)) return fail()
  return peer
}

export function refuseItself(self: Self, peer: Introduction): void {
  if (peer.id === self.introduction.id) throw new Fault('pairing.itself')
}

export function sealDone(key: Uint8Array, t2: Uint8Array): Uint8Array {
  return seal(key, 1, done, t2)
}

export function readDone(key: Uint8Array, t2: Uint8Array, bytes: Uint8Array): void {
  expectLength(bytes, doneLength)
  const plain = open(key, 1, bytes, t2)
  if (!plain || Buffer.compare(plain, done) !== 0) fail()
}

/**
 * In place of M6 or M7: the person said no. Only somebody who knows the secret can say or read it,
 * and by then the code is used up, so it tells nobody anything who guesses.
 */
export function sealRefusal(key: Uint8Array, aad: Uint8Array): Uint8Array {
  return seal(key, refusalCounter, refusal, aad)
}

export function heedRefusal(key: Uint8Array, aad: Uint8Array, bytes: Uint8Array): void {
  if (bytes.length !== doneLength) return
  const plain = open(key, refusalCounter, bytes, aad)
  if (plain && Buffer.compare(plain, refusal) === 0) throw new Fault('pairing.declined')
}

function expectLength(bytes: Uint8Array, length: number): void {
  if (bytes.length !== length) fail()
}

export function fail(): never {
  throw new Fault('pairing.failed')
}

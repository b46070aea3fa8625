import { randomBytes, timingSafeEqual } from 'node:crypto'
import { Fault } from '#shared/faults.ts'
import { keyLength } from '../../crypto/aead.ts'
import { expand, hmac } from '../../crypto/hash.ts'
import { lv } from '../../crypto/lv.ts'
import type { FrameKey } from './frame.ts'
import type { Inlet } from './inlet.ts'
import type { LaneKeys } from './lane.ts'
import type { Pipe } from './pipe.ts'

/**
 * How two ends find each other on a pipe, before the first frame:
 *
 *   dialler → listener   hello    nonce ‖ MAC
 *   listener → dialler   welcome  nonce ‖ MAC over hello and nonce
 *   dialler → listener   ready    MAC over both             (only where the listener decides)
 *   decider → follower   chosen   MAC over both
 *
 * Both may dial and both may listen, so several pipes can get so far. One end, the same on both
 * sides, decides: it says `chosen` on one pipe only. Each MAC is under a key of its sender, and from
 * the welcome on covers a fresh nonce of whoever checks it, so recorded ones prove nothing. Frame
 * keys come from both nonces: two pipes never share a key, even if an epoch were used twice.
 */
export type Role = 'decides' | 'follows'

const nonceLength = 16
const macLength = 32
export const helloLength = nonceLength + macLength

/** Somebody else, or another epoch, or another pipe was chosen: nothing to tell anybody. */
function notOurs(): Fault {
  return new Fault('peer.unreachable')
}

export interface FrameKeys {
  readonly send: FrameKey
  readonly receive: FrameKey
}

export interface Contest {
  readonly keys: LaneKeys
  readonly role: Role
  /** For the end that decides: true for the first pipe only. */
  claim(): boolean
  /** Where the nonce comes from; only vectors choose it. */
  readonly random?: (length: number) => Uint8Array
}

export async function greetAsDialler(
  pipe: Pipe,
  inlet: Inlet,
  contest: Contest,
): Promise<FrameKeys> {
  const macs = macsOf(contest.keys)
  const hello = helloOf(contest)
  await pipe.write([hello])
  const welcome = await inlet.take(helloLength)
  check(welcome.subarray(nonceLength), macs.theirs('welcome', hello, nonceOf(welcome)))
  if (contest.role === 'decides') {
    if (!contest.claim()) throw notOurs()
    await pipe.write([macs.ours('chosen', hello, welcome)])
  } else {
    await pipe.write([macs.ours('ready', hello, welcome)])
    check(await inlet.take(macLength), macs.theirs('chosen', hello, welcome))
  }
  return frameKeys(contest.keys, hello, welcome)
}

/** Answers nothing to a hello that is not for these keys. */
export async function greetAsListener(
  pipe: Pipe,
  inlet: Inlet,
  hello: Uint8Array,
  contest: Contest,
): Promise<FrameKeys> {
  const macs = macsOf(contest.keys)
  check(hello.subarray(nonceLength), macs.theirs('hello', nonceOf(hello)))
  const nonce = nonceFor(contest)
  const welcome = Buffer.concat([nonce, macs.ours('welcome', hello, nonce)])
  await pipe.write([welcome])
  if (contest.role === 'decides') {
    check(await inlet.take(macLength), macs.theirs('ready', hello, welcome))
    if (!contest.claim()) throw notOurs()
    await pipe.write([macs.ours('chosen', hello, welcome)])
  } else {
    check(await inlet.take(macLength), macs.theirs('chosen', hello, welcome))
  }
  return frameKeys(contest.keys, hello, welcome)
}

function helloOf(contest: Contest): Uint8Array {
  const nonce = nonceFor(contest)
  return Buffer.concat([nonce, macsOf(contest.keys).ours('hello', nonce)])
}

function nonceFor({ random = randomBytes }: Contest): Uint8Array {
  return random(nonceLength)
}

function nonceOf(message: Uint8Array): Uint8Array {
  return message.subarray(0, nonceLength)
}

function macsOf(keys: LaneKeys) {
  const ours = expand(keys.send, 'gangway/lane/1/greeting', keyLength)
  const theirs = expand(keys.receive, 'gangway/lane/1/greeting', keyLength)
  const mac = (key: Uint8Array, name: string, parts: readonly Uint8Array[]) =>
    hmac(key, lv(name, ...parts)).subarray(0, macLength)
  return {
    ours: (name: string, ...parts: Uint8Array[]) => mac(ours, name, parts),
    theirs: (name: string, ...parts: Uint8Array[]) => mac(theirs, name, parts),
  }
}

function check(given: Uint8Array, expected: Uint8Array): void {
  if (!timingSafeEqual(given, expected)) throw notOurs()
}

function frameKeys(keys: LaneKeys, hello: Uint8Array, welcome: Uint8Array): FrameKeys {
  const { transferId, stream } = keys
  const info = lv('gangway/lane/1/frames', hello, welcome)
  const of = (key: Uint8Array) => ({ key: expand(key, info, keyLength), transferId, stream })
  return { send: of(keys.send), receive: of(keys.receive) }
}

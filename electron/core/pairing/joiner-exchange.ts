import {
  Exchange,
  fail,
  heedRefusal,
  prove,
  readGreeting,
  readProof,
  refuseItself,
  sealDone,
  sealRefusal,
  type ExchangeSetup,
  type Paired,
} from './exchange.ts'
import {
  closingHash,
  hostStatement,
  hostTag,
  joinerStatement,
  keysOf,
  ownShare,
  rootOf,
  sessionId,
  type Keys,
  type OwnShare,
} from './key-schedule.ts'
import { sha512 } from '../crypto/hash.ts'

type Step =
  | { readonly at: 'start' }
  | { readonly at: 'M2'; readonly m1: Uint8Array }
  | {
      readonly at: 'M4'
      readonly m1: Uint8Array
      readonly m2: Uint8Array
      readonly sid: Uint8Array
      readonly share: OwnShare
    }
  | { readonly at: 'M6'; readonly keys: Keys; readonly m5: Uint8Array }

export interface Closing {
  readonly paired: Paired
  readonly message: Uint8Array
  /** What is sent in place of M7 when the person here says no. */
  readonly refusal: Uint8Array
}

/** The side on which the words are typed. Every call takes a message in and gives the next out. */
export class JoinerExchange extends Exchange<Step> {
  constructor(setup: ExchangeSetup) {
    super(setup, { at: 'start' })
  }

  start(): Uint8Array {
    this.take('start')
    const m1 = this.greeting()
    this.await({ at: 'M2', m1 })
    return m1
  }

  onM2(bytes: Uint8Array): Uint8Array {
    const { m1 } = this.take('M2')
    const m2 = readGreeting(bytes)
    const sid = sessionId(this.setup, m1, m2)
    const share = ownShare(this.setup, sid, (length) => this.random(length))
    this.await({ at: 'M4', m1, m2, sid, share })
    return share.message
  }

  /** Gives M5. Sending it spends one of the tries for these words. */
  onM4(m4: Uint8Array): Uint8Array {
    const { share, ...opening } = this.take('M4')
    const shared = this.combined(share, m4)
    const keys = this.kept(keysOf(this.setup, { ...opening, m3: share.message, m4 }, shared))
    const box = { key: keys.joinerBox, aad: keys.t1 }
    const m5 = prove(this.setup.self, keys.joinerTag, box, (introduction) =>
      joinerStatement(keys, introduction),
    )
    this.await({ at: 'M6', keys, m5 })
    return m5
  }

  /**
   * The message is M7; with `paired` in hand it may wait until the person here agrees as well.
   * Throws `pairing.declined` when the person over there said no.
   */
  onM6(m6: Uint8Array): Closing {
    const { keys, m5 } = this.take('M6')
    const box = { key: keys.hostBox, aad: Buffer.concat([keys.t1, sha512(m5)]) }
    heedRefusal(box.key, box.aad, m6)
    const peer = readProof(m6, hostTag(keys, m5), box, (introduction) =>
      hostStatement(keys, m5, introduction),
    )
    refuseItself(this.setup.self, peer)
    const { secret, meetingPoint, self } = this.setup
    // A ticket names its host, and the host that answers has to be that one.
    if (secret.kind === 'ticket' && peer.id !== meetingPoint) fail()
    const t2 = closingHash(keys, m5, m6)
    const ids = { joiner: self.introduction.id, host: peer.id }
    const root = rootOf(keys, t2, ids)
    return {
      paired: { peer, root },
      message: sealDone(keys.joinerBox, t2),
      refusal: sealRefusal(keys.joinerBox, t2),
    }
  }
}

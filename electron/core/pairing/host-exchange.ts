import { sha512 } from '../crypto/hash.ts'
import {
  Exchange,
  heedRefusal,
  prove,
  readDone,
  readGreeting,
  readProof,
  refuseItself,
  sealRefusal,
  type ExchangeSetup,
  type Paired,
} from './exchange.ts'
import type { Introduction } from './introduction.ts'
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
  type Opening,
} from './key-schedule.ts'

type Step =
  | { readonly at: 'M1' }
  | { readonly at: 'M3'; readonly m1: Uint8Array; readonly m2: Uint8Array }
  | { readonly at: 'M5'; readonly keys: Keys }
  | {
      readonly at: 'accept'
      readonly keys: Keys
      readonly m5: Uint8Array
      readonly peer: Introduction
    }
  | { readonly at: 'M7'; readonly keys: Keys; readonly t2: Uint8Array }

interface HostSetup extends ExchangeSetup {
  /** Called before anything of M5 is looked at: counts the try, and throws when there is none left. */
  beforeVerify(): void
}

/** The side that shows the words. */
export class HostExchange extends Exchange<Step> {
  readonly #beforeVerify: () => void

  constructor(setup: HostSetup) {
    super(setup, { at: 'M1' })
    this.#beforeVerify = () => setup.beforeVerify()
  }

  onM1(bytes: Uint8Array): Uint8Array {
    this.take('M1')
    const m1 = readGreeting(bytes)
    const m2 = this.greeting()
    this.await({ at: 'M3', m1, m2 })
    return m2
  }

  /** Gives M4, which holds no tag: the joiner has to show first that it knows the words. */
  onM3(bytes: Uint8Array): Uint8Array {
    const { m1, m2 } = this.take('M3')
    const m3 = Uint8Array.from(bytes)
    const sid = sessionId(this.setup, m1, m2)
    const share = ownShare(this.setup, sid, (length) => this.random(length))
    const shared = this.combined(share, m3)
    const opening: Opening = { sid, m1, m2, m3, m4: share.message }
    this.await({ at: 'M5', keys: this.kept(keysOf(this.setup, opening, shared)) })
    return share.message
  }

  /** Who wants to pair. From here on the code is used up, whatever the person here answers. */
  onM5(bytes: Uint8Array): Introduction {
    const { keys } = this.take('M5')
    this.#beforeVerify()
    const m5 = Uint8Array.from(bytes)
    const box = { key: keys.joinerBox, aad: keys.t1 }
    const peer = readProof(m5, keys.joinerTag, box, (introduction) =>
      joinerStatement(keys, introduction),
    )
    refuseItself(this.setup.self, peer)
    this.await({ at: 'accept', keys, m5, peer })
    return peer
  }

  /** The message is M6. The peer is pending until M7, or until a first session proves the root. */
  accept(): { readonly message: Uint8Array; readonly paired: Paired } {
    const { keys, m5, peer } = this.take('accept')
    const { self } = this.setup
    const box = { key: keys.hostBox, aad: Buffer.concat([keys.t1, sha512(m5)]) }
    const m6 = prove(self, hostTag(keys, m5), box, (introduction) =>
      hostStatement(keys, m5, introduction),
    )
    const t2 = closingHash(keys, m5, m6)
    const root = rootOf(keys, t2, { joiner: peer.id, host: self.introduction.id })
    this.await({ at: 'M7', keys, t2 })
    return { message: m6, paired: { peer, root } }
  }

  /** The message that stands in place of M6. */
  decline(): Uint8Array {
    const { keys, m5 } = this.take('accept')
    return sealRefusal(keys.hostBox, Buffer.concat([keys.t1, sha512(m5)]))
  }

  /** Throws `pairing.declined` when the person over there said no. */
  onM7(bytes: Uint8Array): void {
    const { keys, t2 } = this.take('M7')
    heedRefusal(keys.joinerBox, t2, bytes)
    readDone(keys.joinerBox, t2, bytes)
  }
}

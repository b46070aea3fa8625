import { randomBytes } from 'node:crypto'
import { Fault } from '#shared/faults.ts'
import type { Alpn, DeviceId } from '#shared/ids.ts'
import { spoken } from '#shared/words.ts'
import { open, seal } from '../crypto/aead.ts'
import { base32, decodeBech32m, encodeBech32m } from '../crypto/base32.ts'
import { expand, extract, hmac } from '../crypto/hash.ts'
import { lv, u64be, type Part } from '../crypto/lv.ts'

const keyLength = 32
const prefix = 'gwnet'
const tokenLength = 16
const proofLength = 32
const idLength = 16
const serviceLetters = 14
const fingerprintWords = 3

/** One connection, as the transport proved it. */
export interface Ends {
  readonly alpn: Alpn
  readonly dialler: DeviceId
  readonly accepter: DeviceId
}

/** Where a sealed announcement belongs: it opens nowhere else. */
export interface Place {
  readonly epoch: number
  readonly instance: string
}

/**
 * The key of a private network: whoever has it belongs to it. It never goes over a wire; what does
 * is derived from it, each for one purpose.
 */
export class NetworkKey {
  readonly bytes: Uint8Array
  /** For people to compare; tells nothing about the key. */
  readonly fingerprint: string
  /** What the first two words of a pairing are mixed with: where these devices meet, no others do. */
  readonly meeting: Uint8Array
  readonly #root: Uint8Array
  readonly #proofs: Uint8Array
  readonly #records: Uint8Array

  constructor(bytes: Uint8Array) {
    if (bytes.length !== keyLength) throw new Error('a network key has 32 bytes')
    this.bytes = Uint8Array.from(bytes)
    this.#root = extract(Buffer.from('gangway/network/1'), bytes)
    this.#proofs = this.#derive(64, 'gangway/network/1/proof')
    this.#records = this.#derive(64, 'gangway/network/1/records')
    this.meeting = this.#derive(keyLength, 'gangway/network/1/meeting')
    this.fingerprint = spoken(this.#derive(8, 'gangway/network/1/fingerprint'), fingerprintWords)
  }

  static make(): NetworkKey {
    return new NetworkKey(randomBytes(keyLength))
  }

  /** As somebody copied it; white space and dashes between its characters mean nothing. */
  static read(text: string): NetworkKey {
    const compact = text.replaceAll(/[\s-]/g, '')
    const length = `${prefix}1`.length + Math.ceil((keyLength * 8) / 5) + 6
    const fail = (problem: string) => new Fault('network.key', { problem })
    if (!compact.toLowerCase().startsWith(`${prefix}1`)) throw fail(`it begins with ${prefix}1`)
    if (compact.length !== length) {
      throw fail(`it has ${length} characters, and this has ${compact.length}`)
    }
    const bytes = decodeBech32m(prefix, compact)
    if (bytes?.length !== keyLength) throw fail('one of its characters is wrong')
    return new NetworkKey(bytes)
  }

  get text(): string {
    return encodeBech32m(prefix, this.bytes)
  }

  /**
   * The name under which a protocol is negotiated with this accepter: nobody without the key can
   * ask for it, and it says nothing that the id in the same handshake does not.
   */
  alpn(name: Alpn, accepter: DeviceId): Alpn {
    const token = this.#derive(tokenLength, 'gangway/network/1/alpn', name, idBytes(accepter))
    return `gangway/${base32(token)}/1`
  }

  /** That one side of this connection holds the key. The nonce is the dialler's. */
  proof(side: 'dialler' | 'accepter', { alpn, dialler, accepter }: Ends, nonce: Uint8Array) {
    const statement = lv(side, alpn, idBytes(dialler), idBytes(accepter), nonce)
    return hmac(this.#proofs, statement).subarray(0, proofLength)
  }

  /** The DNS-SD service type of an epoch. */
  serviceType(epoch: number): string {
    const label = base32(this.#derive(10, 'gangway/network/1/service', u64be(epoch)))
    return `_g${label.slice(0, serviceLetters - 1)}._udp.local`
  }

  /** The same text at the same place always gives the same bytes, and never the same key twice. */
  seal(place: Place, plain: Uint8Array): Uint8Array {
    const about = lv(u64be(place.epoch), place.instance, plain)
    const id = hmac(this.#records, about).subarray(0, idLength)
    return Buffer.concat([id, seal(this.#recordKey(place, id), 0, plain, id)])
  }

  open(place: Place, sealed: Uint8Array): Uint8Array | null {
    const id = sealed.subarray(0, idLength)
    return open(this.#recordKey(place, id), 0, sealed.subarray(idLength), id)
  }

  #recordKey({ epoch, instance }: Place, id: Uint8Array): Uint8Array {
    return this.#derive(keyLength, 'gangway/network/1/record', u64be(epoch), instance, id)
  }

  #derive(length: number, ...context: readonly Part[]): Uint8Array {
    return expand(this.#root, lv(...context), length)
  }
}

function idBytes(id: DeviceId): Uint8Array {
  return Buffer.from(id, 'hex')
}

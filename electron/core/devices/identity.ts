import type { DeviceId } from '#shared/ids.ts'
import { spoken } from '#shared/words.ts'
import { sha512 } from '../crypto/hash.ts'

const fingerprintWords = 4

/**
 * A key in four words of the pairing list, 44 bits of its hash: for two people to compare by voice.
 * Four, so that nobody takes it for the five words that pair.
 */
export function fingerprintOf(id: DeviceId): string {
  const digest = sha512(Buffer.from('gangway/fingerprint/1'), Buffer.from(id, 'hex'))
  return spoken(digest, fingerprintWords)
}

/** The same key as a decentralised identifier: multicodec ed25519-pub, base58btc. */
export function didOf(id: DeviceId): string {
  return `did:key:z${base58(Buffer.from(`ed01${id}`, 'hex'))}`
}

const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'

function base58(bytes: Buffer): string {
  // The first byte is never zero here, so there are no leading ones to keep.
  let number = BigInt(`0x${bytes.toString('hex')}`)
  let text = ''
  for (; number > 0n; number /= 58n) text = `${alphabet[Number(number % 58n)]}${text}`
  return text
}

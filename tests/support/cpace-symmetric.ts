import { sha512 } from '#core/crypto/hash.ts'
import { lv } from '#core/crypto/lv.ts'
import type { Share } from '#core/pairing/cpace.ts'

/**
 * The parts of CPace that Gangway does not use (the symmetric transcript and the session id
 * output), so that the draft's vectors are proved whole.
 */
export function orderedConcatenation(one: Uint8Array, other: Uint8Array): Uint8Array {
  const [first, second] = Buffer.compare(one, other) > 0 ? [one, other] : [other, one]
  return Buffer.concat([Buffer.from('oc'), first, second])
}

export function symmetricTranscript(one: Share, other: Share): Uint8Array {
  return orderedConcatenation(lv(one.element, one.data), lv(other.element, other.data))
}

export function sessionIdOutput(script: Uint8Array): Uint8Array {
  return sha512(Buffer.from('CPaceSidOutput'), script)
}

import { SecretKey } from '@number0/iroh/index.js'

/**
 * The binding speaks `Array<number>` today and is about to speak `Uint8Array`. Its declared type is
 * the former, so that is what leaves here, whichever it really is.
 */
interface ByteDialect {
  readonly toBinding: (bytes: Uint8Array) => number[]
  readonly fromBinding: (bytes: ArrayLike<number>) => Uint8Array
}

interface KeyMaker {
  fromBytes(bytes: number[]): { toBytes(): ArrayLike<number> }
}

/** Asks with a key that is no secret. */
export function probeDialect(keys: KeyMaker): ByteDialect {
  const sample = new Uint8Array(32)
  const takesBytes = accepts(keys, sample)
  return {
    toBinding: takesBytes ? asDeclared : filledArray,
    fromBinding: (bytes) => (bytes instanceof Uint8Array ? bytes : plainBytes(bytes)),
  }
}

function accepts(keys: KeyMaker, sample: Uint8Array): boolean {
  try {
    keys.fromBytes(asDeclared(sample))
    return true
  } catch {
    return false
  }
}

function asDeclared(bytes: Uint8Array): number[] {
  return bytes as unknown as number[]
}

/** A preallocated array filled by hand costs half of what `Array.from` does. */
function filledArray(bytes: Uint8Array): number[] {
  const length = bytes.length
  const array: number[] = []
  array.length = length
  for (let index = 0; index < length; index++) array[index] = bytes[index] ?? 0
  return array
}

function plainBytes(array: ArrayLike<number>): Uint8Array {
  const length = array.length
  const bytes = new Uint8Array(length)
  for (let index = 0; index < length; index++) bytes[index] = array[index] ?? 0
  return bytes
}

export const { toBinding, fromBinding } = probeDialect(SecretKey)

export function textToBinding(text: string): number[] {
  return toBinding(new TextEncoder().encode(text))
}

export function textFromBinding(bytes: ArrayLike<number>): string {
  return new TextDecoder().decode(fromBinding(bytes))
}

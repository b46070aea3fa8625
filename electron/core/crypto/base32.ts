/** Five bits at a time: base32 of RFC 4648 and bech32m of BIP 350. */
const plainAlphabet = 'abcdefghijklmnopqrstuvwxyz234567'
const bechAlphabet = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l'
const generators = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3]
const bech32m = 0x2bc830a3
const checksumLength = 6

/** In lower case, without padding. */
export function base32(bytes: Uint8Array): string {
  return lettersOf(toFives(bytes), plainAlphabet)
}

/** A text for people to copy, in which up to four wrong characters are always noticed. */
export function encodeBech32m(prefix: string, bytes: Uint8Array): string {
  const data = toFives(bytes)
  const sum = polymod([...spread(prefix), ...data, ...zeros(checksumLength)]) ^ bech32m
  const check = zeros(checksumLength).map((_, place) => (sum >>> (5 * (5 - place))) & 31)
  return `${prefix}1${lettersOf([...data, ...check], bechAlphabet)}`
}

/** The bytes, or null for whatever is not exactly one such text. */
export function decodeBech32m(prefix: string, text: string): Uint8Array | null {
  const lower = text.toLowerCase()
  if (text !== lower && text !== text.toUpperCase()) return null
  if (!lower.startsWith(`${prefix}1`)) return null
  const fives = Array.from(lower.slice(prefix.length + 1), (letter) => bechAlphabet.indexOf(letter))
  if (fives.includes(-1) || polymod([...spread(prefix), ...fives]) !== bech32m) return null
  return fromFives(fives.slice(0, -checksumLength))
}

function polymod(values: readonly number[]): number {
  let sum = 1
  for (const value of values) {
    const top = sum >>> 25
    sum = ((sum & 0x1ffffff) << 5) ^ value
    generators.forEach((generator, bit) => {
      if ((top >>> bit) & 1) sum ^= generator
    })
  }
  return sum >>> 0
}

function spread(prefix: string): number[] {
  const codes = [...Buffer.from(prefix, 'ascii')]
  return [...codes.map((code) => code >>> 5), 0, ...codes.map((code) => code & 31)]
}

function zeros(count: number): number[] {
  return Array.from({ length: count }, () => 0)
}

function lettersOf(fives: readonly number[], alphabet: string): string {
  return fives.map((five) => alphabet[five]).join('')
}

/** The last group is filled up with zero bits. */
function toFives(bytes: Uint8Array): number[] {
  const fives: number[] = []
  let held = 0
  let bits = 0
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xfff
    bits += 8
    for (; bits >= 5; bits -= 5) fives.push((held >>> (bits - 5)) & 31)
  }
  if (bits > 0) fives.push((held << (5 - bits)) & 31)
  return fives
}

/** Null where the bits that fill up the last group are not zero: one value has one text. */
function fromFives(fives: readonly number[]): Uint8Array | null {
  const bytes: number[] = []
  let held = 0
  let bits = 0
  for (const five of fives) {
    held = ((held << 5) | five) & 0xfff
    bits += 5
    if (bits < 8) continue
    bits -= 8
    bytes.push((held >>> bits) & 0xff)
  }
  const rest = held & ((1 << bits) - 1)
  return bits < 5 && rest === 0 ? Uint8Array.from(bytes) : null
}

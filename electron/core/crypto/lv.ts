/**
 * Prefix-free encodings. `lv` is `lv_cat` of draft-irtf-cfrg-cpace: every part behind its length
 * in LEB128, so that no two lists of parts ever share one encoding. Text goes in as UTF-8.
 */
export type Part = string | Uint8Array

export function lv(...parts: readonly Part[]): Uint8Array {
  return Buffer.concat(
    parts.flatMap((part) => {
      const bytes = typeof part === 'string' ? Buffer.from(part, 'utf8') : part
      return [leb128(bytes.length), bytes]
    }),
  )
}

/**
 * The parts back, or null unless there are exactly so many with nothing behind them. Lengths must
 * be in their shortest form: one value has one encoding, so signed bytes cannot be rewritten.
 */
export function readLv(bytes: Uint8Array, count: number): Uint8Array[] | null {
  const parts: Uint8Array[] = []
  let at = 0
  while (parts.length < count) {
    const length = readLeb128(bytes, at)
    if (length === null) return null
    const start = at + length.width
    if (length.value > bytes.length - start) return null
    at = start + length.value
    parts.push(bytes.subarray(start, at))
  }
  return at === bytes.length ? parts : null
}

export function u16be(...values: readonly number[]): Uint8Array {
  const bytes = Buffer.alloc(2 * values.length)
  values.forEach((value, index) => bytes.writeUInt16BE(value, 2 * index))
  return bytes
}

export function u32be(value: number): Uint8Array {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

export function u64be(value: number | bigint): Uint8Array {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(BigInt(value))
  return bytes
}

function leb128(value: number): Uint8Array {
  const bytes: number[] = []
  let rest = value
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) | 0x80)
    rest = Math.floor(rest / 0x80)
  }
  bytes.push(rest)
  return Uint8Array.from(bytes)
}

/** Three bytes (2 MiB) are far more than anything we read this way. */
const maxLengthWidth = 3

function readLeb128(bytes: Uint8Array, at: number): { value: number; width: number } | null {
  let value = 0
  for (let width = 1; width <= maxLengthWidth; width++) {
    const byte = bytes[at + width - 1]
    if (byte === undefined) return null
    value += (byte & 0x7f) * 0x80 ** (width - 1)
    if (byte < 0x80) return byte === 0 && width > 1 ? null : { value, width }
  }
  return null
}

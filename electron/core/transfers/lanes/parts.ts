/** Bytes in several pieces: what comes out of a lane without having been copied together. */
export type Parts = readonly Uint8Array[]

export function lengthOf(parts: Parts): number {
  return parts.reduce((sum, part) => sum + part.length, 0)
}

/** One piece, copied together only if there are several. */
export function joined(parts: Parts): Uint8Array {
  const [first] = parts
  return first && parts.length === 1 ? first : Buffer.concat(parts)
}

/** The bytes from `start` to `end` in pieces of the same memory. */
export function slice(parts: Parts, start: number, end = Infinity): Uint8Array[] {
  const pieces: Uint8Array[] = []
  let at = 0
  for (const part of parts) {
    const piece = part.subarray(Math.max(0, start - at), Math.max(0, end - at))
    if (piece.length > 0) pieces.push(piece)
    at += part.length
  }
  return pieces
}

import { Fault } from '#shared/faults.ts'

/** Where bytes come from. At most `maxBytes` at a time; null once the other side has finished. */
export interface ByteSource {
  read(maxBytes: number, signal?: AbortSignal): Promise<Uint8Array | null>
}

/** Where bytes go. Resolves when there is room for more; a cancelled write ends the sink. */
export interface ByteSink {
  write(bytes: Uint8Array, signal?: AbortSignal): Promise<void>
}

/**
 * Reads exactly so many bytes, or null when the source ended before the first. Memory follows what
 * has arrived, never what was announced.
 */
export async function readExactly(
  source: ByteSource,
  length: number,
  signal?: AbortSignal,
): Promise<Uint8Array | null> {
  const pieces: Uint8Array[] = []
  let missing = length
  while (missing > 0) {
    const piece = await source.read(missing, signal)
    if (piece === null) {
      if (missing === length) return null
      throw new Fault('frame.malformed')
    }
    pieces.push(piece)
    missing -= piece.length
  }
  return joined(pieces, length)
}

function joined(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const [first] = pieces
  if (first && pieces.length === 1) return first
  const whole = new Uint8Array(length)
  let offset = 0
  for (const piece of pieces) {
    whole.set(piece, offset)
    offset += piece.length
  }
  return whole
}

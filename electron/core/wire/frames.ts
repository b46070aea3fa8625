import { Fault } from '#shared/faults.ts'
import type { Clock } from '../base/clock.ts'
import { within } from '../base/deadline.ts'
import { readExactly, type ByteSink, type ByteSource } from './bytes.ts'

/** A frame is its length (u32, big endian) and so many bytes. */
const headerBytes = 4

export interface FrameBounds {
  readonly maxBytes: number
  readonly clock: Clock
  /** How long the whole frame may take. */
  readonly deadlineMs: number
  readonly signal?: AbortSignal | undefined
}

export interface ReadBounds extends FrameBounds {
  /** Where silence is normal, the deadline counts from the first byte of the frame. */
  readonly silence?: 'allowed' | undefined
}

/**
 * The next frame, or null when the source ended between two frames. After a failure the source may
 * stand in the middle of one: nothing more can be read from it.
 */
export async function readFrame(
  source: ByteSource,
  bounds: ReadBounds,
): Promise<Uint8Array | null> {
  if (bounds.silence !== 'allowed')
    return withinBounds(bounds, (signal) => frame(source, bounds, signal))
  const first = await source.read(1, bounds.signal)
  if (first === null) return null
  return withinBounds(bounds, (signal) => frame(startingWith(first, source), bounds, signal))
}

/** Asking for more than is allowed is a mistake of ours, so it is not a fault. */
export async function writeFrame(
  sink: ByteSink,
  payload: Uint8Array,
  bounds: FrameBounds,
): Promise<void> {
  if (payload.length > bounds.maxBytes) {
    throw new RangeError(`a frame of ${payload.length} bytes where ${bounds.maxBytes} are allowed`)
  }
  const whole = new Uint8Array(headerBytes + payload.length)
  new DataView(whole.buffer).setUint32(0, payload.length)
  whole.set(payload, headerBytes)
  await withinBounds(bounds, (signal) => sink.write(whole, signal))
}

async function frame(
  source: ByteSource,
  { maxBytes }: FrameBounds,
  signal: AbortSignal,
): Promise<Uint8Array | null> {
  const header = await readExactly(source, headerBytes, signal)
  if (header === null) return null
  const length = new DataView(header.buffer, header.byteOffset, headerBytes).getUint32(0)
  if (length > maxBytes) throw new Fault('frame.oversize')
  const payload = await readExactly(source, length, signal)
  if (payload === null) throw new Fault('frame.malformed')
  return payload
}

function withinBounds<Value>(
  { clock, deadlineMs, signal }: FrameBounds,
  work: (signal: AbortSignal) => Promise<Value>,
): Promise<Value> {
  return within({ clock, milliseconds: deadlineMs, signal }, work)
}

function startingWith(first: Uint8Array, rest: ByteSource): ByteSource {
  let waiting: Uint8Array | null = first
  return {
    async read(maxBytes, signal) {
      if (waiting === null) return rest.read(maxBytes, signal)
      const piece = waiting
      waiting = null
      return piece
    },
  }
}

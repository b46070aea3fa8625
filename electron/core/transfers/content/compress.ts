import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { Fault } from '#shared/faults.ts'
import { joined } from '../lanes/parts.ts'
import type { Body } from './messages.ts'

/** A sample must shrink to this share of itself. */
const worthIt = 0.8
const sampleBytes = 16 * 1024

/** Whether a sample of the bytes shrinks enough to pack them. */
export function gainsByPacking(bytes: Uint8Array): boolean {
  const middle = Math.max(0, Math.floor((bytes.length - sampleBytes) / 2))
  const sample = bytes.subarray(middle, middle + sampleBytes)
  return sample.length > 0 && deflateRawSync(sample, { level: 1 }).length <= sample.length * worthIt
}

/** The bytes deflated, or as they are if that is not shorter. */
export function pack(bytes: Uint8Array): Body {
  const packed = deflateRawSync(bytes, { level: 1 })
  const deflated = packed.length < bytes.length
  return { deflated, length: bytes.length, bytes: [deflated ? packed : bytes] }
}

/** Never more memory than was declared, which the codec has bounded. */
export function unpack(body: Body): readonly Uint8Array[] {
  if (!body.deflated) return body.bytes
  const plain = inflated(joined(body.bytes), body.length)
  if (plain.length !== body.length) throw new Fault('frame.malformed')
  return [plain]
}

function inflated(packed: Uint8Array, maxOutputLength: number): Uint8Array {
  try {
    return inflateRawSync(packed, { maxOutputLength })
  } catch (error) {
    throw new Fault('frame.malformed', {}, { cause: error })
  }
}

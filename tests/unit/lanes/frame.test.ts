import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  FrameOpener,
  FrameSealer,
  type FrameKey,
  type FrameKind,
} from '#core/transfers/lanes/frame.ts'
import { maxFrameBytes, minPartBytes } from '#core/transfers/lanes/lane.ts'
import { flipped } from '../../support/bytes.ts'

const key: FrameKey = { key: Buffer.alloc(32, 7), transferId: Buffer.alloc(16, 1), stream: 3 }
const lost = expect.objectContaining({ code: 'transfer.laneLost' })

function sealed(plain: readonly Uint8Array[], options: Partial<FrameKey> = {}): Buffer[] {
  const sealer = new FrameSealer({ ...key, ...options })
  return plain.map((bytes) => Buffer.concat(sealer.seal([bytes], 'data')))
}

function opener(options: Partial<FrameKey> = {}) {
  const frames: { kind: FrameKind; bytes: Buffer; parts: number[] }[] = []
  const frameOpener = new FrameOpener({ ...key, ...options }, ({ kind, parts }) => {
    frames.push({ kind, bytes: Buffer.concat(parts), parts: parts.map((part) => part.length) })
  })
  return { frames, push: (bytes: Uint8Array) => frameOpener.push(bytes) }
}

function text(...words: string[]): Buffer[] {
  return words.map((word) => Buffer.from(word))
}

describe('sealed frames', () => {
  it('open to what was sealed, however the bytes are cut', () => {
    const frames = fc.array(fc.uint8Array({ maxLength: 40_000 }), { maxLength: 6 })
    const cuts = fc.array(fc.integer({ min: 1, max: 50_000 }), { minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(frames, cuts, (plain, sizes) => {
        const wire = Buffer.concat(sealed(plain))
        const { push, frames: opened } = opener()
        for (let at = 0, cut = 0; at < wire.length; cut++) {
          const size = sizes[cut % sizes.length] ?? 1
          // Whoever reads into one buffer overwrites it: nothing may be kept.
          const piece = Buffer.from(wire.subarray(at, at + size))
          push(piece)
          piece.fill(0)
          at += size
        }
        expect(opened.map(({ bytes }) => bytes)).toEqual(plain.map((bytes) => Buffer.from(bytes)))
      }),
      { numRuns: 60 },
    )
  })

  it('open from one-byte slices into few parts', () => {
    const plain = Buffer.alloc(200_000, 9)
    const { push, frames } = opener()
    for (const byte of Buffer.concat(sealed([plain]))) push(Uint8Array.of(byte))
    expect(frames[0]?.bytes.equals(plain)).toBe(true)
    expect(frames[0]?.parts.slice(0, -1).every((length) => length >= minPartBytes)).toBe(true)
  })

  it('safety 11: no byte can be flipped', () => {
    const [frame = Buffer.alloc(0)] = sealed(text('some words to protect'))
    for (let at = 0; at < frame.length; at++) {
      for (const mask of [1, 0x80]) {
        const { push, frames } = opener()
        const wire = Buffer.concat([flipped(frame, at, mask), Buffer.alloc(maxFrameBytes + 64)])
        expect(() => push(wire)).toThrow(lost)
        expect(frames).toEqual([])
      }
    }
  })

  it('safety 11: none can be repeated, left out, moved or held back', () => {
    const [a, b, c] = sealed(text('a', 'b', 'c')) as [Buffer, Buffer, Buffer]
    for (const wire of [
      [a, a],
      [a, c],
      [b, a],
      [a, c, b],
    ]) {
      const { push } = opener()
      expect(() => push(Buffer.concat(wire))).toThrow(lost)
    }
    const { push, frames } = opener()
    push(Buffer.concat([a, b]).subarray(0, -1))
    expect(frames.map(({ bytes }) => bytes.toString())).toEqual(['a'])
  })

  it('safety 2: belong to one key, transfer and stream', () => {
    const [frame = Buffer.alloc(0)] = sealed(text('mine'))
    for (const other of [
      { key: Buffer.alloc(32, 8) },
      { transferId: Buffer.alloc(16, 2) },
      { stream: 4 },
    ]) {
      expect(() => opener(other).push(frame)).toThrow(lost)
    }
  })

  it('stay closed after the first that was wrong', () => {
    const [a, b] = sealed(text('a', 'b')) as [Buffer, Buffer]
    const { push, frames } = opener()
    expect(() => push(flipped(a, a.length - 1))).toThrow(lost)
    expect(() => push(b)).toThrow(lost)
    expect(frames).toEqual([])
  })

  it('safety 8: a length is refused before anything is taken for it', () => {
    const header = (word: number) => {
      const bytes = Buffer.alloc(4)
      bytes.writeUInt32BE(word)
      return bytes
    }
    for (const word of [maxFrameBytes + 1, 2 ** 30 - 1, 2 ** 30 + 1, 3 * 2 ** 30, 2 ** 32 - 1]) {
      expect(() => opener().push(header(word))).toThrow(lost)
    }
    expect(() => opener().push(header(maxFrameBytes))).not.toThrow()
  })

  it('safety 8: garbage never opens', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 4, maxLength: 400 }), (bytes) => {
        const { push, frames } = opener()
        try {
          push(bytes)
        } catch (error) {
          expect(error).toEqual(lost)
        }
        expect(frames).toEqual([])
      }),
    )
  })

  it('say themselves that they are the last, and nothing may follow', () => {
    const sealer = new FrameSealer(key)
    const last = Buffer.concat(sealer.seal(text('end'), 'final'))
    const { push, frames } = opener()
    push(last)
    expect(frames).toMatchObject([{ kind: 'final' }])
    expect(() => push(Buffer.of(0))).toThrow(lost)
    // The kind is part of what is sealed: an ordinary frame cannot be made the last one.
    const [frame = Buffer.alloc(0)] = sealed(text('more'))
    frame[0] = 0x80
    expect(() => opener().push(frame)).toThrow(lost)
  })

  it('move on to another key at the same frame at both ends', () => {
    const options = { rekeyAfterBytes: 100 }
    const plain = Array.from({ length: 12 }, (_, at) => Buffer.alloc(30, at))
    const wire = sealed(plain, options)
    const { push, frames } = opener(options)
    push(Buffer.concat(wire))
    expect(frames.map(({ bytes }) => bytes)).toEqual(plain)
    const stuck = opener()
    for (const frame of wire.slice(0, 4)) stuck.push(frame)
    expect(() => stuck.push(wire[4] ?? Buffer.alloc(0))).toThrow(lost)
  })
})

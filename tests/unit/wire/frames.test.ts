import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Fault } from '#shared/faults.ts'
import { readFrame, writeFrame, type ReadBounds } from '#core/wire/frames.ts'
import { readExactly, type ByteSink, type ByteSource } from '#core/wire/bytes.ts'
import { FakeClock } from '../../support/fake-clock.ts'

const maxBytes = 1_000

function bounds(more: Partial<ReadBounds> = {}): ReadBounds {
  return { maxBytes, clock: new FakeClock(), deadlineMs: 1_000, ...more }
}

/** Gives these pieces one by one, never more than asked for, then ends or stays silent. */
function sourceOf(pieces: readonly Uint8Array[], then: 'end' | 'silence' = 'end'): ByteSource {
  const waiting = pieces.filter((piece) => piece.length > 0)
  return {
    async read(max, signal) {
      const first = waiting.shift()
      if (!first) {
        if (then === 'end') return null
        return new Promise((_, reject) =>
          signal?.addEventListener('abort', () => reject(new Error('left'))),
        )
      }
      if (first.length > max) waiting.unshift(first.subarray(max))
      return first.subarray(0, max)
    },
  }
}

function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const edges = [0, ...places.map((at) => at % (bytes.length + 1)).sort((a, b) => a - b)]
  return edges.map((from, index) => bytes.subarray(from, edges[index + 1] ?? bytes.length))
}

function header(length: number): Uint8Array {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, length)
  return bytes
}

async function framed(...payloads: Uint8Array[]): Promise<Uint8Array> {
  const written: Uint8Array[] = []
  const sink: ByteSink = { write: async (bytes) => void written.push(bytes) }
  for (const payload of payloads) await writeFrame(sink, payload, bounds())
  return Uint8Array.from(Buffer.concat(written))
}

const payloads = fc.uint8Array({ maxLength: maxBytes })

describe('frames', () => {
  it('come out as they went in, however the bytes are cut on the way', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(payloads, { maxLength: 5 }),
        fc.array(fc.nat(), { maxLength: 20 }),
        async (sent, places) => {
          const source = sourceOf(cut(await framed(...sent), places))
          for (const payload of sent) {
            const received = await readFrame(source, bounds())
            expect(received && Buffer.compare(received, payload)).toBe(0)
          }
          expect(await readFrame(source, bounds())).toBeNull()
        },
      ),
    )
  })

  it('come out whole when split at every byte', async () => {
    const whole = await framed(Uint8Array.of(1, 2, 3, 4, 5), Uint8Array.of(), Uint8Array.of(6))
    for (let at = 0; at <= whole.length; at++) {
      for (const silence of [undefined, 'allowed'] as const) {
        const source = sourceOf([whole.subarray(0, at), whole.subarray(at)])
        expect(await readFrame(source, bounds({ silence }))).toEqual(Uint8Array.of(1, 2, 3, 4, 5))
        expect(await readFrame(source, bounds({ silence }))).toEqual(Uint8Array.of())
        expect(await readFrame(source, bounds({ silence }))).toEqual(Uint8Array.of(6))
        expect(await readFrame(source, bounds({ silence }))).toBeNull()
      }
    }
  })

  it('safety 8: that are cut short are malformed, wherever the cut is', async () => {
    const whole = await framed(Uint8Array.of(1, 2, 3, 4, 5))
    for (let length = 1; length < whole.length; length++) {
      const source = sourceOf([whole.subarray(0, length)])
      await expect(readFrame(source, bounds())).rejects.toMatchObject({ code: 'frame.malformed' })
    }
  })

  it.each([maxBytes + 1, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 2, 2 ** 32 - 1])(
    'safety 8: a length of %d is refused before anything of it is read',
    async (length) => {
      const source = sourceOf([header(length), new Uint8Array(10)])
      await expect(readFrame(source, bounds())).rejects.toMatchObject({ code: 'frame.oversize' })
      expect(await source.read(100)).toHaveLength(10)
    },
  )

  it('safety 8: memory follows what arrives, not what is announced', async () => {
    const huge = 2 ** 32 - 1
    const before = process.memoryUsage().arrayBuffers
    const readers = Array.from({ length: 64 }, () => {
      const controller = new AbortController()
      const source = sourceOf([header(huge), new Uint8Array(10)], 'silence')
      const reading = readFrame(source, bounds({ maxBytes: huge, signal: controller.signal }))
      reading.catch(() => {})
      return { reading, controller }
    })
    await new Promise((resolve) => setImmediate(resolve))
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1 << 20)
    for (const { controller } of readers) controller.abort()
    await Promise.allSettled(readers.map(({ reading }) => reading))
  })

  it('safety 8: garbage is a frame, a fault or the end; never anything else', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 64 }), async (garbage) => {
        const source = sourceOf([garbage])
        try {
          const received = await readFrame(source, bounds({ maxBytes: 32 }))
          expect(received === null || received.length <= 32).toBe(true)
        } catch (error) {
          expect(error).toBeInstanceOf(Fault)
        }
      }),
    )
  })

  it('must arrive within their deadline, however slowly they drip', async () => {
    const clock = new FakeClock()
    const source: ByteSource = {
      read: () => new Promise((resolve) => clock.after(300, () => resolve(Uint8Array.of(0)))),
    }
    const reading = readFrame(source, bounds({ clock }))
    const failure = expect(reading).rejects.toMatchObject({ code: 'deadline.passed' })
    await clock.advance(1_001)
    await failure
  })

  it('may be long in coming where silence is allowed, but not in arriving', async () => {
    const clock = new FakeClock()
    let first: (piece: Uint8Array) => void = () => {}
    const pieces = [new Promise<Uint8Array>((resolve) => (first = resolve))]
    const source: ByteSource = { read: () => pieces.shift() ?? new Promise(() => {}) }
    let settled = false
    const reading = readFrame(source, bounds({ clock, silence: 'allowed' })).finally(
      () => (settled = true),
    )
    const failure = expect(reading).rejects.toMatchObject({ code: 'deadline.passed' })
    await clock.advance(100_000)
    expect(settled).toBe(false)
    first(Uint8Array.of(0))
    await clock.advance(1_001)
    await failure
  })

  it('are no longer waited for by somebody who left', async () => {
    const controller = new AbortController()
    const reading = readFrame(sourceOf([], 'silence'), bounds({ signal: controller.signal }))
    controller.abort()
    await expect(reading).rejects.toMatchObject({ name: 'AbortError' })
  })

  it('are not sent when larger than agreed', async () => {
    const sink: ByteSink = { write: () => Promise.reject(new Error('written')) }
    await expect(writeFrame(sink, new Uint8Array(maxBytes + 1), bounds())).rejects.toBeInstanceOf(
      RangeError,
    )
  })

  it('are not waited for when the other side takes no bytes', async () => {
    const clock = new FakeClock()
    const sink: ByteSink = { write: () => new Promise(() => {}) }
    const writing = writeFrame(sink, Uint8Array.of(1), bounds({ clock }))
    const failure = expect(writing).rejects.toMatchObject({ code: 'deadline.passed' })
    await clock.advance(1_001)
    await failure
  })
})

describe('reading exactly', () => {
  it('gives no bytes without asking for any', async () => {
    expect(await readExactly(sourceOf([], 'silence'), 0)).toEqual(new Uint8Array(0))
  })
})

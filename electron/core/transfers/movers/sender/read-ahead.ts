import { read, readSync } from 'node:fs'
import { Promptness } from '../../../base/promptness.ts'

/** So many reads wait for the disk while one is being sent. */
const reads = 4

interface Chunk {
  readonly offset: number
  readonly bytes: Uint8Array
}

/** Reads at the offset; fewer bytes than asked for only at the end of the file. */
export async function readAt(fd: number, into: Uint8Array, offset: number): Promise<number> {
  let filled = 0
  while (filled < into.length) {
    const got = await readOnce(fd, into, filled, offset + filled)
    if (got === 0) break
    filled += got
  }
  return filled
}

function readOnce(fd: number, into: Uint8Array, at: number, offset: number): Promise<number> {
  return new Promise((resolve, reject) => {
    read(fd, into, at, into.length - at, offset, (error, got) => {
      if (error) reject(error)
      else resolve(got)
    })
  })
}

/**
 * A stretch of a file, chunk by chunk; a chunk is valid until the next is asked for. `chunkBytes` is
 * asked anew for every read. What lies in memory is read in passing; where a disk has to be waited
 * for, the next few chunks are already being read.
 */
export async function* readAhead(
  fd: number,
  from: number,
  to: number,
  chunkBytes: () => number,
  buffers: ReadBuffers,
): AsyncGenerator<Chunk> {
  const promptness = new Promptness()
  let offset = from
  while (offset < to && promptness.isPrompt) {
    const into = buffers.slot(0).subarray(0, Math.min(chunkBytes(), to - offset))
    const got = promptness.watch(into.length, () => readSync(fd, into, 0, into.length, offset))
    if (got === 0) break
    yield { offset, bytes: into.subarray(0, got) }
    offset += got
  }
  yield* readBeside(fd, offset, to, chunkBytes, buffers)
}

/** By other threads, while this one does something else. */
async function* readBeside(
  fd: number,
  from: number,
  to: number,
  chunkBytes: () => number,
  buffers: ReadBuffers,
): AsyncGenerator<Chunk> {
  const waiting: Promise<Chunk>[] = []
  let next = from
  let slot = 0
  const start = () => {
    if (next >= to) return
    const offset = next
    const into = buffers.slot(slot++).subarray(0, Math.min(chunkBytes(), to - offset))
    next += into.length
    const chunk = readAt(fd, into, offset).then((got) => ({ offset, bytes: into.subarray(0, got) }))
    // It may fail while nobody waits for it yet.
    chunk.catch(() => {})
    waiting.push(chunk)
  }
  try {
    for (let ahead = 0; ahead < reads; ahead++) start()
    for (let chunk = waiting.shift(); chunk; chunk = waiting.shift()) {
      yield await chunk
      start()
    }
  } finally {
    // The file is closed and the buffers are used again only when no read is on its way.
    await Promise.allSettled(waiting)
  }
}

/** The memory of all reads of a mover, made once. */
export class ReadBuffers {
  readonly #buffers: readonly Uint8Array[]

  constructor(bytes: number) {
    this.#buffers = Array.from({ length: reads + 1 }, () => Buffer.allocUnsafeSlow(bytes))
  }

  slot(number: number): Uint8Array {
    const buffer = this.#buffers[number % this.#buffers.length]
    if (!buffer) throw new RangeError('there is no such buffer')
    return buffer
  }
}

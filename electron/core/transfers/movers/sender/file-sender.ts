import type { FileUnderWay } from '#shared/transfers.ts'
import { blake3Of, hashBytes } from '../../content/blake3.ts'
import { gainsByPacking, pack } from '../../content/compress.ts'
import { dataHead, encodeSender } from '../../content/encode.ts'
import {
  maxChunkBytes,
  maxSumsPerBatch,
  smallFileBytes,
  sumChunkBytes,
} from '../../content/limits.ts'
import type { Body } from '../../content/messages.ts'
import type { Reason } from '../../content/reasons.ts'
import { openSource, readWhole, reasonFor, type SourceFile } from '../../content/source-file.ts'
import type { Pace } from '../pace.ts'
import type { Rate } from '../rate.ts'
import type { Reporter } from '../reporter.ts'
import type { Acknowledged } from './acknowledged.ts'
import { RunningHash } from '../running-hash.ts'
import { chunkBytesFor } from './chunk-size.ts'
import type { Outgoing } from '../outgoing.ts'
import { readAhead, readAt, ReadBuffers } from './read-ahead.ts'
import type { SenderTable } from './sender-table.ts'

/** How a file came through: all told, or why not, or nobody wants it any more. */
export type Sent = { readonly kind: 'sent' } | { readonly kind: 'dropped' } | Failure
interface Failure {
  readonly kind: 'failed'
  readonly reason: Reason
}

interface Using {
  readonly out: Outgoing
  readonly signal: AbortSignal
  /** Waits while the transfer is held. */
  readonly proceed: () => Promise<void>
}

interface FileSenderParts {
  readonly table: SenderTable
  /** Where an entry lies on this computer. */
  readonly locate: (index: number) => string
  readonly pace: Pace
  readonly rate: Rate
  readonly reporter: Reporter
  readonly acknowledged: Acknowledged
}

/** It was read while it changed; it is tried once more. */
const attempts = 2

const failed = (reason: Reason): Failure => ({ kind: 'failed', reason })

/** Sends what is in files: read, hashed, packed if that pays, and checked not to have changed. */
export class FileSender {
  readonly #parts: FileSenderParts
  readonly #buffers = new ReadBuffers(maxChunkBytes)
  /** Told to be another version by now; until they land, every epoch has to hear of it. */
  readonly #renewed = new Set<number>()
  /** The large file that is on its way. */
  #current: number | null = null

  constructor(parts: FileSenderParts) {
    this.#parts = parts
  }

  /** From the offset on, or from the start if it is not the file it was any more. */
  async send(index: number, offset: number, using: Using): Promise<Sent> {
    let from = offset
    for (let attempt = 0; attempt < attempts; attempt++) {
      const file = openSource(this.#parts.locate(index))
      if (typeof file === 'string') return failed(file)
      try {
        if (attempt > 0 || this.#renewed.has(index) || this.#differs(index, file)) {
          await this.#restart(index, file, using.out)
          from = 0
        }
        const sent = await this.#sendOpen(index, file, from, using)
        if (sent) return sent
      } catch (error) {
        if (!isFileError(error)) throw error
        return failed(reasonFor(error))
      } finally {
        this.#current = null
        file.close()
      }
    }
    return failed('changed')
  }

  underWay(): FileUnderWay[] {
    const { table, acknowledged } = this.#parts
    const index = this.#current
    if (index === null) return []
    const [bytes, size] = [acknowledged.of(index), table.size(index)]
    return [{ path: table.path(index), bytes, size }]
  }

  /** It is not what was sent before. */
  renew(index: number): void {
    this.#renewed.add(index)
  }

  isRenewed(index: number): boolean {
    return this.#renewed.has(index)
  }

  /** Null when it changed meanwhile. */
  async #sendOpen(
    index: number,
    file: SourceFile,
    from: number,
    using: Using,
  ): Promise<Sent | null> {
    if (file.size <= smallFileBytes && from === 0) return this.#sendSmall(index, file, using)
    return this.#sendLarge(index, file, from, using)
  }

  async #sendSmall(index: number, file: SourceFile, using: Using): Promise<Sent | null> {
    const { pace, rate, reporter, table } = this.#parts
    await pace.take(file.size, using.signal)
    const slot = await using.out.slot(file.size)
    const read = readWhole(file.fd, slot.bytes)
    if (read < file.size || !file.isUnchanged()) return null
    const hash = blake3Of(slot.bytes)
    const packed = rate.isLaneSlow && gainsByPacking(slot.bytes) ? pack(slot.bytes) : null
    using.out.fill(index, hash, slot, packed?.deflated ? (packed.bytes[0] ?? null) : null)
    table.setHash(index, hash)
    rate.count(file.size)
    reporter.moved(file.size)
    return { kind: 'sent' }
  }

  async #sendLarge(
    index: number,
    file: SourceFile,
    from: number,
    using: Using,
  ): Promise<Sent | null> {
    const { table } = this.#parts
    this.#current = index
    const hash = new RunningHash((into, offset) => readAt(file.fd, into, offset))
    let position = from
    for await (const { offset, bytes } of readAhead(
      file.fd,
      from,
      file.size,
      () => chunkBytesFor(this.#bytesPerSecond, this.#parts.pace.bytesPerSecond),
      this.#buffers,
    )) {
      await using.proceed()
      if (table.state(index) !== 'wanted') return { kind: 'dropped' }
      if (bytes.length === 0) break
      hash.pass(offset, [bytes])
      await this.#sendChunk(index, offset, bytes, using)
      position = offset + bytes.length
      if (hash.at < offset) await hash.step(position)
    }
    const whole = position === file.size ? await hash.digest(file.size) : null
    if (whole === null || !file.isUnchanged()) return null
    table.setHash(index, whole)
    await using.out.message(encodeSender({ kind: 'end', index, hash: whole }))
    return { kind: 'sent' }
  }

  /** A stretch that arrived or was kept wrong, once more. False when the file is another by now. */
  async sendAgain(index: number, from: number, to: number, using: Using): Promise<boolean> {
    const file = openSource(this.#parts.locate(index))
    if (typeof file === 'string') return false
    try {
      if (this.#differs(index, file)) return false
      const chunks = readAhead(file.fd, from, to, () => sumChunkBytes, this.#buffers)
      for await (const { offset, bytes } of chunks) {
        await using.proceed()
        await this.#sendChunk(index, offset, bytes, using)
      }
      return file.isUnchanged()
    } finally {
      file.close()
    }
  }

  /** The hashes of the pieces of a file, for finding the wrong ones. */
  async sendSums(index: number, { out }: Using): Promise<boolean> {
    const file = openSource(this.#parts.locate(index))
    if (typeof file === 'string') return false
    try {
      if (this.#differs(index, file)) return false
      const buffer = this.#buffers.slot(0).subarray(0, sumChunkBytes)
      for (let first = 0, at = 0; at < file.size;) {
        const sums: Uint8Array[] = []
        for (; at < file.size && sums.length < maxSumsPerBatch; at += sumChunkBytes) {
          const read = await readAt(file.fd, buffer, at)
          sums.push(blake3Of(buffer.subarray(0, read)))
        }
        await out.frame([encodeSender({ kind: 'sums', index, first, sums: Buffer.concat(sums) })])
        first += sums.length
      }
      return file.isUnchanged()
    } finally {
      file.close()
    }
  }

  /** Its hash before any of its bytes: the other side has a file that may be the same. */
  async probe(index: number, { out }: Using): Promise<Sent> {
    const file = openSource(this.#parts.locate(index))
    if (typeof file === 'string') return failed(file)
    try {
      if (this.#differs(index, file)) await this.#restart(index, file, out)
      const hash = new RunningHash((into, offset) => readAt(file.fd, into, offset))
      const whole = await hash.digest(file.size)
      // An unlikely hash is harmless: the file is then sent like any other.
      const told = whole && file.isUnchanged() ? whole : new Uint8Array(hashBytes)
      this.#parts.table.setHash(index, told)
      await out.message(encodeSender({ kind: 'probe', index, hash: told }))
      return { kind: 'sent' }
    } finally {
      file.close()
    }
  }

  async #sendChunk(index: number, offset: number, bytes: Uint8Array, using: Using): Promise<void> {
    const { pace, rate, reporter } = this.#parts
    const body: Body =
      rate.isLaneSlow && gainsByPacking(bytes)
        ? pack(bytes)
        : { deflated: false, length: bytes.length, bytes: [bytes] }
    await pace.take(bytes.length, using.signal)
    await using.out.frame([dataHead(index, offset, body), ...body.bytes])
    rate.count(bytes.length)
    reporter.moved(bytes.length)
  }

  /** What was there of it is void. */
  async #restart(index: number, file: SourceFile, out: Outgoing): Promise<void> {
    const { size, mtimeMs, mode } = file
    this.#parts.table.change(index, { size, mtimeMs, mode })
    this.#parts.acknowledged.partial(index, 0)
    this.#renewed.add(index)
    await out.message(encodeSender({ kind: 'restart', index, size, mtimeMs, mode }))
  }

  #differs(index: number, file: SourceFile): boolean {
    const { table } = this.#parts
    return file.size !== table.size(index) || file.mtimeMs !== table.mtimeMs(index)
  }

  get #bytesPerSecond(): number | null {
    return this.#parts.rate.bytesPerSecond
  }
}

function isFileError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && 'code' in error
}

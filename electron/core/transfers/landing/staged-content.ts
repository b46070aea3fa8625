import {
  chmodSync,
  closeSync,
  constants,
  fdatasync,
  fstatSync,
  fsync,
  ftruncate,
  ftruncateSync,
  lstatSync,
  openSync,
  read,
  unlinkSync,
  writev,
  writevSync,
} from 'node:fs'
import { promisify } from 'node:util'
import { Promptness } from '../../base/promptness.ts'
import { applyAttributes } from './attributes.ts'
import { errorCode } from './errors.ts'
import type { Folder } from './folder.ts'
import { runsOf } from './holes.ts'

const privateFile = 0o600
const noFollow = constants.O_NOFOLLOW ?? 0
const freshOnly = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | noFollow
const existingOnly = constants.O_RDWR | noFollow

const readAt = promisify(read)
const writeAt = promisify(writev)
const truncate = promisify(ftruncate)
const syncData = promisify(fdatasync)
const syncAll = promisify(fsync)

/** A new file in the staging; what an earlier try left under the name goes. */
export function stageFresh(staging: Folder, name: string): number {
  try {
    return openSync(staging.at(name), freshOnly, privateFile)
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error
    unlinkSync(staging.at(name))
    return openSync(staging.at(name), freshOnly, privateFile)
  }
}

/** What an earlier try left, if it is a file of ours and nobody else's by now. */
function stageAgain(staging: Folder, name: string): number | null {
  const there = lstatSync(staging.at(name), { throwIfNoEntry: false })
  // A second link means that it got its name before a crash: writing here would change that file.
  if (!there?.isFile() || there.nlink !== 1) return null
  // It may have got the mode of a read-only source already.
  chmodSync(staging.at(name), privateFile)
  const fd = openSync(staging.at(name), existingOnly)
  const opened = fstatSync(fd)
  if (opened.ino === there.ino && opened.dev === there.dev && opened.isFile()) return fd
  closeSync(fd)
  return null
}

export interface ContentOptions {
  readonly name: string
  readonly size: number
  /** How many bytes of an earlier try may be kept. */
  readonly verified: number
  readonly durable: boolean
}

/** The content of a file under its staged name, until it is given its own. */
export class StagedContent {
  readonly kept: number
  readonly #fd: number
  readonly #size: number
  readonly #durable: boolean
  /** The length on disk, and the length with the holes that were left at the end. */
  #end: number
  #wanted: number
  /** From here on nothing was ever written, so zeros need no writing. */
  #untouched: number
  readonly #promptness = new Promptness()
  #isOpen = true

  constructor(staging: Folder, { name, size, verified, durable }: ContentOptions) {
    this.#fd = stageAgain(staging, name) ?? stageFresh(staging, name)
    this.#size = size
    this.#durable = durable
    this.kept = Math.min(fstatSync(this.#fd).size, verified, size)
    // A longer rest must not come to light behind a shorter content.
    ftruncateSync(this.#fd, this.kept)
    this.#end = this.#wanted = this.#untouched = this.kept
  }

  async write(parts: readonly Uint8Array[], offset: number): Promise<void> {
    const end = parts.reduce((sum, part) => sum + part.length, offset)
    if (offset < 0 || end > this.#size) throw new RangeError('outside of the file')
    for (const run of runsOf(parts, offset, this.#untouched)) {
      // Before the write: one that fails half-way leaves bytes behind.
      this.#untouched = Math.max(this.#untouched, run.offset + run.length)
      await this.#writeAll(run.parts, run.offset)
      this.#end = Math.max(this.#end, run.offset + run.length)
    }
    this.#wanted = Math.max(this.#wanted, end)
  }

  async read(into: Uint8Array, offset: number): Promise<number> {
    return (await readAt(this.#fd, into, 0, into.length, offset)).bytesRead
  }

  async sync(): Promise<void> {
    await this.#stretch(this.#wanted)
    if (this.#durable) await syncData(this.#fd)
  }

  /** After this nothing is written to it any more. */
  async seal(mode: number, mtimeMs: number): Promise<void> {
    await this.#stretch(this.#size)
    applyAttributes(this.#fd, mode, mtimeMs)
    if (this.#durable) await syncAll(this.#fd)
    this.close()
  }

  close(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    closeSync(this.#fd)
  }

  async #stretch(length: number): Promise<void> {
    if (this.#end >= length) return
    await truncate(this.#fd, length)
    this.#end = length
  }

  async #writeAll(parts: readonly Uint8Array[], offset: number): Promise<void> {
    let rest = parts
    let at = offset
    while (rest.length > 0) {
      const written = await this.#writeSome(rest, at)
      at += written
      rest = after(rest, written)
    }
  }

  async #writeSome(parts: readonly Uint8Array[], at: number): Promise<number> {
    if (!this.#promptness.isPrompt) return (await writeAt(this.#fd, parts, at)).bytesWritten
    const bytes = parts.reduce((sum, part) => sum + part.length, 0)
    return this.#promptness.watch(bytes, () => writevSync(this.#fd, parts, at))
  }
}

/** What is left of the parts behind so many bytes. */
function after(parts: readonly Uint8Array[], bytes: number): readonly Uint8Array[] {
  let skip = bytes
  const rest: Uint8Array[] = []
  for (const part of parts) {
    if (skip < part.length) rest.push(skip === 0 ? part : part.subarray(skip))
    skip = Math.max(0, skip - part.length)
  }
  return rest
}

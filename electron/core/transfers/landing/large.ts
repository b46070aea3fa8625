import { read, unlinkSync } from 'node:fs'
import { promisify } from 'node:util'
import type { SafePath } from '../names.ts'
import { fileMode } from './attributes.ts'
import { errorCode } from './errors.ts'
import type { Hands } from './hands.ts'
import type { Nameless } from './naming.ts'
import { StagedContent } from './staged-content.ts'
import { Turns } from './turns.ts'
import type { Attributes, IsIdentical, Landed, StagedFile } from './types.ts'

const readAt = promisify(read)

interface Owner {
  /** Waits for its turn among all files of the transfer, and makes the name last. */
  giveName(file: Nameless): Promise<Landed>
  onClosed(): void
}

interface Wanted {
  readonly index: number
  readonly path: SafePath
  readonly size: number
  readonly verified: number
}

/** A file that takes more than one step to land. */
export class LargeFile implements StagedFile {
  readonly kept: number
  readonly #wanted: Wanted
  readonly #staged: string
  readonly #content: StagedContent
  readonly #hands: Hands
  readonly #owner: Owner
  readonly #turns: Turns

  constructor(wanted: Wanted, hands: Hands, owner: Owner) {
    const { size, verified } = wanted
    this.#wanted = wanted
    this.#staged = String(wanted.index)
    this.#hands = hands
    this.#owner = owner
    this.#turns = new Turns(hands.root)
    const { staging, durable } = hands
    this.#content = new StagedContent(staging, { name: this.#staged, size, verified, durable })
    this.kept = this.#content.kept
  }

  write(parts: readonly Uint8Array[], offset: number): Promise<void> {
    return this.#turns.run(() => this.#content.write(parts, offset))
  }

  read(into: Uint8Array, offset: number): Promise<number> {
    return this.#turns.run(() => this.#content.read(into, offset))
  }

  sync(): Promise<void> {
    return this.#turns.run(() => this.#content.sync())
  }

  finish({ mode, mtimeMs }: Attributes, isIdentical: IsIdentical): Promise<Landed> {
    const hands = this.#hands
    const { path, size } = this.#wanted
    const isSame = (fd: number) => isIdentical({ size, read: (into, at) => readFrom(fd, into, at) })
    return this.#turns.run(async () => {
      await hands.mark?.(hands.staging.path, [this.#staged])
      await this.#content.seal(fileMode(mode), mtimeMs)
      this.#owner.onClosed()
      return this.#owner.giveName({ staged: this.#staged, path, size, isSame })
    })
  }

  close(): Promise<void> {
    return this.#turns.run(() => this.#letGo())
  }

  discard(): Promise<void> {
    return this.#turns.run(() => {
      this.#letGo()
      try {
        unlinkSync(this.#hands.staging.at(this.#staged))
      } catch (error) {
        if (errorCode(error) !== 'ENOENT') throw error
      }
    })
  }

  #letGo(): void {
    this.#content.close()
    this.#owner.onClosed()
  }
}

async function readFrom(fd: number, into: Uint8Array, offset: number): Promise<number> {
  return (await readAt(fd, into, 0, into.length, offset)).bytesRead
}

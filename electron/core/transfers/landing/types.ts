import type { Conflicts } from '#shared/model.ts'
import type { SafePath } from '../names.ts'

/** What a landed file or folder keeps of its source. */
export interface Attributes {
  /** Milliseconds since 1970, with fractions. */
  readonly mtimeMs: number
  /** The mode bits of the source; what may not come along is taken off here. */
  readonly mode: number
}

/** Where a file ended; `path` is relative to the destination and may differ from what was asked. */
export type Landed =
  | { readonly kind: 'landed' | 'identical' | 'skipped'; readonly path: readonly string[] }
  | { readonly kind: 'refused'; readonly reason: 'name' | 'place' }

/** Whether the file that holds the name already has the very content; called for equal sizes only. */
export type IsIdentical = (existing: {
  readonly size: number
  /** Fills from the offset; 0 at the end. Valid until the answer. */
  read(into: Uint8Array, offset: number): Promise<number>
}) => Promise<boolean>

export interface SmallFile extends Attributes {
  /** The number of the file in its transfer; names its staged form. */
  readonly index: number
  readonly path: SafePath
  readonly bytes: Uint8Array
}

/** A large file on its way: staged, written at offsets, then given its name. One call at a time. */
export interface StagedFile {
  /** How much of it is there: what was asked to keep, or less if less was found. */
  readonly kept: number
  /** Long runs of zeros become holes. */
  write(parts: readonly Uint8Array[], offset: number): Promise<void>
  /** For hashing again what was kept. 0 at the end. */
  read(into: Uint8Array, offset: number): Promise<number>
  /** Only what was synced may be journaled. */
  sync(): Promise<void>
  /** After the whole hash was found right: attributes, durable content, name, durable name. Closes. */
  finish(attributes: Attributes, isIdentical: IsIdentical): Promise<Landed>
  /** Keeps what is staged, for another time. */
  close(): Promise<void>
  /** Removes what is staged. */
  discard(): Promise<void>
}

/** A file that was there before, or has landed. */
export interface ExistingFile {
  /** Fills from the offset; 0 at the end. */
  read(into: Uint8Array, offset: number): Promise<number>
  close(): void
}

export interface Landing {
  /** The real path of the destination. */
  readonly root: string
  /** Opens or makes the staged form of a file, cut to the `verified` bytes that may be kept. */
  begin(
    file: { index: number; path: SafePath; size: number },
    verified: number,
  ): Promise<StagedFile>
  /** Of what is staged, nothing but these is left. */
  keepStaged(indexes: ReadonlySet<number>): Promise<void>
  /** The plain file that has this very name and size, for reading; null when there is none. */
  existing(path: SafePath, size: number): Promise<ExistingFile | null>
  /** Whole files whose hashes were found right. Durable when it resolves; results in their order. */
  landSmall(files: readonly SmallFile[]): Promise<readonly Landed[]>
  /** A folder for its own sake (an empty one, or for its attributes). Durable after `settle`. */
  folder(path: SafePath, attributes: Attributes): Promise<Landed>
  /** After the last file: folders made here get their modes and times. */
  settle(): Promise<void>
  /** Lets go of everything; what is staged stays for a resume. */
  close(): Promise<void>
  /** Cancelled or done: removes the staging, and nothing else. */
  discard(): Promise<void>
}

export interface LandingOptions {
  /** The destination. It must exist: a disk that was unplugged must not become a folder. */
  readonly root: string
  /** 32 hex digits. */
  readonly transferId: string
  /** What happens where another file already has the name. Nothing is ever replaced. */
  readonly conflicts: Conflicts
}

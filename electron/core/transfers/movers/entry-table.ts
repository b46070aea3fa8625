import { hashBytes } from '../content/blake3.ts'
import type { Entry } from '../content/messages.ts'

const segmentBits = 16
const segmentLength = 1 << segmentBits
const noParent = 0xffff_ffff

interface Numbers {
  [index: number]: number
  readonly length: number
}

/** Numbers by index that grow without ever being copied. */
class Column {
  readonly #make: () => Numbers
  readonly #segments: Numbers[] = []

  constructor(make: () => Numbers) {
    this.#make = make
  }

  get(index: number): number {
    return this.#segments[index >> segmentBits]?.[index & (segmentLength - 1)] ?? 0
  }

  set(index: number, value: number): void {
    const segment = (this.#segments[index >> segmentBits] ??= this.#make())
    segment[index & (segmentLength - 1)] = value
  }
}

/**
 * All entries of a transfer with what is known of each, some hundred bytes an entry: a million of
 * them must fit in memory beside everything else.
 */
export class EntryTable<State extends string> {
  readonly #states: readonly State[]
  readonly #initial: State
  readonly #names: string[] = []
  readonly #parents = new Column(() => new Uint32Array(segmentLength))
  readonly #sizes = new Column(() => new Float64Array(segmentLength))
  readonly #mtimes = new Column(() => new Float64Array(segmentLength))
  /** Mode bits, and one more for folders. */
  readonly #modes = new Column(() => new Uint16Array(segmentLength))
  readonly #depths = new Column(() => new Uint16Array(segmentLength))
  readonly #stateCodes = new Column(() => new Uint8Array(segmentLength))
  readonly #hashes: Uint8Array[] = []
  #lastParent = noParent
  #lastParts: readonly string[] = []

  constructor(states: readonly [State, ...State[]]) {
    this.#states = states
    this.#initial = states[0]
  }

  get length(): number {
    return this.#names.length
  }

  add(entry: Entry): number {
    const index = this.#names.push(entry.name) - 1
    const { parent } = entry
    this.#parents.set(index, parent ?? noParent)
    this.#depths.set(index, parent === null ? 1 : this.#depths.get(parent) + 1)
    this.#modes.set(index, (entry.mode & 0o777) | (entry.kind === 'folder' ? folderBit : 0))
    this.#sizes.set(index, entry.size)
    this.#mtimes.set(index, entry.mtimeMs)
    return index
  }

  entry(index: number): Entry {
    const parent = this.#parents.get(index)
    return {
      kind: this.isFolder(index) ? 'folder' : 'file',
      parent: parent === noParent ? null : parent,
      name: this.#names[index] ?? '',
      size: this.size(index),
      mtimeMs: this.#mtimes.get(index),
      mode: this.mode(index),
    }
  }

  isFolder(index: number): boolean {
    return (this.#modes.get(index) & folderBit) !== 0
  }

  size(index: number): number {
    return this.#sizes.get(index)
  }

  mtimeMs(index: number): number {
    return this.#mtimes.get(index)
  }

  mode(index: number): number {
    return this.#modes.get(index) & 0o777
  }

  depth(index: number): number {
    return this.#depths.get(index)
  }

  /** The file is another version of itself by now. */
  change(index: number, now: { size: number; mtimeMs: number; mode: number }): void {
    this.#sizes.set(index, now.size)
    this.#mtimes.set(index, now.mtimeMs)
    this.#modes.set(index, now.mode & 0o777)
  }

  state(index: number): State {
    return this.#states[this.#stateCodes.get(index)] ?? this.#initial
  }

  setState(index: number, state: State): void {
    this.#stateCodes.set(index, this.#states.indexOf(state))
  }

  /** All zeros until it is known. */
  hash(index: number): Uint8Array {
    const at = (index & (segmentLength - 1)) * hashBytes
    return this.#hashSegment(index).subarray(at, at + hashBytes)
  }

  setHash(index: number, hash: Uint8Array): void {
    this.#hashSegment(index).set(hash, (index & (segmentLength - 1)) * hashBytes)
  }

  /** Its names from the top down. */
  parts(index: number): readonly string[] {
    if (index >= this.length) throw new RangeError('no such entry')
    const parent = this.#parents.get(index)
    const name = this.#names[index] ?? ''
    if (parent === noParent) return [name]
    if (parent !== this.#lastParent) {
      this.#lastParts = this.#climb(parent)
      this.#lastParent = parent
    }
    return [...this.#lastParts, name]
  }

  /** The entry at the top that it is, or lies in. */
  top(index: number): number {
    if (index >= this.length) throw new RangeError('no such entry')
    let at = index
    for (let up = at; up !== noParent; up = this.#parents.get(at)) at = up
    return at
  }

  path(index: number): string {
    return this.parts(index).join('/')
  }

  #climb(index: number): readonly string[] {
    const parts: string[] = []
    for (let at = index; at !== noParent; at = this.#parents.get(at)) {
      parts.push(this.#names[at] ?? '')
    }
    return parts.reverse()
  }

  #hashSegment(index: number): Uint8Array {
    return (this.#hashes[index >> segmentBits] ??= new Uint8Array(segmentLength * hashBytes))
  }
}

const folderBit = 0o1000

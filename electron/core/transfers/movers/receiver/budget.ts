import { maxEntries } from '../../content/limits.ts'
import type { Agreed } from '../messages.ts'

/** Nobody is shown how many folders there are: as many as files, and so many that may be empty. */
const spareFolders = 10_000

/**
 * What still may land of what was agreed to. It outlives listings: what has landed stays counted,
 * what was only asked for is forgotten when other entries take the place of those it was asked of.
 */
export class Budget {
  #maxBytes: number
  #maxFiles: number
  #isOpen: boolean
  readonly #landed: { bytes: number; files: number }
  #asked = { bytes: 0, files: 0 }
  #folders = 0

  constructor({ maxBytes, maxFiles, isOpen, landed }: Omit<Agreed, 'names'>) {
    this.#maxBytes = maxBytes ?? Number.MAX_SAFE_INTEGER
    this.#maxFiles = Math.min(maxFiles ?? maxEntries, maxEntries)
    this.#isOpen = isOpen
    this.#landed = { ...landed }
  }

  /** Another listing: other entries, of which nothing was asked for yet. */
  restart(): void {
    this.#asked = { bytes: 0, files: 0 }
  }

  /** One more file may come. */
  file(bytes: number): boolean {
    if (this.#landed.files + this.#asked.files >= this.#maxFiles || !this.grow(bytes)) return false
    this.#asked.files++
    return true
  }

  /** A file that was asked for may be so much larger. */
  grow(bytes: number): boolean {
    if (this.#landed.bytes + this.#asked.bytes + bytes > this.#maxBytes) return false
    this.#asked.bytes += bytes
    return true
  }

  /** One more folder may be made. */
  get hasFolders(): boolean {
    return this.#folders < this.#maxFiles + spareFolders
  }

  madeFolder(): void {
    this.#folders++
  }

  landed(bytes: number): void {
    this.#landed.files++
    this.#landed.bytes += bytes
    this.#asked.files = Math.max(0, this.#asked.files - 1)
    this.#asked.bytes = Math.max(0, this.#asked.bytes - bytes)
  }

  /** The sender has told how much it is in all. */
  listed({ bytes, files }: { readonly bytes: number; readonly files: number }): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    this.#maxBytes = Math.min(this.#maxBytes, bytes)
    this.#maxFiles = Math.min(this.#maxFiles, files)
  }
}

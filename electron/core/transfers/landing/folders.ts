import { fsync, mkdirSync } from 'node:fs'
import { promisify } from 'node:util'
import { numbered, plainName } from '../names.ts'
import { errorCode, isUnnameable } from './errors.ts'
import { type Folder, type Hold, openChild, syncFolder } from './folder.ts'

/**
 * A folder below the destination, and the names that lead to it, as they really are. It is let go
 * when many others are used: reach it again after every await.
 */
export interface Reached {
  readonly folder: Folder
  readonly names: readonly string[]
  /** Set when an entry of it was made: it is flushed with the next `sync`. */
  changed: boolean
}

/** No folder can be had under this name; the rest of the transfer is not touched. */
export class NoPlace extends Error {}

interface Entry extends Reached {
  seen: number
}

const mostOpen = 200
const mostNumbers = 1000
const mostRemembered = 100_000
const flush = promisify(fsync)

/** Finds or makes the folders of a transfer below its destination, holding the ones in use. */
export class Folders {
  readonly #root: Entry
  readonly #hold: Hold
  readonly #durable: boolean
  /** By the names the sender uses, oldest use first. */
  readonly #open = new Map<string, Entry>()
  readonly #made = new Set<string>()
  #round = 0

  constructor(root: Folder, options: { hold: Hold; durable: boolean }) {
    this.#root = { folder: root, names: [], seen: 0, changed: false }
    this.#hold = options.hold
    this.#durable = options.durable
  }

  /** From here on every folder is looked at again: somebody may have moved it. */
  renew(): void {
    this.#round += 1
  }

  reach(parts: readonly string[]): Reached {
    let from = parts.length
    let entry = this.#root
    for (; from > 0; from -= 1) {
      const known = this.#known(keyOf(parts, from))
      if (!known) continue
      entry = known
      break
    }
    for (; from < parts.length; from += 1) {
      const key = keyOf(parts, from + 1)
      entry = this.#child(entry, parts[from] ?? '', key)
      this.#remember(key, entry)
    }
    return entry
  }

  /** Whether the folder was made here; only then its attributes are ours to set. */
  isMadeHere(parts: readonly string[]): boolean {
    return this.#made.has(keyOf(parts, parts.length))
  }

  /** What was made up to here survives a loss of power. */
  async sync(): Promise<void> {
    const changed = [this.#root, ...this.#open.values()].filter((entry) => entry.changed)
    for (const entry of changed) entry.changed = false
    if (!this.#durable) return
    await Promise.all(
      changed.map(async ({ folder }) => {
        if (folder.descriptor === null) syncFolder(folder)
        else await flush(folder.descriptor)
      }),
    )
  }

  /** Lets go of all folders; they are reached anew. */
  close(): void {
    for (const entry of this.#open.values()) this.#letGo(entry)
    this.#open.clear()
  }

  #known(key: string): Entry | undefined {
    const entry = this.#open.get(key)
    if (!entry) return undefined
    this.#open.delete(key)
    if (entry.seen !== this.#round && !entry.folder.isInPlace()) {
      this.#letGo(entry)
      return undefined
    }
    entry.seen = this.#round
    this.#open.set(key, entry)
    return entry
  }

  #remember(key: string, entry: Entry): void {
    this.#open.set(key, entry)
    if (this.#open.size <= mostOpen) return
    for (const [oldest, stale] of this.#open) {
      this.#open.delete(oldest)
      this.#letGo(stale)
      return
    }
  }

  #letGo(entry: Entry): void {
    if (entry.changed && this.#durable) syncFolder(entry.folder)
    entry.folder.close()
  }

  /** A link, a file or another disk under that name is left alone: the folder gets a number. */
  #child(parent: Entry, wanted: string, key: string): Entry {
    let base = wanted
    for (let number = 1; number <= mostNumbers; number += 1) {
      const name = number === 1 ? base : numbered(base, number)
      try {
        const made = this.#make(parent, name)
        const folder = openChild(parent.folder, name, this.#hold)
        if (folder.device === this.#root.folder.device) {
          if (made && this.#made.size < mostRemembered) this.#made.add(key)
          return { folder, names: [...parent.names, name], seen: this.#round, changed: false }
        }
        folder.close()
      } catch (error) {
        if (isObstacle(error, parent === this.#root)) continue
        if (!isUnnameable(error, parent.folder)) throw error
        const plain = plainName(base)
        // A folder that vanished under our hands says the same, and is worth another look.
        if (plain === base && errorCode(error) === 'ENOENT') throw error
        if (plain === base) throw new NoPlace('no name', { cause: error })
        base = plain
        number = 0
      }
    }
    throw new NoPlace('every number is taken')
  }

  #make(parent: Entry, name: string): boolean {
    try {
      mkdirSync(parent.folder.at(name))
    } catch (error) {
      if (errorCode(error) === 'EEXIST') return false
      throw error
    }
    parent.folder.confirm()
    parent.changed = true
    return true
  }
}

function keyOf(parts: readonly string[], length: number): string {
  return parts.slice(0, length).join('/')
}

/** What stands in the way may be passed by; a destination that takes nothing may not. */
function isObstacle(error: unknown, isRoot: boolean): boolean {
  const code = errorCode(error)
  return code === 'ENOTDIR' || code === 'ELOOP' || (code === 'EACCES' && !isRoot)
}

import { closeSync, unlinkSync } from 'node:fs'
import { numbered, plainName, type SafePath } from '../names.ts'
import { errorCode } from './errors.ts'
import { openExisting } from './existing.ts'
import type { Folder } from './folder.ts'
import { type Folders, NoPlace } from './folders.ts'
import type { Place } from './place.ts'
import type { Landed, LandingOptions } from './types.ts'

/** Whether an open file of the same size has the same content. */
type IsSame = (fd: number) => boolean | Promise<boolean>

export interface Nameless {
  /** The name in the staging. */
  readonly staged: string
  readonly path: SafePath
  readonly size: number
  readonly isSame: IsSame
}

const mostTries = 1000
const mostRemembered = 4096

/** Gives staged files the names they were sent with, or the nearest that is free. */
export class Naming {
  readonly #staging: Folder
  readonly #folders: Folders
  readonly #place: Place
  readonly #conflicts: LandingOptions['conflicts']
  /** The last number given to a name, so that many of one name do not count from two each. */
  readonly #numbers = new Map<string, number>()

  constructor(options: {
    staging: Folder
    folders: Folders
    place: Place
    conflicts: LandingOptions['conflicts']
  }) {
    this.#staging = options.staging
    this.#folders = options.folders
    this.#place = options.place
    this.#conflicts = options.conflicts
  }

  /** The usual case, without waiting for anything; null when something has the name. */
  tryName(staged: string, path: SafePath): Landed | null {
    try {
      const reached = this.#folders.reach(path.slice(0, -1))
      const name = nameOf(path)
      if (this.#place(this.#staging, staged, reached.folder, name) !== 'placed') return null
      reached.changed = true
      return { kind: 'landed', path: [...reached.names, name] }
    } catch (error) {
      if (isRefusal(error, path)) return this.#refuse(staged, 'place')
      throw error
    }
  }

  async giveName(file: Nameless): Promise<Landed> {
    const landed = this.tryName(file.staged, file.path)
    if (landed) return landed
    let base = nameOf(file.path)
    let number = 1
    for (let tries = 0; tries < mostTries; tries += 1) {
      const name = number === 1 ? base : numbered(base, number)
      const reached = this.#folders.reach(file.path.slice(0, -1))
      const path = [...reached.names, name]
      const placed = this.#place(this.#staging, file.staged, reached.folder, name)
      if (placed === 'placed') {
        reached.changed = true
        this.#remember(file.path, number)
        return { kind: 'landed', path }
      }
      if (placed === 'unnameable') {
        if (plainName(base) === base) return this.#refuse(file.staged, 'name')
        base = plainName(base)
        continue
      }
      if (await hasContent(reached.folder, name, file)) return this.#leave(file, 'identical', path)
      if (this.#conflicts === 'skip') return this.#leave(file, 'skipped', path)
      number = number === 1 ? (this.#numbers.get(file.path.join('/')) ?? 2) : number + 1
    }
    return this.#refuse(file.staged, 'place')
  }

  #remember(path: SafePath, number: number): void {
    if (this.#numbers.size >= mostRemembered) this.#numbers.clear()
    this.#numbers.set(path.join('/'), number)
  }

  #leave(file: Nameless, kind: 'identical' | 'skipped', path: readonly string[]): Landed {
    unlinkSync(this.#staging.at(file.staged))
    return { kind, path }
  }

  #refuse(staged: string, reason: 'name' | 'place'): Landed {
    unlinkSync(this.#staging.at(staged))
    return { kind: 'refused', reason }
  }
}

/** A folder below the destination that takes nothing fails its files, not the transfer. */
function isRefusal(error: unknown, path: SafePath): boolean {
  if (error instanceof NoPlace) return true
  return path.length > 1 && ['EACCES', 'EPERM', 'EXDEV'].includes(errorCode(error))
}

async function hasContent(folder: Folder, name: string, file: Nameless): Promise<boolean> {
  const fd = openExisting(folder, name, file.size)
  if (fd === null) return false
  try {
    return await file.isSame(fd)
  } finally {
    closeSync(fd)
  }
}

function nameOf(path: SafePath): string {
  return path.at(-1) ?? ''
}

import { closeSync, type linkSync, read, statfsSync } from 'node:fs'
import { promisify } from 'node:util'
import type { SafePath } from '../names.ts'
import { applyToFolder } from './attributes.ts'
import { errorCode, landingFault } from './errors.ts'
import { openExisting } from './existing.ts'
import type { Hands } from './hands.ts'
import { type Folder, type Hold, holdOfThisSystem, openRoot } from './folder.ts'
import { Folders, NoPlace } from './folders.ts'
import { type Mark, markOfThisSystem } from './marks.ts'
import { type Nameless, Naming } from './naming.ts'
import { openPlace } from './place.ts'
import { LargeFile } from './large.ts'
import { landSmall } from './small.ts'
import { isTransferId, openStaging, removeStaged, removeStaging, sweepStaging } from './staging.ts'
import { Turns } from './turns.ts'
import type {
  Attributes,
  ExistingFile,
  Landed,
  Landing,
  LandingOptions,
  SmallFile,
  StagedFile,
} from './types.ts'

/** What tests bend: how folders are held, links that fail, marks of other systems. */
interface Surroundings {
  readonly hold?: Hold
  readonly link?: typeof linkSync
  readonly mark?: Mark | null
}

/** Opens the destination for one transfer and makes its staging folder there. */
export async function openLanding(
  options: LandingOptions,
  surroundings: Surroundings = {},
): Promise<Landing> {
  if (!isTransferId(options.transferId)) throw new Error('not the id of a transfer')
  try {
    const hold = surroundings.hold ?? holdOfThisSystem()
    const root = openRoot(options.root, hold)
    try {
      const staging = openStaging(root, options.transferId, hold)
      return new OpenLanding(options, surroundings, { hold, root, staging })
    } catch (error) {
      root.close()
      throw error
    }
  } catch (error) {
    throw landingFault(error, options.root)
  }
}

/** At the start: removes what transfers that will never go on have left in a destination. */
export async function cleanLanding(options: {
  readonly root: string
  readonly live: ReadonlySet<string>
  readonly untouchedSinceMs: number
}): Promise<void> {
  const hold = holdOfThisSystem()
  try {
    const root = openRoot(options.root, hold)
    try {
      sweepStaging(root, { ...options, hold })
    } finally {
      root.close()
    }
  } catch (error) {
    throw landingFault(error, options.root)
  }
}

const readInto = promisify(read)

function existingFile(fd: number): ExistingFile {
  return {
    read: async (into, offset) => (await readInto(fd, into, 0, into.length, offset)).bytesRead,
    close: () => closeSync(fd),
  }
}

// File systems in memory: to sync them costs time and keeps nothing.
const volatileTypes = new Set([0x01021994, 0x858458f6])

class OpenLanding implements Landing {
  readonly root: string
  readonly #options: LandingOptions
  readonly #hold: Hold
  readonly #rootFolder: Folder
  readonly #hands: Hands
  readonly #open = new Set<LargeFile>()
  readonly #attributes = new Map<SafePath, Attributes>()
  /** Folders are let go of and numbers are given: one step after the other. */
  readonly #turns: Turns
  #isOpen = true

  constructor(
    options: LandingOptions,
    surroundings: Surroundings,
    held: { hold: Hold; root: Folder; staging: Folder },
  ) {
    const { hold, root, staging } = held
    this.root = root.path
    this.#options = options
    this.#hold = hold
    this.#rootFolder = root
    const durable = !volatileTypes.has(statfsSync(root.path).type)
    const folders = new Folders(root, { hold, durable })
    const place = openPlace(surroundings.link)
    const { conflicts } = options
    this.#turns = new Turns(root.path)
    this.#hands = {
      root: root.path,
      staging,
      folders,
      naming: new Naming({ staging, folders, place, conflicts }),
      mark: surroundings.mark === undefined ? markOfThisSystem() : surroundings.mark,
      durable,
    }
  }

  begin(
    file: { index: number; path: SafePath; size: number },
    verified: number,
  ): Promise<StagedFile> {
    return this.#inTurn(() => {
      const large = new LargeFile({ ...file, verified }, this.#hands, {
        giveName: (nameless) => this.#giveName(nameless),
        onClosed: () => this.#open.delete(large),
      })
      this.#open.add(large)
      return large
    })
  }

  keepStaged(indexes: ReadonlySet<number>): Promise<void> {
    return this.#inTurn(() => removeStaged(this.#hands.staging, indexes))
  }

  existing(path: SafePath, size: number): Promise<ExistingFile | null> {
    return this.#inTurn(() => {
      try {
        const { folder } = this.#hands.folders.reach(path.slice(0, -1))
        const fd = openExisting(folder, path.at(-1) ?? '', size)
        return fd === null ? null : existingFile(fd)
      } catch (error) {
        if (error instanceof NoPlace) return null
        throw error
      }
    })
  }

  landSmall(files: readonly SmallFile[]): Promise<readonly Landed[]> {
    return this.#inTurn(() => this.#again(() => landSmall(this.#hands, files)))
  }

  #giveName(file: Nameless): Promise<Landed> {
    return this.#inTurn(async () => {
      const landed = await this.#again(() => this.#hands.naming.giveName(file))
      await this.#hands.folders.sync()
      return landed
    })
  }

  folder(path: SafePath, attributes: Attributes): Promise<Landed> {
    return this.#inTurn(() => {
      try {
        const { names } = this.#hands.folders.reach(path)
        if (!this.#hands.folders.isMadeHere(path)) return { kind: 'identical', path: names }
        this.#attributes.set(path, attributes)
        return { kind: 'landed', path: names }
      } catch (error) {
        if (error instanceof NoPlace) return { kind: 'refused', reason: 'place' }
        throw error
      }
    })
  }

  settle(): Promise<void> {
    return this.#inTurn(async () => {
      // Deepest first: what is made in a folder changes its time.
      const deepestFirst = [...this.#attributes].sort(([a], [b]) => b.length - a.length)
      for (const [path, attributes] of deepestFirst) {
        const reached = this.#hands.folders.reach(path)
        applyToFolder(reached.folder, attributes)
        reached.changed = true
      }
      this.#attributes.clear()
      await this.#hands.folders.sync()
    })
  }

  async close(): Promise<void> {
    await Promise.all([...this.#open].map((large) => large.close()))
    await this.#turns.run(() => this.#letGo())
  }

  async discard(): Promise<void> {
    await Promise.all([...this.#open].map((large) => large.close()))
    await this.#inTurn(() => {
      removeStaging(this.#rootFolder, this.#options.transferId, this.#hold)
      this.#letGo()
    })
  }

  #letGo(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    this.#hands.folders.close()
    this.#hands.staging.close()
    this.#rootFolder.close()
  }

  #inTurn<T>(step: () => T | Promise<T>): Promise<T> {
    return this.#turns.run(() => {
      if (!this.#isOpen) throw new Error('the landing is closed')
      this.#hands.folders.renew()
      return step()
    })
  }

  /** Folders that were held may have been moved or removed meanwhile: they are looked up once more. */
  async #again<T>(step: () => T | Promise<T>): Promise<T> {
    try {
      return await step()
    } catch (error) {
      if (errorCode(error) !== 'ENOENT' || !this.#rootFolder.isInPlace()) throw error
      this.#hands.folders.close()
      return step()
    }
  }
}

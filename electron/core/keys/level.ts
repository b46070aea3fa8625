import { ClassicLevel } from 'classic-level'
import { Fault } from '#shared/faults.ts'
import { errorCode, makeFolder } from './files.ts'

export type Entry = readonly [key: Uint8Array, value: Uint8Array]

export type Write =
  | { readonly type: 'put'; readonly key: Uint8Array; readonly value: Uint8Array }
  | { readonly type: 'del'; readonly key: Uint8Array }

/** What one turn may do with the database. */
export interface Turn {
  get(key: Uint8Array): Promise<Uint8Array | null>
  entries(range: { readonly gte: Uint8Array; readonly lte: Uint8Array }): AsyncIterable<Entry>
  /** All or nothing, and on disk when it resolves. */
  write(writes: readonly Write[]): Promise<void>
}

/** The files of a database do not fit together any more. */
export class LevelDamage extends Error {
  override readonly name = 'LevelDamage'
}

/**
 * LevelDB, used by one at a time: what is read and then written in one turn cannot be overtaken,
 * and writes reach the disk in the order they were asked for.
 */
export class Level {
  readonly #folder: string
  readonly #database: ClassicLevel<Uint8Array, Uint8Array>
  #last: Promise<unknown> = Promise.resolve()
  #torn = false

  private constructor(folder: string) {
    this.#folder = folder
    this.#database = new ClassicLevel(folder, { keyEncoding: 'view', valueEncoding: 'view' })
  }

  static async open(folder: string): Promise<Level> {
    try {
      await makeFolder(folder)
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error
      throw new LevelDamage('a file lies where the database was', { cause: error })
    }
    const level = new Level(folder)
    await level.#open()
    return level
  }

  /** False after a write that failed: the files may end in half a record. */
  get isSound(): boolean {
    return !this.#torn
  }

  turn<Result>(work: (turn: Turn) => Promise<Result>): Promise<Result> {
    const result = this.#last.then(async () => {
      await this.#mend()
      return work({
        get: (key) => this.#try(async () => (await this.#database.get(key)) ?? null),
        entries: (range) => this.#entries(range),
        write: (writes) => this.#write(writes),
      })
    })
    this.#last = result.catch(() => {})
    return result
  }

  async close(): Promise<void> {
    await this.#last
    await this.#database.close()
  }

  async #open(): Promise<void> {
    try {
      await this.#database.open()
    } catch (error) {
      // A failed open can leave the lock behind until it is closed.
      await this.#database.close()
      throw levelError(error, this.#folder)
    }
  }

  /**
   * After a failed write LevelDB would append behind half a record, and lose both at the next
   * start. Opening anew reads what is whole and begins a new file.
   */
  async #mend(): Promise<void> {
    if (!this.#torn) return
    await this.#database.close()
    await this.#open()
    this.#torn = false
  }

  async #write(writes: readonly Write[]): Promise<void> {
    try {
      await this.#database.batch([...writes], { sync: true })
    } catch (error) {
      this.#torn = true
      throw levelError(error, this.#folder)
    }
  }

  async *#entries(range: { gte: Uint8Array; lte: Uint8Array }): AsyncGenerator<Entry> {
    try {
      yield* this.#database.iterator(range)
    } catch (error) {
      throw levelError(error, this.#folder)
    }
  }

  async #try<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work()
    } catch (error) {
      throw levelError(error, this.#folder)
    }
  }
}

/** LevelDB tells its troubles in text; what it wraps is the cause. */
function levelError(error: unknown, folder: string): unknown {
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error
  if (!(inner instanceof Error)) return error
  const text = inner.message
  const code = errorCode(inner)
  if (code === 'LEVEL_LOCKED') return new Fault('profile.busy', { folder }, { cause: inner })
  if (/no space left|quota exceeded|not enough space/i.test(text)) {
    return new Fault('disk.full', { folder }, { cause: inner })
  }
  if (/permission denied|not permitted|read-only file system|access is denied/i.test(text)) {
    return new Fault('profile.unwritable', { folder }, { cause: inner })
  }
  const unfit = /no such file|cannot find|invalid argument|is a directory|not a directory/i
  if (code === 'LEVEL_CORRUPTION' || unfit.test(text)) {
    return new LevelDamage('the database is damaged', { cause: inner })
  }
  return inner
}

import { randomBytes } from 'node:crypto'
import { mkdir, open, readdir, readFile, rm, statfs, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Fault } from '#shared/faults.ts'
import { isTransferId, type DeviceId, type TransferId } from '#shared/ids.ts'
import { isOver } from '#shared/transfer-states.ts'
import type { Transfer } from '#shared/transfers.ts'
import type { Log } from '../base/log.ts'
import type { Table } from '../base/state.ts'
import { safePath } from '../transfers/names.ts'

/**
 * Files dropped on the page in a browser. A page may read what was dropped but never learns where
 * it lies, so its bytes come over the local connection and rest here, a second copy, until the
 * transfer they are for is over. The desktop app knows paths and needs none of this.
 */

export interface DroppedFile {
  /** As the page names it, folders included. */
  readonly path: string
  readonly mtimeMs: number
  readonly bytes: number
  readonly body: Readable
}

interface Sender {
  readonly table: Table<Transfer>
  send(to: DeviceId, paths: readonly string[], isCopy: true): Promise<TransferId>
}

interface DropsOptions {
  readonly dataDir: string
  readonly transfers: Sender
  readonly log: Log
}

/** A page may ask for so many empty folders in one drop. */
const maxFolders = 100_000
const idPattern = /^[0-9a-f]{32}$/
/** Room left for everything else on the disk of the profile. */
const reserveBytes = 256 * 1024 * 1024

export async function openDrops(options: DropsOptions): Promise<Drops> {
  const drops = new Drops(options)
  await drops.clean()
  return drops
}

export class Drops {
  readonly #root: string
  readonly #transfers: Sender
  readonly #log: Log
  readonly #stopFollowing: () => void
  /** Drops the page is still filling, with how many empty folders each has. */
  readonly #open = new Map<string, number>()
  /** Drops a transfer reads from. */
  readonly #sent = new Map<string, TransferId>()

  constructor({ dataDir, transfers, log }: DropsOptions) {
    this.#root = join(dataDir, 'drops')
    this.#transfers = transfers
    this.#log = log.room('drops')
    this.#stopFollowing = transfers.table.onChange(() => void this.#removeFinished())
  }

  async begin(): Promise<string> {
    const drop = randomBytes(16).toString('hex')
    await mkdir(this.#files(drop), { recursive: true, mode: 0o700 })
    this.#open.set(drop, 0)
    return drop
  }

  /** Takes in one file; a name that means another place is refused, as for received files. */
  async write(drop: string, file: DroppedFile): Promise<void> {
    if (!this.#open.has(drop)) throw new Fault('drop.unknown')
    const target = this.#placeOf(drop, file.path)
    await this.#makeRoom(file.bytes)
    await mkdir(dirname(target), { recursive: true, mode: 0o700 })
    // Opened apart from being filled: a name that is taken is not ours to clean up.
    const handle = await open(target, 'wx', 0o600).catch((cause: unknown) => {
      throw faultOf(cause, this.#root)
    })
    try {
      await pipeline(file.body, handle.createWriteStream())
      const time = new Date(file.mtimeMs)
      await utimes(target, time, time)
    } catch (cause) {
      await rm(target, { force: true })
      throw faultOf(cause, this.#root)
    }
  }

  /** Takes in a folder with nothing in it. */
  async makeFolder(drop: string, path: string): Promise<void> {
    const count = this.#open.get(drop)
    if (count === undefined) throw new Fault('drop.unknown')
    const target = this.#placeOf(drop, path)
    if (count >= maxFolders) throw new Fault('input.invalid', { problem: 'too many folders' })
    this.#open.set(drop, count + 1)
    await this.#makeRoom(0)
    await mkdir(target, { recursive: true, mode: 0o700 }).catch((cause: unknown) => {
      throw faultOf(cause, this.#root)
    })
  }

  async send(drop: string, to: DeviceId): Promise<TransferId> {
    if (!this.#open.delete(drop)) throw new Fault('drop.unknown')
    const folder = this.#files(drop)
    const names = await readdir(folder)
    const id = await this.#transfers.send(
      to,
      names.map((name) => join(folder, name)),
      true,
    )
    this.#sent.set(drop, id)
    await writeFile(join(this.#root, drop, 'transfer'), id, { mode: 0o600 })
    return id
  }

  async discard(drop: string): Promise<void> {
    if (!this.#open.delete(drop)) throw new Fault('drop.unknown')
    await this.#remove(drop)
  }

  close(): void {
    this.#stopFollowing()
  }

  /** After a start: what no transfer needs any more goes; what one still reads from is followed. */
  async clean(): Promise<void> {
    for (const drop of await readdir(this.#root).catch(() => [])) {
      const id = await readFile(join(this.#root, drop, 'transfer'), 'utf8').catch(() => '')
      if (idPattern.test(drop) && isTransferId(id)) this.#sent.set(drop, id)
      else await this.#remove(drop)
    }
    await this.#removeFinished()
  }

  /** A failed transfer may be tried again, so its files stay until it is forgotten. */
  async #removeFinished(): Promise<void> {
    for (const [drop, id] of this.#sent) {
      const transfer = this.#transfers.table.get(id)
      if (transfer && (!isOver(transfer) || transfer.state === 'failed')) continue
      this.#sent.delete(drop)
      await this.#remove(drop)
    }
  }

  async #remove(drop: string): Promise<void> {
    try {
      await rm(join(this.#root, drop), { recursive: true, force: true })
    } catch (error) {
      this.#log.warn('not removed', { error: Fault.of(error) })
    }
  }

  async #makeRoom(bytes: number): Promise<void> {
    const { bavail, bsize } = await statfs(this.#root)
    if (bavail * bsize - bytes < reserveBytes) throw new Fault('disk.full', { folder: this.#root })
  }

  #placeOf(drop: string, path: string): string {
    const judged = safePath(path)
    if (judged.kind === 'refused') throw new Fault('input.invalid', { problem: 'a file name' })
    return join(this.#files(drop), ...judged.path)
  }

  #files(drop: string): string {
    return join(this.#root, drop, 'files')
  }
}

function faultOf(error: unknown, folder: string): unknown {
  const code = (error as NodeJS.ErrnoException | null)?.code
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new Fault('disk.full', { folder }, { cause: error })
  if (code === 'EEXIST') return new Fault('input.invalid', { problem: 'two files of one name' })
  return error
}

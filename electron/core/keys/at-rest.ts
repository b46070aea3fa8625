import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { copyFile, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { errorCode, makeFolder, readSmall, removeDurably, writeAtomically } from './files.ts'
import { seal, unseal } from './seal.ts'

/**
 * Guards the files of the store while nobody uses them. LevelDB checks too little by itself: one
 * changed byte of its manifest can make it forget everything without a word, one of a table can
 * make it end the process. So when the store closes, a copy is put beside it and the checksums of
 * its files are noted; when it opens, damaged files are known before LevelDB sees them.
 */
export interface AtRest {
  readonly folder: string
  /**
   * `sound`: just as it was closed. `restored`: was not, and was put back from the copy. `damaged`:
   * cannot be used and must be set aside. `unknown`: was not closed (a crash, or the first start).
   */
  examine(now: number): Promise<'sound' | 'restored' | 'damaged' | 'unknown'>
  /** Out of the way, but kept for whoever can save something from it; returns where. */
  setAside(now: number): Promise<string>
  /** Opening it ended, well or not, and we are still there. */
  survived(): Promise<void>
  /** It is open: what was noted at its last closing holds no more. */
  opened(): Promise<void>
  closed(): Promise<void>
}

const maxSetAside = 3
const maxSumsBytes = 4 << 20
/** So many times opening it may end with the process before it is taken for the reason. */
const maxAttempts = 3
const context = Buffer.from('sums')

export function atRest(dataDir: string, key: Uint8Array): AtRest {
  const folder = join(dataDir, 'store')
  const copy = join(dataDir, 'store.copy')
  const sumsFile = join(dataDir, 'store.sums')
  const attemptsFile = join(dataDir, 'store.opening')

  async function setAside(now: number): Promise<string> {
    const stamp = new Date(now).toISOString().replaceAll(/[:.]/g, '-')
    const aside = join(dataDir, `store.damaged-${stamp}`)
    await rm(aside, { recursive: true, force: true })
    try {
      await rename(folder, aside)
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw error
      await makeFolder(aside)
    }
    const all = (await readdir(dataDir)).filter((name) => name.startsWith('store.damaged-'))
    for (const name of all.sort().slice(0, -maxSetAside)) {
      await rm(join(dataDir, name), { recursive: true, force: true })
    }
    return aside
  }

  /** What was noted at closing; null when nothing was, or it is damaged itself. */
  async function noted(): Promise<string | null> {
    const sealed = await readSmall(sumsFile, maxSumsBytes)
    return sealed && (unseal(key, sealed, context)?.toString('utf8') ?? null)
  }

  async function mayTry(): Promise<boolean> {
    const attempts = (await readSmall(attemptsFile, maxAttempts))?.length ?? 0
    if (attempts === maxAttempts) return false
    await writeAtomically(attemptsFile, '.'.repeat(attempts + 1))
    return true
  }

  return {
    folder,
    setAside,

    async examine(now) {
      const sums = await noted()
      if (sums === null) return (await mayTry()) ? 'unknown' : 'damaged'
      if (textOf(await sumsOf(folder)) === sums) return 'sound'
      if (textOf(await sumsOf(copy)) !== sums) return 'damaged'
      await setAside(now)
      await mirror(copy, folder)
      return 'restored'
    },

    survived: () => removeDurably(attemptsFile),
    opened: () => removeDurably(sumsFile),

    async closed() {
      const sums = await sumsOf(folder)
      await mirror(folder, copy)
      await writeAtomically(sumsFile, seal(key, Buffer.from(textOf(sums)), context))
    },
  }
}

type Sums = ReadonlyMap<string, string>

/** What LevelDB needs to come back; its log for people and its lock do not matter. */
function matters(name: string): boolean {
  return name === 'CURRENT' || /^MANIFEST-\d+$|^\d+\.(?:log|ldb)$/.test(name)
}

async function sumsOf(folder: string): Promise<Sums> {
  const sums = new Map<string, string>()
  let names: string[]
  try {
    names = await readdir(folder)
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return sums
    throw error
  }
  for (const name of names.filter(matters).sort()) {
    const file = join(folder, name)
    if (!(await stat(file)).isFile()) continue
    const hash = createHash('sha256')
    await pipeline(createReadStream(file), hash)
    sums.set(name, hash.digest('hex'))
  }
  return sums
}

function textOf(sums: Sums): string {
  return JSON.stringify([...sums])
}

/** Copies what differs, removes what is too much: tables never change, so most stays as it is. */
async function mirror(from: string, to: string): Promise<void> {
  await makeFolder(to)
  const wanted = await sumsOf(from)
  const present = await sumsOf(to)
  for (const [name, sum] of wanted) {
    if (present.get(name) !== sum) await copyFile(join(from, name), join(to, name))
  }
  for (const name of present.keys()) {
    if (!wanted.has(name)) await rm(join(to, name))
  }
}

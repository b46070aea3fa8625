import { hashBytes } from '../../content/blake3.ts'
import { malformed } from '../../content/cursor.ts'
import { maxDepth, maxEntries, maxPathLength } from '../../content/limits.ts'
import type { Entry } from '../../content/messages.ts'
import type { Reason } from '../../content/reasons.ts'
import type { Landing, StagedFile } from '../../landing/types.ts'
import { safePath, type SafePath } from '../../names.ts'
import type { LandedHint, PartialHint, ReceiveJob } from '../messages.ts'
import type { Budget } from './budget.ts'
import type { Patience } from './patience.ts'
import type { ReceiverTable } from './receiver-table.ts'

/** What is to be done about an entry. */
export type Verdict =
  | { readonly kind: 'all' }
  | { readonly kind: 'rest'; readonly staged: StagedFile }
  | { readonly kind: 'probe' }
  /** Nothing: it is there. A folder has no path of its own to keep. */
  | { readonly kind: 'there'; readonly path: string | null; readonly hash: Uint8Array }
  | { readonly kind: 'refused'; readonly reason: Reason }

interface AdmissionParts {
  readonly job: ReceiveJob
  readonly table: ReceiverTable
  readonly landing: Landing
  readonly patience: Patience
  readonly budget: Budget
}

/** Decides about entries as they are told: names, what was agreed to, what is there already. */
export class Admission {
  readonly #parts: AdmissionParts
  readonly #landed: Map<string, LandedHint>
  readonly #partial: Map<string, PartialHint>
  /** Folders made in this transfer: nothing was in them before. */
  readonly #fresh = new Set<number>()

  constructor(parts: AdmissionParts) {
    this.#parts = parts
    this.#landed = new Map(parts.job.landed.map((hint) => [hint.sent, hint]))
    this.#partial = new Map(parts.job.partial.map((hint) => [hint.sent, hint]))
  }

  /** Adds an entry that may follow on those before. */
  add(entry: Entry): number {
    const { table } = this.#parts
    const { parent } = entry
    if (table.length >= maxEntries) malformed()
    if (entry.kind === 'folder' && entry.size !== 0) malformed()
    if (parent !== null) {
      if (parent >= table.length || !table.isFolder(parent)) malformed()
      if (table.depth(parent) >= maxDepth) malformed()
    }
    return table.add(entry)
  }

  /** Where it may land, or null. What it is called there is kept of every file, so it is bounded. */
  pathOf(index: number): SafePath | null {
    if (this.#parts.table.path(index).length > maxPathLength) return null
    const judgement = safePath(this.#parts.table.parts(index))
    return judgement.kind === 'safe' ? judgement.path : null
  }

  async judge(index: number): Promise<Verdict> {
    const path = this.pathOf(index)
    if (path === null) return { kind: 'refused', reason: 'name' }
    if (!this.#wasShown(path)) return extra
    return this.#parts.table.isFolder(index)
      ? this.#judgeFolder(index, path)
      : this.#judgeFile(index, path)
  }

  async #judgeFolder(index: number, path: SafePath): Promise<Verdict> {
    const { table, landing, patience, budget } = this.#parts
    if (!budget.hasFolders) return extra
    const attributes = { mtimeMs: table.mtimeMs(index), mode: table.mode(index) }
    const landed = await patience.keep(() => landing.folder(path, attributes))
    if (landed.kind === 'refused') return { kind: 'refused', reason: 'unwritable' }
    if (landed.kind === 'landed') {
      this.#fresh.add(index)
      budget.madeFolder()
    }
    return folder
  }

  async #judgeFile(index: number, path: SafePath): Promise<Verdict> {
    const { table, landing, patience, budget } = this.#parts
    const size = table.size(index)
    const sent = table.path(index)
    const landed = this.#landed.get(sent)
    if (landed && this.#isOf(landed, index) && (await this.#isThere(landed))) {
      return { kind: 'there', path: landed.path, hash: Buffer.from(landed.blake3, 'hex') }
    }
    const partial = this.#partial.get(sent)
    if (partial && partial.index === index && this.#isOf(partial, index)) {
      if (!budget.file(size)) return extra
      const verified = Math.min(partial.verified, size)
      const staged = await patience.keep(() => landing.begin({ index, path, size }, verified))
      return { kind: 'rest', staged }
    }
    const { parent } = table.entry(index)
    const isNew = size === 0 || (parent !== null && this.#fresh.has(parent))
    const existing = isNew ? null : await patience.keep(() => landing.existing(path, size))
    existing?.close()
    // What is there already takes nothing of what was agreed to.
    if (existing) return { kind: 'probe' }
    return budget.file(size) ? all : extra
  }

  #wasShown([top = '']: SafePath): boolean {
    const { names } = this.#parts.job.agreed
    return names === null || names.includes(top)
  }

  #isOf(hint: LandedHint | PartialHint, index: number): boolean {
    const { table } = this.#parts
    return hint.size === table.size(index) && hint.mtimeMs === table.mtimeMs(index)
  }

  /** A journal is a hint: a file it tells of must still be there. */
  async #isThere({ path, size, blake3 }: LandedHint): Promise<boolean> {
    const judgement = safePath(path)
    if (judgement.kind !== 'safe' || !/^[0-9a-f]{64}$/.test(blake3)) return false
    const { landing, patience } = this.#parts
    const existing = await patience.keep(() => landing.existing(judgement.path, size))
    existing?.close()
    return existing !== null
  }
}

const all: Verdict = { kind: 'all' }
const extra: Verdict = { kind: 'refused', reason: 'extra' }
const folder: Verdict = { kind: 'there', path: null, hash: new Uint8Array(hashBytes) }

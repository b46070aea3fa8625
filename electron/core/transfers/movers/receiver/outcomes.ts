import { shownPath } from '../../content/shown-path.ts'
import type { Reason } from '../../content/reasons.ts'
import type { Range } from '../../content/messages.ts'
import type { LandedHint, PartialHint } from '../messages.ts'
import type { Reporter } from '../reporter.ts'
import type { Arrival } from './arrival.ts'
import type { Budget } from './budget.ts'
import type { Journal } from './journal.ts'
import type { Outcome } from './landings.ts'
import type { ReceiverTable } from './receiver-table.ts'
import type { Talk } from './talk.ts'

const maxRanges = 8_192
/** They are told anew with everything that lands. */
const maxHints = 64

interface OutcomesParts {
  readonly table: ReceiverTable
  readonly arrivals: ReadonlyMap<number, Arrival>
  readonly budget: Budget
  readonly journal: Journal
  readonly reporter: Reporter
  /** More have landed or failed, and the sender was told. */
  readonly settledMore: () => void
}

/** What has become of files: durable first, then kept in the journal, and only then told. */
export class Outcomes {
  readonly #parts: OutcomesParts
  /** Where files landed that could not keep their names. */
  readonly #paths = new Map<number, string>()
  readonly #reasons = new Map<number, Reason>()
  #settled = 0
  /** Null between two epochs; the next one tells everything anyway. */
  talk: Talk | null = null

  constructor(parts: OutcomesParts) {
    this.#parts = parts
  }

  get settled(): number {
    return this.#settled
  }

  reasonOf(index: number): Reason {
    return this.#reasons.get(index) ?? 'skipped'
  }

  /** It was there before: nothing to keep. */
  had(index: number, path: string | null, hash: Uint8Array): void {
    const { table, reporter } = this.#parts
    table.setHash(index, hash)
    if (path !== null) {
      this.#keepPath(index, path)
      reporter.covered(table.size(index))
      reporter.landed()
    }
    this.#settle(index, 'landed')
  }

  fail(index: number, reason: Reason): void {
    const { table, reporter } = this.#parts
    this.#reasons.set(index, reason)
    const path = shownPath(table.path(index))
    const bytes = table.size(index)
    reporter.file({ index, path, bytes, outcome: { state: 'failed', reason } })
    this.#settle(index, 'failed')
  }

  /** These are durable where they have a path. `how` the sender hears of it is its own business. */
  keep(outcomes: readonly Outcome[], how: 'landed' | 'have'): void {
    const { table, budget, journal } = this.#parts
    const landed: number[] = []
    const failed: number[] = []
    for (const { index, path, reason, hash } of outcomes) {
      if (path === null) {
        this.fail(index, reason ?? 'unwritable')
        failed.push(index)
        continue
      }
      table.setHash(index, hash)
      if (how === 'landed') budget.landed(table.size(index))
      this.#keepPath(index, path)
      landed.push(index)
    }
    const hints = landed.map((index) => this.#landedHint(index))
    journal.write(hints, this.partial(), () => void this.#kept(landed, failed, how))
  }

  landed(): LandedHint[] {
    const { table } = this.#parts
    const hints: LandedHint[] = []
    for (let index = 0; index < table.length; index++) {
      const isFile = !table.isFolder(index)
      if (isFile && table.state(index) === 'landed') hints.push(this.#landedHint(index))
    }
    return hints
  }

  /** How far the files are that have not landed. */
  partial(): PartialHint[] {
    const { table, arrivals } = this.#parts
    return [...arrivals.values()]
      .filter(({ synced }) => synced > 0)
      .slice(0, maxHints)
      .map(({ index, synced: verified }) => {
        const facts = { size: table.size(index), mtimeMs: table.mtimeMs(index) }
        return { index, sent: table.path(index), verified, ...facts }
      })
  }

  /** So much is in the journal: the sender may show it as arrived. */
  async tellKept(partial: readonly PartialHint[]): Promise<void> {
    const { arrivals } = this.#parts
    await this.#tell(async (talk) => {
      for (const { index, verified } of partial) {
        // It may have landed, or begun anew, while it was written down.
        if ((arrivals.get(index)?.synced ?? 0) < verified) continue
        await talk.say({ kind: 'kept', index, bytes: verified })
      }
    })
  }

  async #kept(
    landed: readonly number[],
    failed: readonly number[],
    how: 'landed' | 'have',
  ): Promise<void> {
    const { reporter } = this.#parts
    for (const index of landed) {
      reporter.landed()
      this.#settle(index, 'landed')
    }
    await this.#tell(async (talk) => {
      for (const index of failed) {
        await talk.say({ kind: 'refuse', index, reason: this.reasonOf(index) })
      }
      if (how === 'landed') return this.#tellLanded(landed, talk)
      for (const index of landed) {
        await talk.wish(index, { kind: 'have', hash: this.#parts.table.hash(index) })
      }
      return talk.flush()
    })
    this.#parts.settledMore()
  }

  async #tellLanded(indexes: readonly number[], talk: Talk): Promise<void> {
    const ranges = rangesOf(indexes)
    for (let at = 0; at < ranges.length; at += maxRanges) {
      await talk.say({ kind: 'landed', ranges: ranges.slice(at, at + maxRanges) })
    }
  }

  /** A lane that breaks meanwhile is noticed by whoever reads from it. */
  async #tell(say: (talk: Talk) => Promise<void>): Promise<void> {
    try {
      if (this.talk) await say(this.talk)
    } catch {
      this.talk = null
    }
  }

  #settle(index: number, state: 'landed' | 'failed'): void {
    this.#parts.table.setState(index, state)
    this.#settled++
  }

  #keepPath(index: number, path: string): void {
    if (path !== this.#parts.table.path(index)) this.#paths.set(index, path)
  }

  #landedHint(index: number): LandedHint {
    const { table } = this.#parts
    const sent = table.path(index)
    return {
      sent,
      path: this.#paths.get(index) ?? sent,
      size: table.size(index),
      mtimeMs: table.mtimeMs(index),
      blake3: Buffer.from(table.hash(index)).toString('hex'),
    }
  }
}

function rangesOf(indexes: readonly number[]): Range[] {
  const ranges: { first: number; count: number }[] = []
  for (const index of [...indexes].sort((a, b) => a - b)) {
    const last = ranges.at(-1)
    if (last && index === last.first + last.count) last.count++
    else ranges.push({ first: index, count: 1 })
  }
  return ranges
}

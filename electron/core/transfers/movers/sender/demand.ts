import { malformed } from '../../content/cursor.ts'
import type { Range, Wish } from '../../content/messages.ts'
import type { Reason } from '../../content/reasons.ts'
import type { Reporter } from '../reporter.ts'
import type { Acknowledged } from './acknowledged.ts'
import type { SenderTable } from './sender-table.ts'

/** What is asked for beside the files in their order. */
export type Errand =
  | { readonly kind: 'probe' | 'sums' | 'failed'; readonly index: number }
  | {
      readonly kind: 'again'
      readonly index: number
      readonly from: number
      readonly to: number
    }

interface DemandParts {
  readonly table: SenderTable
  readonly reporter: Reporter
  readonly acknowledged: Acknowledged
  /** It became another version; the other side may not have heard of it, nor of its new size. */
  readonly isRenewed: (index: number) => boolean
}

/** A peer that asks for more than this beside the files has lost its way. */
const maxErrands = 100_000

/** What the other side knows, has, and still wants; the reading loop fills it, the sending one empties it. */
export class Demand {
  readonly #table: SenderTable
  readonly #reporter: Reporter
  readonly #acknowledged: Acknowledged
  readonly #isRenewed: DemandParts['isRenewed']
  readonly #reasons = new Map<number, Reason>()
  #wanted: { index: number; offset: number }[] = []
  #taken = 0
  #errands: Errand[] = []
  #told: number | null = null
  #unanswered = 0

  constructor({ table, reporter, acknowledged, isRenewed }: DemandParts) {
    this.#table = table
    this.#reporter = reporter
    this.#acknowledged = acknowledged
    this.#isRenewed = isRenewed
  }

  /** Entries below this number were told in this epoch; null until the other side said hello. */
  get told(): number | null {
    return this.#told
  }

  get unanswered(): number {
    return this.#unanswered
  }

  get waiting(): number {
    return this.#wanted.length - this.#taken
  }

  /** A new epoch: everything told is answered anew. */
  begin(): void {
    this.#told = null
    this.#unanswered = 0
    this.#wanted = []
    this.#taken = 0
    this.#errands = []
  }

  welcome(known: number): void {
    if (this.#told !== null || known > this.#table.length) malformed()
    this.#told = 0
    this.tell(known)
  }

  /** So many more entries were told. */
  tell(count: number): void {
    const from = this.#told ?? 0
    this.#told = from + count
    this.#unanswered += count
    for (let index = from; index < this.#told; index++) {
      const state = this.#table.state(index)
      if (state !== 'failed' && state !== 'landed') this.#table.setState(index, 'told')
    }
  }

  wish({ first, count }: Range, wish: Wish): void {
    if (first + count > (this.#told ?? 0)) malformed()
    for (let index = first; index < first + count; index++) this.#wishOne(index, wish)
  }

  landed({ first, count }: Range): void {
    if (first + count > (this.#told ?? 0)) malformed()
    for (let index = first; index < first + count; index++) {
      if (this.#table.state(index) !== 'sent') malformed()
      this.#land(index)
    }
  }

  /** A receiver keeps only what it was sent, or had. */
  kept(index: number, bytes: number): void {
    this.#checkFile(index)
    const state = this.#table.state(index)
    if (state === 'failed') return
    if (state !== 'wanted' && state !== 'sent') malformed()
    const size = this.#table.size(index)
    if (bytes > size && !this.#isRenewed(index)) malformed()
    if (bytes <= size) this.#acknowledged.partial(index, bytes)
  }

  #wishOne(index: number, wish: Wish): void {
    const state = this.#table.state(index)
    if (state !== 'probing' && state !== 'sent') this.#answered()
    if (wish.kind === 'refused') return void this.fail(index, wish.reason)
    if (wish.kind === 'have') return this.#have(index, wish.hash)
    if (this.#table.isFolder(index) || state === 'wanted') return malformed()
    if (state === 'failed') return this.ask({ kind: 'failed', index })
    if (wish.kind === 'probe') {
      this.#table.setState(index, 'probing')
      return this.ask({ kind: 'probe', index })
    }
    const size = this.#table.size(index)
    if (wish.offset > size && !this.#isRenewed(index)) return malformed()
    const offset = Math.min(wish.offset, size)
    if (state === 'landed') this.#acknowledged.lost(size)
    this.#acknowledged.partial(index, offset)
    this.#table.setState(index, 'wanted')
    this.#wanted.push({ index, offset })
    return undefined
  }

  /** What was over before may be answered anew, but not without end. */
  #answered(): void {
    if (--this.#unanswered < -maxErrands) malformed()
  }

  #have(index: number, hash: Uint8Array): void {
    const state = this.#table.state(index)
    if (state === 'failed' || state === 'landed') return
    this.#table.setHash(index, hash)
    this.#land(index)
  }

  #land(index: number): void {
    this.#table.setState(index, 'landed')
    this.#acknowledged.landed(index, this.#table.size(index))
    if (this.#table.isFolder(index)) return
    this.#reporter.file({
      index,
      path: this.#table.path(index),
      bytes: this.#table.size(index),
      outcome: { state: 'landed', blake3: Buffer.from(this.#table.hash(index)).toString('hex') },
    })
  }

  /** What the other side asks for is checked; what this side has to tell is not. */
  asked(errand: Errand): void {
    this.#checkFile(errand.index)
    this.ask(errand)
  }

  /** The other side does not want it any more. */
  refused(index: number, reason: Reason): void {
    this.#checkFile(index)
    this.fail(index, reason)
  }

  #checkFile(index: number): void {
    if (index >= (this.#told ?? 0) || this.#table.isFolder(index)) malformed()
  }

  ask(errand: Errand): void {
    if (this.#errands.length >= maxErrands) malformed()
    this.#errands.push(errand)
  }

  nextErrand(): Errand | undefined {
    return this.#errands.shift()
  }

  /** The next file to send; those nobody wants any more are passed over. */
  nextWanted(): { index: number; offset: number } | undefined {
    for (;;) {
      const next = this.#wanted[this.#taken]
      if (!next) return undefined
      this.#taken++
      if (this.#taken === this.#wanted.length) {
        this.#wanted = []
        this.#taken = 0
      }
      if (this.#table.state(next.index) === 'wanted') return next
    }
  }

  reasonOf(index: number): Reason {
    return this.#reasons.get(index) ?? 'unreadable'
  }

  /** It is not what was sent before: all of it is sent again. */
  anew(index: number): void {
    if (this.#table.state(index) !== 'sent') return
    this.#table.setState(index, 'wanted')
    this.#wanted.push({ index, offset: 0 })
  }

  sent(index: number): void {
    if (this.#table.state(index) === 'wanted') this.#table.setState(index, 'sent')
  }

  /** It will not arrive; true when that is news. */
  fail(index: number, reason: Reason): boolean {
    const state = this.#table.state(index)
    if (state === 'failed' || state === 'landed') return false
    this.#table.setState(index, 'failed')
    this.#acknowledged.partial(index, 0)
    this.#reasons.set(index, reason)
    this.#reporter.file({
      index,
      path: this.#table.path(index),
      bytes: this.#table.size(index),
      outcome: { state: 'failed', reason },
    })
    return true
  }

  /** Whether nothing is left to be asked for or sent, as far as the other side has answered. */
  isAllSent(): boolean {
    if (this.#unanswered > 0 || this.waiting > 0) return false
    for (let index = 0; index < this.#table.length; index++) {
      const state = this.#table.state(index)
      if (state !== 'sent' && state !== 'landed' && state !== 'failed') return false
    }
    return true
  }

  /** Whether every entry has landed or failed. */
  isSettled(): boolean {
    for (let index = 0; index < this.#table.length; index++) {
      const state = this.#table.state(index)
      if (state !== 'landed' && state !== 'failed') return false
    }
    return true
  }
}

import { Fault, type FaultRecord } from '#shared/faults.ts'
import type { FileUnderWay } from '#shared/transfers.ts'
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import { maxChunkBytes } from './content/limits.ts'
import type { ControlOf, WayKind } from './control.ts'
import { doorsToTry } from './doors-to-try.ts'
import type { Entry } from './entry.ts'
import { LaneChoice } from './lane-choice.ts'
import type { Link } from './link.ts'
import type { FileOutcome } from './ledger.ts'
import type { Counts, Mover, MoverListener, StartMover } from './mover.ts'
import { outcomeOfFile, outcomeOfLanded, outcomeOfLeft } from './outcomes.ts'
import type { FileReport, Job, LandedHint, MoverEvent, PartialHint } from './movers/messages.ts'

interface RunOptions {
  readonly entry: Entry
  readonly link: Link
  readonly job: Job
  readonly lanOnly: boolean
  /** The best first. */
  readonly kinds: readonly WayKind[]
  readonly startMover: StartMover
  readonly clock: Clock
  readonly log: Log
  readonly keepPartial: (partial: readonly PartialHint[]) => Promise<void>
  /** A lane opened or closed. */
  readonly moved: () => void
  readonly settled: (run: Run) => void
  readonly failed: (run: Run, fault: Fault) => void
}

interface Epoch {
  readonly number: number
  readonly kind: WayKind
}

/** How long the two ends may take to find each other in one epoch. */
const meetMs = 20_000
/** How long a lane may carry nothing that counts. */
const stallMs = 10_000
/** A timer that comes so late says that this process stood still, not the lane. */
const frozenMs = 1_000

/**
 * One transfer while it has a mover: its epochs one after the other, begun by the sending side, each
 * with doors of both sides and keys of its own, until everything has settled or somebody stops it.
 */
export class Run implements MoverListener {
  readonly entry: Entry
  readonly link: Link
  readonly #options: RunOptions
  readonly #mover: Mover
  readonly #choice: LaneChoice
  readonly #giveBack: () => void
  /** Whose doors are open; the one in use goes on meanwhile. */
  #pending: Epoch | null = null
  #active: Epoch | null = null
  #isHeld = false
  #cap: number | null = null
  #undoMeeting = () => {}
  #undoStall = () => {}
  #undoNext = () => {}
  #stopped: Promise<void> | null = null
  #moved = -1
  /** When all outcomes so far are on disk. */
  #kept: Promise<void> = Promise.resolve()
  #hasParted: () => void = () => {}
  readonly #whenParted = new Promise<void>((resolve) => (this.#hasParted = resolve))

  constructor(options: RunOptions) {
    const { entry, link, job, lanOnly, startMover, kinds } = options
    this.entry = entry
    this.link = link
    this.#options = options
    this.#choice = new LaneChoice(kinds, link.isNear)
    this.#giveBack = link.busy()
    this.#mover = startMover(job, { id: entry.id, lanOnly }, this)
    entry.step({ step: 'move' })
    if (entry.isSending) this.#begin(this.#choice.kind)
  }

  get isStopping(): boolean {
    return this.#stopped !== null
  }

  get lane(): WayKind | null {
    return this.#active?.kind ?? null
  }

  cap(bytesPerSecond: number | null): void {
    this.#cap = bytesPerSecond
    this.#mover.cap(bytesPerSecond)
  }

  /** The other side begins an epoch, or answers ours. */
  meet({ epoch, doors }: ControlOf<'lane'>): void {
    if (this.#stopped) return
    const enter = () => this.#mover.enter(epoch, doorsToTry(doors, this.link.address))
    if (this.entry.isSending) {
      if (epoch === this.#pending?.number) enter()
      return
    }
    void this.#open({ number: epoch, kind: doors.kind }).then((isOpen) => isOpen && enter())
  }

  /** The other side has no lane in this epoch, or no more. */
  lost(epoch: number): void {
    if (epoch === this.#pending?.number) this.#notMet()
    else if (epoch === this.#active?.number) this.#broken()
  }

  stop(how: 'keep' | 'discard'): Promise<void> {
    this.#stopped ??= this.#stop(how)
    return this.#stopped
  }

  counts(counts: Counts): void {
    this.#watchLane()
    this.entry.counted(counts)
    if (this.entry.isSending) {
      this.link.send({ type: 'counts', id: this.entry.id, ...counts })
    }
  }

  left(items: Extract<MoverEvent, { event: 'left' }>['items']): void {
    this.#keep(items.map((item) => outcomeOfLeft(item)))
  }

  progress(bytes: number, moved: number, current: readonly FileUnderWay[]): void {
    const { totalBytes, listed } = this.entry.record
    if (moved !== this.#moved) this.#watchLane()
    this.#moved = moved
    this.entry.progressed(bytes, moved, current)
    if (listed && bytes >= totalBytes) this.entry.step({ step: 'finish' })
  }

  /** The receiving side keeps what landed by its journal. */
  files(files: readonly FileReport[]): void {
    this.#watchLane()
    const told = files.filter(({ outcome }) => this.entry.isSending || outcome.state === 'failed')
    this.#keep(told.map((file) => outcomeOfFile(file)))
  }

  async journal(landed: readonly LandedHint[], partial: readonly PartialHint[]): Promise<void> {
    this.#watchLane()
    await this.#kept
    await this.entry.report(landed.map((hint) => outcomeOfLanded(hint)))
    await this.#options.keepPartial(partial)
  }

  laneOpened(epoch: number): void {
    if (epoch !== this.#pending?.number || this.#stopped) return
    this.#active = this.#pending
    this.#pending = null
    this.#undoMeeting()
    const { kind } = this.#active
    this.#choice.opened(kind)
    this.entry.know({ lane: kind })
    this.#watchLane()
    this.#options.moved()
    this.#lookForBetter()
  }

  laneFailed(epoch: number, fault: Fault): void {
    if (epoch !== this.#pending?.number || this.#stopped) return
    this.#options.log.debug('nobody was met', { fault })
    this.link.send({ type: 'lost', id: this.entry.id, epoch })
    this.#notMet()
  }

  laneLost(fault: Fault): void {
    const epoch = this.#active?.number
    if (epoch === undefined || this.#stopped) return
    this.#options.log.info('lane lost', { fault })
    this.link.send({ type: 'lost', id: this.entry.id, epoch })
    this.#broken()
  }

  held(fault: FaultRecord | null): void {
    this.#isHeld = fault !== null
    this.entry.step({ step: 'trouble', fault })
    this.#watchLane()
  }

  settled(): void {
    if (!this.#stopped) void this.#kept.then(() => this.#options.settled(this))
  }

  parted(): void {
    this.#hasParted()
  }

  /** When both ends have nothing more to say, or after so long. */
  async partedWithin(milliseconds: number): Promise<void> {
    let undo = () => {}
    const late = new Promise<void>((resolve) => {
      undo = this.#options.clock.after(milliseconds, resolve)
    })
    await Promise.race([this.#whenParted, late])
    undo()
    await this.#kept
  }

  failed(fault: Fault): void {
    if (this.#stopped) return
    // The other side need not find out by itself that nobody is there any more.
    const epoch = (this.#active ?? this.#pending)?.number
    if (epoch !== undefined) this.link.send({ type: 'lost', id: this.entry.id, epoch })
    this.#options.failed(this, fault)
  }

  /** Only the sending side begins epochs; the receiving one waits for it. */
  #begin(kind: WayKind): void {
    if (this.#stopped || !this.link.isOpen || this.#pending) return
    void this.#open({ number: this.link.nextEpoch(this.entry.id), kind })
  }

  /** Tells the other side where to come in. */
  async #open(epoch: Epoch): Promise<boolean> {
    const { id } = this.entry
    const { number, kind } = epoch
    this.#pending = epoch
    this.#undoMeeting()
    const late = () => this.laneFailed(number, new Fault('peer.unreachable'))
    this.#undoMeeting = this.#options.clock.after(meetMs, late)
    try {
      const doors = await this.#mover.open(number, kind, this.link.keysOf(id, number))
      if (this.#stopped || this.#pending !== epoch) return false
      this.link.send({ type: 'lane', id, epoch: number, doors })
      return true
    } catch (error) {
      this.laneFailed(number, Fault.of(error))
      return false
    }
  }

  #notMet(): void {
    this.#pending = null
    this.#undoMeeting()
    if (this.#active) return this.#lookForBetter()
    this.#choice.failed()
    this.#beginSoon()
  }

  #broken(): void {
    this.#active = null
    this.#undoStall()
    this.entry.know({ lane: null })
    this.#options.moved()
    if (!this.#pending) this.#beginSoon()
  }

  #beginSoon(): void {
    this.#later(this.#choice.waitMs(), () => this.#begin(this.#choice.kind))
  }

  #lookForBetter(): void {
    const better = this.#active && this.#choice.better(this.#active.kind)
    if (better) this.#later(this.#choice.betterInMs(), () => this.#begin(better))
  }

  #later(milliseconds: number, begin: () => void): void {
    this.#undoNext()
    if (!this.entry.isSending || this.#stopped) return
    this.#undoNext = this.#options.clock.after(milliseconds, begin)
  }

  /** Something counted just now. */
  #watchLane(): void {
    this.#undoStall()
    if (!this.#active || this.#stopped || this.#isHeld) return
    const { clock } = this.#options
    const dueAt = clock.monotonic() + this.#patienceMs()
    this.#undoStall = clock.after(this.#patienceMs(), () => {
      // What came meanwhile waits to be heard: nobody is judged before that.
      if (clock.monotonic() - dueAt > frozenMs) return this.#watchLane()
      this.#choice.failed()
      this.laneLost(new Fault('transfer.laneLost', { problem: 'nothing arrived' }))
    })
  }

  /** Under a cap a single chunk may take its time; so may the last checks. */
  #patienceMs(): number {
    if (this.entry.phase === 'finishing') return 6 * stallMs
    return stallMs + (this.#cap === null ? 0 : (maxChunkBytes / this.#cap) * 1_000)
  }

  #keep(files: readonly FileOutcome[]): void {
    if (files.length === 0) return
    this.#kept = this.#kept
      .then(() => this.entry.report(files))
      .catch((error: unknown) => this.failed(Fault.of(error)))
  }

  async #stop(how: 'keep' | 'discard'): Promise<void> {
    for (const undo of [this.#undoMeeting, this.#undoStall, this.#undoNext]) undo()
    this.#active = null
    this.#pending = null
    try {
      await this.#mover.stop(how)
      await this.#kept
    } finally {
      this.#giveBack()
      this.entry.step({ step: 'stop' })
      this.#options.moved()
    }
  }
}

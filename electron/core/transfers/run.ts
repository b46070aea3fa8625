import { Fault, type FaultRecord } from '#shared/faults.ts'
import { maxChunkBytes } from './content/limits.ts'
import type { ControlOf, WayKind } from './control.ts'
import type { Entry } from './entry.ts'
import { LaneKeeper, type LaneKeeperOptions } from './lane-keeper.ts'
import type { Link } from './link.ts'
import type { FileOutcome } from './ledger.ts'
import type { Counts, Mover, MoverListener, Progress, StartMover } from './mover.ts'
import { outcomeOfFile, outcomeOfLanded, outcomeOfLeft } from './outcomes.ts'
import type { FileReport, Job, LandedHint, MoverEvent, PartialHint } from './movers/messages.ts'

interface RunOptions extends Omit<LaneKeeperOptions, 'mover' | 'patienceMs'> {
  readonly job: Job
  readonly lanOnly: boolean
  readonly startMover: StartMover
  readonly keepPartial: (partial: readonly PartialHint[]) => Promise<void>
  /** A lane broke, perhaps because the other device is gone. */
  readonly doubted: () => void
  readonly settled: (run: Run) => void
  readonly failed: (run: Run, fault: Fault) => void
}

/** How long a lane may carry nothing that counts. */
const stallMs = 10_000

/** One transfer while it has a mover, until everything has settled or somebody stops it. */
export class Run implements MoverListener {
  readonly entry: Entry
  readonly link: Link
  readonly #options: RunOptions
  readonly #mover: Mover
  readonly #lanes: LaneKeeper
  readonly #giveBack: () => void
  #isHeld = false
  #cap: number | null = null
  #stopped: Promise<void> | null = null
  #moved = -1
  /** When all outcomes so far are on disk. */
  #kept: Promise<void> = Promise.resolve()
  #hasParted: () => void = () => {}
  readonly #whenParted = new Promise<void>((resolve) => (this.#hasParted = resolve))

  constructor(options: RunOptions) {
    const { entry, link, job, lanOnly, startMover } = options
    this.entry = entry
    this.link = link
    this.#options = options
    this.#giveBack = link.busy()
    const isFar = () => !link.isNear
    this.#mover = startMover(job, { id: entry.id, lanOnly, isFar }, this)
    entry.step({ step: 'move' })
    const patienceMs = () => this.#patienceMs()
    this.#lanes = new LaneKeeper({ ...options, mover: this.#mover, patienceMs })
  }

  get isStopping(): boolean {
    return this.#stopped !== null
  }

  get lane(): WayKind | null {
    return this.#lanes.kind
  }

  cap(bytesPerSecond: number | null): void {
    this.#cap = bytesPerSecond
    this.#mover.cap(bytesPerSecond)
  }

  meet(message: ControlOf<'lane'>): void {
    this.#lanes.meet(message)
  }

  lost(epoch: number): void {
    this.#lanes.lost(epoch)
  }

  /** Another network, here or there. */
  renew(): void {
    this.#lanes.renew()
  }

  stop(how: 'keep' | 'discard'): Promise<void> {
    this.#stopped ??= this.#stop(how)
    return this.#stopped
  }

  counts(counts: Counts): void {
    this.#lanes.counted()
    this.entry.counted(counts)
    if (this.entry.isSending) {
      this.link.send({ type: 'counts', id: this.entry.id, ...counts })
    }
  }

  left(items: Extract<MoverEvent, { event: 'left' }>['items']): void {
    void this.#keep(items.map((item) => outcomeOfLeft(item)))
  }

  progress(progress: Progress): void {
    const { totalBytes, listed } = this.entry.record
    const { bytes, moved } = progress
    if (moved !== this.#moved) this.#lanes.counted()
    this.#moved = moved
    this.entry.progressed(progress)
    const hasAll = listed && bytes >= totalBytes
    if (hasAll && !this.entry.isSending) this.entry.step({ step: 'finish' })
  }

  allSent(): void {
    this.entry.step({ step: 'finish' })
    this.#lanes.counted()
  }

  /** The receiving side keeps what landed by its journal. */
  files(files: readonly FileReport[]): Promise<void> {
    this.#lanes.counted()
    const told = files.filter(({ outcome }) => this.entry.isSending || outcome.state === 'failed')
    return this.#keep(told.map((file) => outcomeOfFile(file)))
  }

  async journal(landed: readonly LandedHint[], partial: readonly PartialHint[]): Promise<void> {
    this.#lanes.counted()
    await this.#kept
    await this.entry.report(landed.map((hint) => outcomeOfLanded(hint)))
    await this.#options.keepPartial(partial)
  }

  laneOpened(epoch: number, here: string | null): void {
    this.#lanes.opened(epoch, here)
  }

  laneFailed(epoch: number, fault: Fault): void {
    this.#lanes.failed(epoch, fault)
  }

  laneLost(epoch: number, fault: Fault): void {
    this.#lanes.broke(epoch, fault)
    if (!this.#stopped) this.#options.doubted()
  }

  held(fault: FaultRecord | null): void {
    this.#isHeld = fault !== null
    this.entry.step({ step: 'trouble', fault })
    this.#lanes.counted()
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
    this.#lanes.abandon()
    this.#options.failed(this, fault)
  }

  /** Under a cap a single chunk may take its time; so may the last checks. */
  #patienceMs(): number | null {
    if (this.#isHeld) return null
    if (this.entry.phase === 'finishing') return 6 * stallMs
    return stallMs + (this.#cap === null ? 0 : (maxChunkBytes / this.#cap) * 1_000)
  }

  #keep(files: readonly FileOutcome[]): Promise<void> {
    if (files.length === 0) return this.#kept
    this.#kept = this.#kept
      .then(() => this.entry.report(files))
      .catch((error: unknown) => this.failed(Fault.of(error)))
    return this.#kept
  }

  async #stop(how: 'keep' | 'discard'): Promise<void> {
    this.#lanes.close()
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

import { Fault, type FaultCode, type FaultRecord } from '#shared/faults.ts'
import type { DeviceId, TransferId } from '#shared/ids.ts'
import type { Settings } from '#shared/model.ts'
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { Cell } from '../base/state.ts'
import type { Devices } from '../devices/devices.ts'
import type { Control, WayKind } from './control.ts'
import { Crashes } from './crashes.ts'
import type { Entry } from './entry.ts'
import type { Journals } from './journals.ts'
import type { Link } from './link.ts'
import type { StartMover } from './mover.ts'
import type { Job } from './movers/messages.ts'
import { isFree, isOverPhase, type Step } from './phase.ts'
import { agreedIn } from './consent.ts'
import { Run } from './run.ts'
import { sharesOf } from './shares.ts'
import { cleanFolder, discardStaged } from './tidy.ts'

interface DeskOptions {
  readonly devices: Devices
  /** Whether this device is there may be doubted. */
  readonly doubt: (device: DeviceId) => void
  readonly settings: Cell<Settings>
  readonly journals: Journals
  readonly startMover: StartMover
  readonly prepare: () => void
  readonly kinds: readonly WayKind[]
  readonly clock: Clock
  readonly log: Log
}

/** How long movers may take to part once everything has been said. */
export const farewellMs = 1_000

/** What the sending and the receiving half have in common: who is there, what runs, how it ends. */
export class Desk {
  readonly entries = new Map<TransferId, Entry>()
  readonly links = new Map<DeviceId, Link>()
  readonly runs = new Map<TransferId, Run>()
  readonly options: DeskOptions
  readonly #work = new Set<Promise<unknown>>()
  readonly #starting = new Set<TransferId>()
  readonly #crashes = new Crashes()
  #network: Pick<Settings, 'lanOnly' | 'relay'>
  /** Looks whose turn it is; set by whoever knows. */
  schedule: () => void = () => {}
  settled: (run: Run) => void = () => {}
  moved: () => void = () => {}

  constructor(options: DeskOptions) {
    this.options = options
    this.#network = options.settings.value
  }

  entry(id: TransferId): Entry {
    const entry = this.entries.get(id)
    if (!entry) throw new Fault('transfer.unknown')
    return entry
  }

  /** The transfer a device speaks of, if it is one with this device in that direction. */
  spokenOf(link: Link, id: TransferId, direction?: 'send' | 'receive'): Entry | null {
    const entry = this.entries.get(id)
    if (!entry || entry.device !== link.device) return null
    return direction === undefined || entry.record.direction === direction ? entry : null
  }

  linkOf(entry: Entry): Link | null {
    const link = this.links.get(entry.device)
    return link?.isOpen ? link : null
  }

  tell(entry: Entry, message: Control): boolean {
    const link = this.linkOf(entry)
    link?.send(message)
    return link !== null
  }

  /** What has a mover, or is about to. */
  runsOf(direction: 'send' | 'receive'): Entry[] {
    const all = [...this.entries.values()]
    return all.filter((entry) => entry.record.direction === direction && this.isBusy(entry))
  }

  /** Gives a transfer a mover; null when that is not wanted any more by the time it could. */
  async run(entry: Entry, link: Link): Promise<Run | null> {
    const { id } = entry
    this.#starting.add(id)
    try {
      const job = await this.#jobOf(entry)
      if (this.linkOf(entry) !== link || entry.isOver || !isFree(entry.standing)) return null
      const run = this.#start(entry, link, job)
      this.runs.set(id, run)
      this.shareOut()
      return run
    } finally {
      this.#starting.delete(id)
    }
  }

  isBusy(entry: Entry): boolean {
    return this.runs.has(entry.id) || this.#starting.has(entry.id)
  }

  async stop(entry: Entry, how: 'keep' | 'discard' = 'keep'): Promise<void> {
    const run = this.runs.get(entry.id)
    if (!run) return
    try {
      await run.stop(how)
    } catch (error) {
      this.options.log.warn('a mover did not stop', { error: Fault.of(error) })
    }
    if (this.runs.get(entry.id) === run) this.runs.delete(entry.id)
    this.shareOut()
    this.schedule()
  }

  /** Ends a transfer here, and tells the other side if this side decides. */
  async end(entry: Entry, step: Step, { tells = true } = {}): Promise<void> {
    if (!entry.step(step)) return
    this.#crashes.forget(entry.id)
    // Said only when it is true after a restart, too.
    if (entry.phase === 'done') await entry.save()
    entry.know({ told: !tells || this.tellEnd(entry) })
    const run = this.runs.get(entry.id)
    if (entry.phase === 'done') await run?.partedWithin(farewellMs)
    const discards = entry.phase === 'cancelled' || entry.phase === 'done'
    await this.stop(entry, discards ? 'discard' : 'keep')
    entry.release()
    await entry.save()
    // What failed is kept for another try.
    if (entry.phase !== 'failed') await this.tidy(entry)
    this.schedule()
  }

  /** False when nobody is there to hear it. */
  tellEnd(entry: Entry): boolean {
    const { phase } = entry.standing
    if (!isOverPhase(phase)) return true
    const { id, record } = entry
    const code = 'fault' in phase ? phase.fault.code : null
    const { attempt } = record
    return this.tell(entry, { type: 'ended', id, attempt, outcome: phase.name, code })
  }

  /** Every moving transfer may go so fast. */
  shareOut(): void {
    const moving = [...this.runs.values()].map(({ entry }) => entry)
    const share = sharesOf(this.options.settings.value.caps, moving)
    for (const run of this.runs.values()) run.cap(share(run.entry.device))
  }

  /** This device or that one is in another network. */
  renew(device: DeviceId): void {
    for (const run of this.runs.values()) if (run.entry.device === device) run.renew()
  }

  /**
   * The settings changed. What a mover may use of the network is settled when it starts: under other
   * rules it ends at once, and another one goes on as they allow.
   */
  follow(): void {
    const { lanOnly, relay } = this.options.settings.value
    const isSame = this.#network.lanOnly === lanOnly && this.#network.relay === relay
    this.#network = { lanOnly, relay }
    if (isSame) return this.shareOut()
    for (const { entry } of this.runs.values()) this.quietly(this.stop(entry))
  }

  /** What nobody waits for; what goes wrong with it is told to the log. */
  quietly(work: Promise<unknown>): void {
    this.tracked(work).catch((error: unknown) =>
      this.options.log.warn('not done', { error: Fault.of(error) }),
    )
  }

  /** Closing waits for it. */
  tracked<Result>(work: Promise<Result>): Promise<Result> {
    this.#work.add(work)
    const over = () => void this.#work.delete(work)
    work.then(over, over)
    return work
  }

  /** When nothing is under way any more. */
  async idle(): Promise<void> {
    while (this.#work.size > 0) await Promise.allSettled(this.#work)
  }

  #failed({ entry }: Run, fault: Fault): void {
    if (fault.code === 'transfer.crashed' && this.#crashes.mayGoOn(entry.id, entry.record.bytes)) {
      this.options.log.warn('a mover crashed', { error: fault })
      return this.quietly(this.stop(entry))
    }
    this.options.log.warn('a transfer failed', { error: fault })
    this.quietly(this.end(entry, { step: 'fail', fault: fault.toRecord() }))
  }

  async #jobOf(entry: Entry): Promise<Job> {
    const { settings, journals } = this.options
    const { id, record } = entry
    const landed = await entry.landedSoFar()
    if (entry.isSending) return { role: 'send', sources: record.sources }
    return {
      role: 'receive',
      transferId: id,
      destination: record.folder ?? settings.value.downloads,
      conflicts: record.conflicts,
      landed: landed.map(({ sent, path, bytes, mtimeMs, blake3 }) => ({
        sent,
        path,
        size: bytes,
        mtimeMs: mtimeMs ?? 0,
        blake3: blake3 ?? '',
      })),
      partial: journals.of(id),
      agreed: agreedIn(entry.record),
    }
  }

  #start(entry: Entry, link: Link, job: Job): Run {
    const { settings, journals, startMover, doubt, kinds, clock, log } = this.options
    return new Run({
      entry,
      link,
      job,
      lanOnly: settings.value.lanOnly,
      startMover,
      kinds,
      clock,
      log,
      keepPartial: (partial) => journals.keep(entry.id, partial),
      moved: () => this.moved(),
      doubted: () => doubt(entry.device),
      settled: (settled) => this.settled(settled),
      failed: (failed, fault) => this.#failed(failed, fault),
    })
  }

  /** Nothing is left of what was on its way. */
  async tidy({ id, isSending, record: { folder } }: Entry): Promise<void> {
    if (isSending) return
    try {
      await this.options.journals.drop(id)
      if (folder !== null) await discardStaged(folder, id)
    } catch (error) {
      this.options.log.warn('not tidied up', { error: Fault.of(error) })
    }
  }

  /** After a start: what a crash kept from being removed. */
  async tidyAll(): Promise<void> {
    const { settings, clock } = this.options
    const received = [...this.entries.values()].filter(({ isSending }) => !isSending)
    const live = new Set<string>()
    for (const entry of received) {
      if (entry.isOver && entry.phase !== 'failed') await this.tidy(entry)
      else live.add(entry.id)
    }
    const folders = received.flatMap(({ record }) => record.folder ?? [])
    for (const folder of new Set([settings.value.downloads, ...folders])) {
      await cleanFolder(folder, live, clock.now())
    }
  }
}

export function faultOf(code: FaultCode): FaultRecord {
  return new Fault(code).toRecord()
}

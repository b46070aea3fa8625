import type { FileUnderWay } from '#shared/transfers.ts'
import type { Clock } from '../../base/clock.ts'
import { Wake } from './wake.ts'
import type { FileReport, MoverEvent, Summary } from './messages.ts'

const everyMs = 250
const maxReports = 500
const maxCurrent = 4
/** What is told faster than it is kept would pile up in the coordinator. */
const maxUnkept = 8

/** Tells the coordinator how far things are, a few times a second and no more. */
export class Reporter {
  readonly #clock: Clock
  readonly #emit: (event: MoverEvent) => void
  #reports: FileReport[] = []
  #undo: (() => void) | null = null
  #bytes = 0
  #files = 0
  #failed = 0
  #moved = 0
  /** What was there before this mover has been counted, too. */
  isCaughtUp = false
  #unkept = 0
  readonly #kept = new Wake()
  /** Large files of which a part is there. */
  underWay: () => Iterable<FileUnderWay> = () => []

  constructor(clock: Clock, emit: (event: MoverEvent) => void) {
    this.#clock = clock
    this.#emit = emit
  }

  /** Bytes the receiving end has by now, or, where they were in vain, has not. */
  covered(bytes: number): void {
    this.#bytes += bytes
    this.#soon()
  }

  /** What is on the other side is counted anew. */
  restart(): void {
    this.#bytes = 0
    this.isCaughtUp = false
  }

  /** Bytes over a lane. */
  moved(bytes: number): void {
    this.#moved += bytes
  }

  get summary(): Summary {
    return { files: this.#files, bytes: this.#bytes, failed: this.#failed }
  }

  /** The coordinator has kept one more report. */
  reported(): void {
    this.#unkept--
    this.#kept.call()
  }

  /** Resolves when there is no need to wait for what was told. */
  async room(signal: AbortSignal): Promise<void> {
    while (this.#unkept > maxUnkept) await this.#kept.wait(signal)
  }

  /** Told by other means; only counted here. */
  landed(): void {
    this.#files++
    this.#soon()
  }

  file(report: FileReport): void {
    if (report.outcome.state === 'landed') this.#files++
    else this.#failed++
    this.#reports.push(report)
    if (this.#reports.length >= maxReports) this.#tellFiles()
    this.#soon()
  }

  flush(): void {
    this.#undo?.()
    this.#undo = null
    this.#tellFiles()
    this.#emit({
      event: 'progress',
      bytes: this.#bytes,
      files: this.#files,
      moved: this.#moved,
      isCaughtUp: this.isCaughtUp,
      current: [...this.underWay()].slice(0, maxCurrent),
    })
  }

  close(): void {
    this.#undo?.()
    this.#undo = null
  }

  #soon(): void {
    this.#undo ??= this.#clock.after(everyMs, () => this.flush())
  }

  #tellFiles(): void {
    const files = this.#reports
    this.#reports = []
    if (files.length === 0) return
    this.#unkept++
    this.#emit({ event: 'files', files })
  }
}

import { Fault } from '#shared/faults.ts'
import type { TransferId } from '#shared/ids.ts'
import { mayNot } from './consent.ts'
import { receiptsThatFit, type ControlOf } from './control.ts'
import { faultOf, type Desk } from './desk.ts'
import type { Entry } from './entry.ts'
import { shownFile } from './ledger.ts'
import type { Link } from './link.ts'
import { isFree } from './phase.ts'
import { maxMoving } from './turns.ts'

const receiptsPerLook = 400

/** The receiving half, once somebody has said yes: nothing is taken before that. */
export class Receiving {
  readonly #desk: Desk
  /** Epochs the other side has begun and that wait for their turn here. */
  readonly #waiting = new Map<TransferId, ControlOf<'lane'>>()

  constructor(desk: Desk) {
    this.#desk = desk
  }

  async begun(entry: Entry, message: ControlOf<'lane'>, link: Link): Promise<void> {
    if (entry.isOver) return
    if (entry.record.consent === null) throw new Fault('frame.malformed')
    // What it may do here has changed since the yes.
    if (mayNot(this.#desk, entry)) {
      return this.#desk.end(entry, { step: 'fail', fault: faultOf('message.refused') })
    }
    if (!link.beginsAt(entry.id, message.epoch)) throw new Fault('frame.malformed')
    const run = this.#desk.runs.get(entry.id)
    if (run && !run.isStopping) return run.meet(message)
    this.#waiting.set(entry.id, message)
    this.schedule()
  }

  /** What moves was agreed to; who may only look on from now on is stopped. Who was barred ends by that. */
  trustChanged(): void {
    const { devices } = this.#desk.options
    for (const { entry } of this.#desk.runs.values()) {
      if (entry.isSending || devices.trustOf(entry.device) !== 'observer') continue
      this.#desk.quietly(this.#desk.end(entry, { step: 'fail', fault: faultOf('message.refused') }))
    }
  }

  /** Whose turn it is among those the other sides have begun. */
  schedule(): void {
    for (const [id, message] of this.#waiting) {
      const entry = this.#desk.entries.get(id)
      const link = entry && this.#desk.linkOf(entry)
      if (!entry || !link || entry.isOver || !isFree(entry.standing)) this.#waiting.delete(id)
      else if (!this.#desk.isBusy(entry) && this.#desk.runsOf('receive').length < maxMoving) {
        this.#waiting.delete(id)
        void this.#start(entry, message, link)
      }
    }
  }

  /** What was begun goes with its session: the sending side begins anew in the next. */
  disconnected({ device }: Link): void {
    for (const id of this.#waiting.keys()) {
      if (this.#desk.entries.get(id)?.device === device) this.#waiting.delete(id)
    }
  }

  /** Everything has landed or failed: the word the sending side waits for. */
  async settled(entry: Entry): Promise<void> {
    const { failedFiles } = entry.record
    const fault = new Fault('transfer.incomplete', { count: failedFiles }).toRecord()
    // Nothing more may come under a yes that has been fulfilled.
    if (failedFiles === 0) entry.know({ consent: null })
    await this.#desk.end(entry, failedFiles > 0 ? { step: 'fail', fault } : { step: 'complete' })
  }

  async tellReceipts(entry: Entry, from: number, link: Link): Promise<void> {
    const { ledger, id } = entry
    const outcomes = await ledger.slice(from, receiptsPerLook)
    const files = outcomes.map((outcome) => shownFile(outcome))
    link.send({ type: 'receipts', id, from, total: ledger.count, files: receiptsThatFit(files) })
  }

  async #start(entry: Entry, message: ControlOf<'lane'>, link: Link): Promise<void> {
    try {
      const run = await this.#desk.run(entry, link)
      run?.meet(message)
    } catch (error) {
      const fault = Fault.of(error)
      this.#desk.options.log.warn('not started', { error: fault })
      await this.#desk.end(entry, { step: 'fail', fault: fault.toRecord() })
    }
  }
}

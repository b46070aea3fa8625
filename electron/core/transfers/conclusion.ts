import { Fault, type FaultCode } from '#shared/faults.ts'
import type { TransferId } from '#shared/ids.ts'
import type { ControlOf } from './control.ts'
import { farewellMs, faultOf, type Desk } from './desk.ts'
import type { Entry } from './entry.ts'
import type { FileOutcome } from './ledger.ts'
import type { Link } from './link.ts'
import { isLeftThere } from './outcomes.ts'

/** What the other device has told of its files so far: what it has, or left out by choice. */
interface Told {
  readonly files: Map<string, FileOutcome>
  /** How many it told of in all. */
  heard: number
}

/** How a transfer ends on the sending side: the receiving side says so, and has a receipt for each file. */
export class Conclusion {
  readonly #desk: Desk
  /** The other side has said the last word; what it has may still have to be told. */
  readonly #underWay = new Set<TransferId>()
  readonly #receipts = new Map<TransferId, Told>()

  constructor(desk: Desk) {
    this.#desk = desk
  }

  isUnderWay({ id }: Entry): boolean {
    return this.#underWay.has(id)
  }

  /** The next session begins anew. */
  forget({ id }: Entry): void {
    this.#underWay.delete(id)
    this.#receipts.delete(id)
  }

  async arrived(entry: Entry, link: Link, failure: FaultCode | null): Promise<void> {
    if (entry.isOver || this.#underWay.has(entry.id)) return
    this.#underWay.add(entry.id)
    await this.#desk.runs.get(entry.id)?.partedWithin(farewellMs)
    await this.#desk.stop(entry)
    if (entry.isOver) return void this.#underWay.delete(entry.id)
    if (failure !== null && failure !== 'transfer.incomplete') {
      this.#underWay.delete(entry.id)
      return this.#desk.end(entry, { step: 'fail', fault: faultOf(failure) }, { tells: false })
    }
    entry.step({ step: 'accept' })
    entry.step({ step: 'trouble', fault: null })
    if (knowsAll(entry, failure === null)) return this.#complete(entry)
    this.#receipts.set(entry.id, { files: new Map(), heard: 0 })
    link.send({ type: 'receipts?', id: entry.id, from: 0 })
  }

  /** The other device tells what it has: believed where our own mover did not hear it. */
  async receipts(entry: Entry, message: ControlOf<'receipts'>, link: Link): Promise<void> {
    const known = this.#receipts.get(entry.id)
    if (!known || known.heard !== message.from) return
    known.heard += message.files.length
    for (const file of message.files) {
      const counts = file.state === 'landed' || isLeftThere(file)
      if (counts) known.files.set(file.path, { ...file, sent: file.path, mtimeMs: null })
    }
    // It has no more of our files than there are, whatever it says.
    const isEnough = known.files.size >= entry.record.files
    if (message.files.length > 0 && known.heard < message.total && !isEnough) {
      return link.send({ type: 'receipts?', id: entry.id, from: known.heard })
    }
    this.#receipts.delete(entry.id)
    const own = await those(entry, ({ state }) => state !== 'landed')
    const heard = new Set(own.map(({ sent }) => sent))
    const theirs = [...known.files.values()].filter(
      (file) => file.state === 'landed' || !heard.has(file.sent),
    )
    await entry.replaceOutcomes([...theirs, ...own])
    await this.#complete(entry)
  }

  async #complete(entry: Entry): Promise<void> {
    const { failedFiles, totalBytes, files, doneFiles } = entry.record
    const notThere = files - doneFiles
    // All of the ledger is read only where what failed does not account for it.
    const left = notThere > failedFiles ? (await those(entry, isLeftThere)).length : 0
    const missing = Math.max(failedFiles, notThere - left)
    const incomplete = missing > 0
    if (!incomplete) entry.know({ bytes: totalBytes })
    const fault = new Fault('transfer.incomplete', { count: missing })
    const step = incomplete
      ? ({ step: 'fail', fault: fault.toRecord() } as const)
      : ({ step: 'complete' } as const)
    await this.#desk.end(entry, step, { tells: false })
    this.#underWay.delete(entry.id)
  }
}

/** What has landed there is known here, each file with its receipt. */
function knowsAll({ record }: Entry, isDone: boolean): boolean {
  const { listed, files, doneFiles, failedFiles } = record
  return listed && (isDone ? doneFiles : doneFiles + failedFiles) >= files
}

async function those(
  { ledger }: Entry,
  are: (file: FileOutcome) => boolean,
): Promise<FileOutcome[]> {
  const found: FileOutcome[] = []
  for await (const file of ledger.each()) if (are(file)) found.push(file)
  return found
}

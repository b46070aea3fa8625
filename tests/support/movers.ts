import { randomBytes } from 'node:crypto'
import { systemClock } from '#core/base/clock.ts'
import { Fault } from '#shared/faults.ts'
import type { Lane, LaneKeys } from '#core/transfers/lanes/lane.ts'
import { openMemoryLanes } from '#core/transfers/lanes/memory/memory-lane.ts'
import type {
  Agreed,
  Command,
  FileReport,
  Job,
  LandedHint,
  MoverEvent,
  PartialHint,
} from '#core/transfers/movers/messages.ts'
import type { Port } from '#core/transfers/movers/port.ts'
import { serveMover } from '#core/transfers/movers/runner.ts'
import { until } from './until.ts'

/** A mover in the test's own thread, and all it ever told. */
export class TestMover {
  readonly events: MoverEvent[] = []
  readonly landed = new Map<string, LandedHint>()
  partial: readonly PartialHint[] = []
  #listener: (command: Command) => void = () => {}
  #onEvent: (event: MoverEvent) => void = () => {}
  #isKilled = false
  #lane: Lane | null = null
  #epoch = 0
  #unkept: (() => void)[] | null = null
  wantsLane = false

  constructor(job: Job) {
    const port: Port<Command, MoverEvent> = {
      post: (event) => setImmediate(() => this.#take(event)),
      onMessage: (listener) => (this.#listener = listener),
    }
    serveMover({ port, clock: systemClock })
    this.tell({ command: 'start', job })
  }

  tell(command: Command): void {
    if (!this.#isKilled) setImmediate(() => this.#listener(command))
  }

  give(lane: Lane): void {
    this.wantsLane = false
    this.#lane = lane
    this.#epoch += 1
    this.tell({ command: 'lane', epoch: this.#epoch, lane })
  }

  onEvent(listener: (event: MoverEvent) => void): void {
    this.#onEvent = listener
  }

  /** What it asks to be written down is not, until it is let. */
  holdJournal(): () => void {
    const unkept: (() => void)[] = (this.#unkept = [])
    return () => {
      this.#unkept = null
      for (const keep of unkept) keep()
    }
  }

  find<Name extends MoverEvent['event']>(name: Name): Extract<MoverEvent, { event: Name }> | null {
    const found = this.events.findLast(({ event }) => event === name)
    return (found as Extract<MoverEvent, { event: Name }> | undefined) ?? null
  }

  get files(): FileReport[] {
    return this.events.flatMap((event) => (event.event === 'files' ? event.files : []))
  }

  get isDone(): boolean {
    return this.find('done') !== null
  }

  /** As if its process were gone: nobody hears it any more, and its lane breaks. */
  async kill(): Promise<void> {
    this.#isKilled = true
    await this.#lane?.close()
    // Its files are let go of as the system would, without a word to anybody.
    this.#listener({ command: 'stop', keep: true })
    for (let batch = 0; batch < 10_000; batch++) this.#listener({ command: 'journaled', batch })
  }

  async stop(keep = true): Promise<void> {
    if (this.#isKilled) return
    this.tell({ command: 'stop', keep })
    await until('the mover has stopped', () => this.find('stopped') !== null)
  }

  #take(event: MoverEvent): void {
    if (this.#isKilled) return
    this.events.push(event)
    if (event.event === 'ready' || event.event === 'laneOver') this.wantsLane = true
    if (event.event === 'journal') {
      const keep = () => {
        for (const hint of event.landed) this.landed.set(hint.sent, hint)
        this.partial = event.partial
        this.tell({ command: 'journaled', batch: event.batch })
      }
      if (this.#unkept) this.#unkept.push(keep)
      else keep()
    }
    if (event.event === 'files') this.tell({ command: 'reported' })
    this.#onEvent(event)
  }
}

const newTransferId = (): string => randomBytes(16).toString('hex')

function keyPair(): [LaneKeys, LaneKeys] {
  const [a, b, transferId] = [randomBytes(32), randomBytes(32), randomBytes(16)]
  const stream = 0
  return [
    { send: a, receive: b, transferId, stream },
    { send: b, receive: a, transferId, stream },
  ]
}

/** Gives two movers lanes whenever both want one, until it is stopped. */
export async function joinMovers(
  sender: TestMover,
  receiver: TestMover,
  open: () => Promise<[Lane, Lane]> = memoryLanePair,
): Promise<void> {
  await until('both want a lane', () => sender.wantsLane && receiver.wantsLane, 20_000)
  const [a, b] = await open()
  sender.give(a)
  receiver.give(b)
}

export async function memoryLanePair(): Promise<[Lane, Lane]> {
  const [keysA, keysB] = keyPair()
  const { dialler, listener } = await openMemoryLanes(keysB, keysA, systemClock)
  return [listener, dialler]
}

/** Lanes that break once so many bytes went from the sender. */
export function breakableLanes(bytes: number): () => Promise<[Lane, Lane]> {
  return async () => {
    const [sending, receiving] = await memoryLanePair()
    let left = bytes
    const breaking: Lane = {
      kind: sending.kind,
      here: sending.here,
      receive: () => sending.receive(),
      close: () => sending.close(),
      async send(parts, final) {
        left -= parts.reduce((sum, part) => sum + part.length, 0)
        if (left < 0) {
          await sending.close()
          throw new Fault('transfer.laneLost', { problem: 'the test broke it' })
        }
        return sending.send(parts, final)
      },
    }
    return [breaking, receiving]
  }
}

export const anythingGoes: Agreed = {
  names: null,
  maxBytes: null,
  maxFiles: null,
  isOpen: false,
  landed: { bytes: 0, files: 0 },
}

export const receiveJob = (
  destination: string,
  more: Partial<Extract<Job, { role: 'receive' }>> = {},
) =>
  ({
    role: 'receive',
    transferId: newTransferId(),
    destination,
    conflicts: 'keepBoth',
    landed: [],
    partial: [],
    agreed: anythingGoes,
    ...more,
  }) as const

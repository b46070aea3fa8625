import { Backoff } from '#shared/backoff.ts'
import { Fault } from '#shared/faults.ts'
import { sleep, type Clock } from '../../base/clock.ts'
import { openLanding } from '../landing/landing.ts'
import type { Landing } from '../landing/types.ts'
import { runEpochs } from './epochs.ts'
import { LaneQueue } from './lane-queue.ts'
import type { Command, Job, MoverEvent, ProbeJob, ReceiveJob, SendJob } from './messages.ts'
import { Pace } from './pace.ts'
import type { Port } from './port.ts'
import { receiveProbe, sendProbe } from './probe.ts'
import { Receiver } from './receiver/receiver.ts'
import { Sender } from './sender/sender.ts'

interface MoverParts {
  readonly port: Port<Command, MoverEvent>
  readonly clock: Clock
}

/** What a running end understands, whichever it is. */
interface End {
  hold(held: boolean): void
  skip(index: number): Promise<void> | void
  journaled(batch: number): void
  reported(): void
}

const lookPolicy = { firstMs: 500, maxMs: 5_000 }

/** The mover's own side of its port: waits for a job, does it, and stops when it is told to. */
export function serveMover(parts: MoverParts): void {
  let run: MoverRun | null = null
  parts.port.onMessage((command) => {
    if (command.command === 'start') run ??= new MoverRun(parts, command.job)
    else run?.take(command)
  })
}

class MoverRun {
  readonly #parts: MoverParts
  readonly #controller = new AbortController()
  readonly #lanes: LaneQueue
  readonly #pace: Pace
  readonly #running: Promise<void>
  #end: End | null = null
  #keep = true
  #isHeld = false

  constructor(parts: MoverParts, job: Job) {
    this.#parts = parts
    this.#pace = new Pace(parts.clock)
    this.#lanes = new LaneQueue(this.#controller.signal)
    this.#running = this.#run(job)
  }

  take(command: Exclude<Command, { command: 'start' }>): void {
    switch (command.command) {
      case 'lane':
        return this.#lanes.give(command)
      case 'cap':
        return this.#pace.cap(command.bytesPerSecond)
      case 'hold':
        return this.#end?.hold(command.held)
      case 'skip':
        return void this.#end?.skip(command.index)
      case 'journaled':
        return this.#end?.journaled(command.batch)
      case 'reported':
        return this.#end?.reported()
      case 'stop':
        this.#keep = command.keep
        this.#controller.abort()
        return void this.#running.then(() => this.#emit({ event: 'stopped' }))
    }
  }

  async #run(job: Job): Promise<void> {
    try {
      switch (job.role) {
        case 'send':
          return await this.#send(job)
        case 'receive':
          return await this.#receive(job)
        case 'probe':
          return await this.#probe(job)
      }
    } catch (error) {
      if (this.#signal.aborted) return
      const fault = Fault.of(error).toRecord()
      this.#emit({ event: 'failed', fault, error: asError(error) })
    }
  }

  async #send(job: SendJob): Promise<void> {
    const { clock } = this.#parts
    const sender = new Sender({ job, clock, pace: this.#pace, emit: this.#emit })
    this.#end = sender
    this.#emit({ event: 'ready' })
    try {
      const talking = this.#epochs(this.#signal, (epoch) => sender.converse(epoch))
      await Promise.all([sender.list(this.#signal), talking])
    } finally {
      sender.close()
    }
  }

  async #probe(job: ProbeJob): Promise<void> {
    this.#pace.cap(job.cap)
    this.#emit({ event: 'ready' })
    const { lane } = await this.#lanes.next()
    try {
      const parts = { job, lane, clock: this.#parts.clock, pace: this.#pace, signal: this.#signal }
      const bytes = await (job.sends ? sendProbe(parts) : receiveProbe(parts))
      this.#emit({
        event: 'progress',
        bytes: 0,
        files: 0,
        moved: bytes,
        isCaughtUp: true,
        current: [],
      })
      this.#emit({ event: 'done', summary: { files: 0, bytes, failed: 0 } })
    } finally {
      await lane.close()
    }
  }

  /** A destination that is gone is waited for; what has landed and what is staged stays known. */
  async #receive(job: ReceiveJob): Promise<void> {
    let known = job
    for (;;) {
      const landing = await this.#openLanding(job)
      const gone = await this.#receiveInto(landing, known)
      if (gone === null) return
      known = { ...job, ...gone.hints }
      this.#hold(gone.fault)
    }
  }

  async #receiveInto(landing: Landing, job: ReceiveJob) {
    const { clock } = this.#parts
    const inner = new AbortController()
    const signal = AbortSignal.any([this.#signal, inner.signal])
    const trouble: { first: Error | null } = { first: null }
    const failed = (error: unknown) => {
      trouble.first ??= asError(error)
      inner.abort()
    }
    const ours = { clock, pace: this.#pace, emit: this.#emit }
    const receiver = new Receiver({ ...ours, job, landing, signal, failed })
    this.#end = receiver
    this.#emit({ event: 'ready' })
    try {
      await this.#epochs(signal, (epoch) => receiver.converse(epoch))
    } catch (error) {
      failed(error)
    }
    await receiver.close()
    const isOver = this.#signal.aborted
    if (isOver && !this.#keep) await landing.discard()
    else await landing.close()
    if (isOver || !trouble.first) return null
    if (!isGone(trouble.first)) throw trouble.first
    return { hints: receiver.hints(), fault: trouble.first }
  }

  async #openLanding(job: ReceiveJob): Promise<Landing> {
    const backoff = new Backoff(lookPolicy)
    const { transferId, destination: root, conflicts } = job
    for (;;) {
      try {
        const landing = await openLanding({ transferId, root, conflicts })
        this.#hold(null)
        return landing
      } catch (error) {
        if (!isGone(error)) throw error
        this.#hold(error)
        await sleep(this.#parts.clock, backoff.next(), this.#signal)
      }
    }
  }

  /** Told once when it begins, and once when it is over. */
  #hold(fault: Fault | null): void {
    if (this.#isHeld === (fault !== null)) return
    this.#isHeld = fault !== null
    const reason = fault && 'destinationGone'
    this.#emit({ event: 'held', by: 'here', reason, fault: fault?.toRecord() ?? null })
  }

  #epochs(signal: AbortSignal, converse: Parameters<typeof runEpochs>[0]['converse']) {
    return runEpochs({
      signal,
      converse,
      next: () => this.#lanes.next(),
      over: (epoch, fault) => this.#emit({ event: 'laneOver', epoch, fault }),
    })
  }

  get #signal(): AbortSignal {
    return this.#controller.signal
  }

  readonly #emit = (event: MoverEvent) => this.#parts.port.post(event)
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error('failed', { cause: error })
}

function isGone(error: unknown): error is Fault {
  return error instanceof Fault && error.code === 'transfer.destinationGone'
}

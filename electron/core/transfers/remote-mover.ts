import { Fault } from '#shared/faults.ts'
import type { Clock } from '../base/clock.ts'
import { within } from '../base/deadline.ts'
import type { Doors, WayKind } from './control.ts'
import type { EpochKeys, Mover, MoverListener, StartMover } from './mover.ts'
import type { HoldReason } from './content/messages.ts'
import type { Job } from './movers/messages.ts'
import type { MoverHost, MoverHosts } from './process/hosts.ts'
import type { FromMover } from './process/messages.ts'

interface RemoteOptions {
  readonly hosts: MoverHosts
  readonly relay: () => string | null
  readonly clock: Clock
}

const doorsMs = 10_000
/** How long a mover may take to put down what it holds. */
const stopMs = 5_000

/** Movers somewhere else, reached by messages only. */
export function remoteMovers({ hosts, relay, clock }: RemoteOptions): StartMover {
  return (job, { id, lanOnly }, listener) => {
    const mover = new RemoteMover(hosts, listener, clock)
    mover.begin(job, { transferId: id, lanOnly, relay: relay() })
    return mover
  }
}

interface Waiting {
  readonly epoch: number
  readonly resolve: (doors: Doors) => void
  readonly reject: (fault: Fault) => void
}

class RemoteMover implements Mover {
  readonly #listener: MoverListener
  readonly #clock: Clock
  readonly #host: MoverHost
  #waiting: Waiting | null = null
  #isSettled = false
  #met = 0
  #isGone = false
  #isStopping = false
  #whenStopped: () => void = () => {}
  readonly #stopped = new Promise<void>((resolve) => (this.#whenStopped = resolve))

  constructor(hosts: MoverHosts, listener: MoverListener, clock: Clock) {
    this.#listener = listener
    this.#clock = clock
    this.#host = hosts.open({
      message: (message) => this.#take(message),
      gone: (cause) => this.#gone(cause),
    })
  }

  begin(job: Job, rest: { transferId: string; lanOnly: boolean; relay: string | null }): void {
    this.#host.post({ command: 'begin', job, ...rest })
  }

  open(epoch: number, kind: WayKind, keys: EpochKeys): Promise<Doors> {
    const fault = () => new Fault('peer.unreachable')
    return within({ clock: this.#clock, milliseconds: doorsMs, fault }, () => {
      this.#waiting?.reject(fault())
      const doors = new Promise<Doors>((resolve, reject) => {
        this.#waiting = { epoch, resolve, reject }
      })
      this.#host.post({ command: 'open', epoch, kind, keys })
      return doors
    })
  }

  enter(epoch: number, doors: Doors): void {
    this.#host.post({ command: 'enter', epoch, doors })
  }

  cap(bytesPerSecond: number | null): void {
    this.#host.post({ command: 'cap', bytesPerSecond })
  }

  async stop(how: 'keep' | 'discard'): Promise<void> {
    this.#isStopping = true
    try {
      if (this.#isGone) return
      this.#host.post({ command: 'stop', keep: how === 'keep' })
      await within({ clock: this.#clock, milliseconds: stopMs }, () => this.#stopped)
    } finally {
      await this.#host.end()
    }
  }

  #take(message: FromMover): void {
    if (this.#isGone) return
    const listener = this.#listener
    switch (message.event) {
      case 'doors':
        if (message.epoch === this.#waiting?.epoch) this.#waiting.resolve(message.doors)
        return undefined
      case 'met':
        this.#met = message.epoch
        return listener.laneOpened(message.epoch, message.here)
      case 'notMet':
        return this.#notMet(message.epoch, Fault.fromRecord(message.fault))
      case 'listed': {
        const { files, bytes } = message.totals
        return listener.counts({ files, bytes, listed: message.complete })
      }
      case 'left':
        return listener.left(message.items)
      case 'progress':
        return listener.progress(message)
      case 'allSent':
        return listener.allSent()
      case 'files':
        return void listener
          .files(message.files)
          .then(() => this.#host.post({ command: 'reported' }))
      case 'journal':
        return this.#journal(message)
      case 'laneOver':
        return this.#laneOver(message)
      case 'held':
        return listener.held(message.fault ?? holdFault(message.reason))
      case 'done':
        this.#isSettled = true
        return listener.settled()
      case 'failed':
        return listener.failed(Fault.fromRecord(message.fault))
      case 'stopped':
        return this.#whenStopped()
      case 'crashed':
        return this.#gone(message.error)
      case 'ready':
        return undefined
    }
  }

  /** Without a fault another has taken its place, or there is nothing more to say. */
  #laneOver({ epoch, fault }: Extract<FromMover, { event: 'laneOver' }>): void {
    if (fault) this.#listener.laneLost(epoch, Fault.fromRecord(fault))
    else if (this.#isSettled && epoch === this.#met) this.#listener.parted()
  }

  #journal({ batch, landed, partial }: Extract<FromMover, { event: 'journal' }>): void {
    this.#listener.journal(landed, partial).then(
      () => this.#host.post({ command: 'journaled', batch }),
      // Nothing is acknowledged that was not kept.
      (error: unknown) => this.#listener.failed(Fault.of(error)),
    )
  }

  #notMet(epoch: number, fault: Fault): void {
    if (epoch === this.#waiting?.epoch) this.#waiting.reject(fault)
    this.#listener.laneFailed(epoch, fault)
  }

  #gone(cause: unknown): void {
    if (this.#isGone) return
    this.#isGone = true
    const fault = new Fault('transfer.crashed', {}, { cause })
    this.#waiting?.reject(fault)
    this.#whenStopped()
    if (!this.#isStopping) this.#listener.failed(fault)
  }
}

/** A person's hold is known here already; whatever else the other side waits for is told as it is. */
function holdFault(reason: HoldReason | null) {
  switch (reason) {
    case null:
    case 'person':
      return null
    case 'diskFull':
      return new Fault('disk.full', { folder: 'there' }).toRecord()
    case 'destinationGone':
      return new Fault('transfer.destinationGone', { folder: 'there' }).toRecord()
    default:
      return reason satisfies never
  }
}

import { Fault } from '#shared/faults.ts'
import type { Clock } from '../../base/clock.ts'
import type { Log } from '../../base/log.ts'
import type { Command, MoverEvent } from '../movers/messages.ts'
import type { Port } from '../movers/port.ts'
import { serveMover } from '../movers/runner.ts'
import type { FromMover, ToMover } from './messages.ts'
import { Ways } from './ways.ts'

interface Surroundings {
  readonly clock: Clock
  readonly log: Log
}

type Begin = Extract<ToMover, { command: 'begin' }>

/** A mover and the ways by which it meets the other one, behind one port. */
export function serveMoverProcess(
  port: Port<ToMover, FromMover>,
  surroundings: Surroundings,
): void {
  let served: Served | null = null
  port.onMessage((message) => {
    if (message.command === 'begin') served = new Served(message, port, surroundings)
    else served?.take(message)
  })
}

class Served {
  readonly #port: Port<ToMover, FromMover>
  readonly #ways: Ways
  #command: (command: Command) => void = () => {}

  constructor(
    { job, transferId, lanOnly, relay }: Begin,
    port: Port<ToMover, FromMover>,
    { clock, log }: Surroundings,
  ) {
    this.#port = port
    const isSending = job.role === 'probe' ? job.sends : job.role === 'send'
    this.#ways = new Ways({ transferId, isSending, lanOnly, relay, clock, log })
    const inner: Port<Command, MoverEvent> = {
      post: (event) => this.#tell(event),
      onMessage: (listener) => (this.#command = listener),
    }
    serveMover({ port: inner, clock })
    this.#command({ command: 'start', job })
  }

  take(message: Exclude<ToMover, Begin>): void {
    switch (message.command) {
      case 'open':
        return void this.#open(message)
      case 'enter':
        return void this.#enter(message)
      case 'hold':
      case 'cap':
      case 'skip':
      case 'journaled':
      case 'reported':
      case 'stop':
        return this.#command(message)
    }
  }

  #tell(event: MoverEvent): void {
    if (event.event !== 'stopped') return this.#port.post(event)
    void this.#ways.close().finally(() => this.#port.post(event))
  }

  async #open({ epoch, kind, keys }: Extract<ToMover, { command: 'open' }>): Promise<void> {
    try {
      const doors = await this.#ways.open(epoch, kind, keys)
      this.#port.post({ event: 'doors', epoch, doors })
    } catch (error) {
      this.#notMet(epoch, error)
    }
  }

  async #enter({ epoch, doors }: Extract<ToMover, { command: 'enter' }>): Promise<void> {
    try {
      const lane = await this.#ways.enter(epoch, doors)
      this.#port.post({ event: 'met', epoch, here: lane.here })
      this.#command({ command: 'lane', epoch, lane })
    } catch (error) {
      this.#notMet(epoch, error)
    }
  }

  #notMet(epoch: number, error: unknown): void {
    const fault = error instanceof Fault ? error : new Fault('peer.unreachable')
    this.#port.post({ event: 'notMet', epoch, fault: fault.toRecord() })
  }
}

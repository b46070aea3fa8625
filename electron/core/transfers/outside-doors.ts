import type { Clock } from '../base/clock.ts'
import { within } from '../base/deadline.ts'
import { parsedAddress } from '../endpoint/addresses.ts'
import type { Gateway, Hold } from '../gateway/gateway.ts'
import type { Doors } from './control.ts'
import { doorsThatFit } from './doors.ts'
import { delegated, type Mover, type StartMover } from './mover.ts'

interface OutsideDoorsOptions {
  readonly start: StartMover
  readonly gateway: Pick<Gateway, 'hold'>
  readonly clock: Clock
}

/**
 * How long doors wait for the router. A transfer to a device elsewhere starts over the other kind of
 * lane, so nothing waits with them; a router that takes longer is ready when tcp is tried again.
 */
const patienceMs = 3_000

/**
 * Movers whose tcp doors also lead in from outside, through a port that the router opens for as long
 * as the lane of that door is awaited or in use.
 */
export function moversWithOutsideDoors({ start, gateway, clock }: OutsideDoorsOptions): StartMover {
  return (job, about, listener) => {
    const outside = new OutsideDoors(gateway, clock)
    const mover = start(job, about, {
      ...delegated(listener),
      laneOpened(epoch, here) {
        outside.opened(epoch)
        listener.laneOpened(epoch, here)
      },
      laneFailed(epoch, fault) {
        outside.close(epoch)
        listener.laneFailed(epoch, fault)
      },
      laneLost(epoch, fault) {
        outside.lost(epoch)
        listener.laneLost(epoch, fault)
      },
    })
    return {
      async open(epoch, kind, keys) {
        outside.begun(epoch)
        const doors = await mover.open(epoch, kind, keys)
        return about.isFar?.() === true && !about.lanOnly ? outside.added(epoch, doors) : doors
      },
      enter: (epoch, doors) => mover.enter(epoch, doors),
      cap: (bytesPerSecond) => mover.cap(bytesPerSecond),
      stop(how) {
        outside.closeAll()
        return mover.stop(how)
      },
    } satisfies Mover
  }
}

class OutsideDoors {
  readonly #gateway: Pick<Gateway, 'hold'>
  readonly #clock: Clock
  readonly #holds = new Map<number, Hold>()
  #pending: number | null = null
  #active: number | null = null

  constructor(gateway: Pick<Gateway, 'hold'>, clock: Clock) {
    this.#gateway = gateway
    this.#clock = clock
  }

  /** What was awaited before is not any more. */
  begun(epoch: number): void {
    this.#pending = epoch
    this.#keep(this.#active)
  }

  async added(epoch: number, doors: Doors): Promise<Doors> {
    const port = parsedAddress(doors.addresses[0] ?? '')?.port
    if (doors.kind !== 'tcp' || port === undefined || this.#pending !== epoch) return doors
    const hold = this.#gateway.hold(port)
    this.#holds.set(epoch, hold)
    const outside = await this.#inTime(hold)
    if (outside === null) {
      this.close(epoch)
      return doors
    }
    return doorsThatFit({ ...doors, addresses: [outside, ...doors.addresses] })
  }

  opened(epoch: number): void {
    if (this.#pending === epoch) this.#pending = null
    this.#active = epoch
    this.#keep(epoch, this.#pending)
  }

  /** It may be that of a lane that has been replaced. */
  lost(epoch: number): void {
    if (this.#active === epoch) this.#active = null
    this.close(epoch)
  }

  close(epoch: number): void {
    if (this.#pending === epoch) this.#pending = null
    this.#holds.get(epoch)?.release()
    this.#holds.delete(epoch)
  }

  closeAll(): void {
    this.#pending = null
    this.#keep()
  }

  #keep(...epochs: readonly (number | null)[]): void {
    for (const epoch of this.#holds.keys()) if (!epochs.includes(epoch)) this.close(epoch)
  }

  async #inTime({ outside }: Hold): Promise<string | null> {
    const bounds = { clock: this.#clock, milliseconds: patienceMs }
    return within(bounds, () => outside).catch(() => null)
  }
}

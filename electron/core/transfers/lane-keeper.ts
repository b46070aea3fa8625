import { Fault } from '#shared/faults.ts'
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { ControlOf, WayKind } from './control.ts'
import { doorsToTry } from './doors-to-try.ts'
import { hostsHere, plainHost } from './hosts-here.ts'
import type { Entry } from './entry.ts'
import { LaneChoice } from './lane-choice.ts'
import type { Link } from './link.ts'
import type { Mover } from './mover.ts'
import { Standstill } from './standstill.ts'

export interface LaneKeeperOptions {
  readonly entry: Entry
  readonly link: Link
  readonly mover: Pick<Mover, 'open' | 'enter'>
  /** The best first. */
  readonly kinds: readonly WayKind[]
  /** How long a lane may carry nothing that counts; null while it need not. */
  readonly patienceMs: () => number | null
  /** A lane opened or closed. */
  readonly moved: () => void
  readonly clock: Clock
  readonly log: Log
}

interface Epoch {
  readonly number: number
  readonly kind: WayKind
  /** The address of this computer its lane goes by, if it needs one. */
  here: string | null
}

/** How long the two ends may take to find each other in one epoch. */
const meetMs = 20_000
/** News of networks come several at a time: lanes are not looked over more often than this. */
const spacingMs = 1_000

/**
 * Sees to it that a transfer has a lane, and the best there is: one epoch after the other, begun by
 * the sending side, each with doors of both sides and keys of its own.
 */
export class LaneKeeper {
  readonly #options: LaneKeeperOptions
  readonly #choice: LaneChoice
  readonly #standstill: Standstill
  /** Whose doors are open; the one in use goes on meanwhile. */
  #pending: Epoch | null = null
  #active: Epoch | null = null
  #isClosed = false
  #undoMeeting = () => {}
  #undoNext = () => {}
  #undoRenewal = () => {}
  #renewedAt = -Infinity

  constructor(options: LaneKeeperOptions) {
    const { clock, patienceMs } = options
    this.#options = options
    this.#choice = new LaneChoice(options.kinds, options.link.isNear)
    this.#standstill = new Standstill({
      clock,
      patienceMs: () => (this.#active ? patienceMs() : null),
      isStill: () => this.#isStill(),
    })
    if (options.entry.isSending) this.#begin(this.#choice.kind)
  }

  get kind(): WayKind | null {
    return this.#active?.kind ?? null
  }

  /** The other side begins an epoch, or answers ours. */
  meet({ epoch, doors }: ControlOf<'lane'>): void {
    if (this.#isClosed) return
    const { mover, link, entry } = this.#options
    const enter = () => mover.enter(epoch, doorsToTry(doors, link.address))
    if (entry.isSending) {
      if (epoch === this.#pending?.number) enter()
      return
    }
    void this.#open({ number: epoch, kind: doors.kind, here: null }).then(
      (isOpen) => isOpen && enter(),
    )
  }

  /** The other side has no lane in this epoch, or no more. */
  lost(epoch: number): void {
    if (epoch === this.#pending?.number) this.#notMet()
    else if (epoch === this.#active?.number) this.#broken()
  }

  /** The two have met. */
  opened(epoch: number, here: string | null): void {
    if (epoch !== this.#pending?.number || this.#isClosed) return
    this.#active = this.#pending
    this.#active.here = here
    this.#pending = null
    this.#undoMeeting()
    const { kind } = this.#active
    this.#choice.opened(kind)
    this.#options.entry.know({ lane: kind })
    this.#standstill.moved()
    this.#options.moved()
    this.#lookForBetter()
  }

  /** Nobody was met. */
  failed(epoch: number, fault: Fault): void {
    if (epoch !== this.#pending?.number || this.#isClosed) return
    this.#options.log.debug('nobody was met', { fault })
    this.#tellLost(epoch)
    this.#notMet()
  }

  /** The lane of this epoch broke. */
  broke(epoch: number, fault: Fault): void {
    if (epoch !== this.#active?.number || this.#isClosed) return
    this.#options.log.info('lane lost', { fault })
    this.#tellLost(epoch)
    this.#broken()
  }

  /** Something counted just now, or how patient to be has changed. */
  counted(): void {
    if (!this.#isClosed) this.#standstill.moved()
  }

  /**
   * Another network, here or there: what worked may be gone, which is not waited for, and what did
   * not may work now.
   */
  renew(): void {
    const { clock, link } = this.#options
    this.#undoRenewal()
    if (this.#isClosed) return
    const early = this.#renewedAt + spacingMs - clock.monotonic()
    if (early > 0) {
      this.#undoRenewal = clock.after(early, () => this.renew())
      return
    }
    this.#renewedAt = clock.monotonic()
    this.#choice.renew(link.isNear)
    const active = this.#active
    if (!active) this.#beginSoon()
    else if (isGone(active)) {
      this.broke(active.number, new Fault('transfer.laneLost', { problem: 'another network' }))
    } else this.#lookForBetter('now')
  }

  /** There is nobody any more to use one: the other side need not find out by itself. */
  abandon(): void {
    const epoch = (this.#active ?? this.#pending)?.number
    if (epoch !== undefined) this.#tellLost(epoch)
  }

  close(): void {
    this.#isClosed = true
    this.#undoMeeting()
    this.#undoNext()
    this.#undoRenewal()
    this.#standstill.rest()
    this.#active = null
    this.#pending = null
  }

  #tellLost(epoch: number): void {
    const { link, entry } = this.#options
    link.send({ type: 'lost', id: entry.id, epoch })
  }

  /** Only the sending side begins epochs; the receiving one waits for it. */
  #begin(kind: WayKind): void {
    const { link, entry } = this.#options
    if (this.#isClosed || !link.isOpen || this.#pending) return
    void this.#open({ number: link.nextEpoch(entry.id), kind, here: null })
  }

  /** Tells the other side where to come in. */
  async #open(epoch: Epoch): Promise<boolean> {
    const { link, clock, mover, entry } = this.#options
    const { id } = entry
    const { number, kind } = epoch
    this.#pending = epoch
    this.#undoMeeting()
    const late = () => this.failed(number, new Fault('peer.unreachable'))
    this.#undoMeeting = clock.after(meetMs, late)
    try {
      const doors = await mover.open(number, kind, link.keysOf(id, number))
      if (this.#isClosed || this.#pending !== epoch) return false
      link.send({ type: 'lane', id, epoch: number, doors })
      return true
    } catch (error) {
      this.failed(number, Fault.of(error))
      return false
    }
  }

  #notMet(): void {
    this.#pending = null
    this.#undoMeeting()
    if (this.#active) return this.#lookForBetter()
    this.#choice.failed()
    this.#beginSoon()
  }

  #broken(): void {
    this.#active = null
    this.#standstill.rest()
    this.#options.entry.know({ lane: null })
    this.#options.moved()
    if (!this.#pending) this.#beginSoon()
  }

  #isStill(): void {
    const epoch = this.#active?.number
    if (epoch === undefined) return
    this.#choice.failed()
    this.broke(epoch, new Fault('transfer.laneLost', { problem: 'nothing arrived' }))
  }

  #beginSoon(): void {
    this.#later(this.#choice.waitMs(), () => this.#begin(this.#choice.kind))
  }

  #lookForBetter(when: 'now' | 'later' = 'later'): void {
    const better = this.#active && this.#choice.better(this.#active.kind)
    if (!better) return
    this.#later(when === 'now' ? 0 : this.#choice.betterInMs(), () => this.#begin(better))
  }

  #later(milliseconds: number, begin: () => void): void {
    this.#undoNext()
    if (!this.#options.entry.isSending || this.#isClosed) return
    this.#undoNext = this.#options.clock.after(milliseconds, begin)
  }
}

/** The address it went by is no longer one of this computer. */
function isGone({ here }: Epoch): boolean {
  return here !== null && !hostsHere().has(plainHost(here))
}

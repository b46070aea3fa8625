import { Fault } from '#shared/faults.ts'
import { sleep, type Clock } from '../../../base/clock.ts'
import { within } from '../../../base/deadline.ts'
import { FramedLane } from '../framed-lane.ts'
import {
  greetAsDialler,
  greetAsListener,
  type Contest,
  type FrameKeys,
  type Role,
} from '../greeting.ts'
import { Inlet } from '../inlet.ts'
import type { Lane, LaneKeys } from '../lane.ts'
import type { Pipe } from '../pipe.ts'
import { dialledAddresses } from './addresses.ts'
import type { Knock, TcpListener } from './tcp-listener.ts'
import { dialledPipe } from './tcp-pipe.ts'

/** Happy eyeballs: the next address gets its turn when this one has not answered so soon. */
const staggerMs = 300
const againMs = 500
const attemptMs = 5_000

/** The fewer reads the faster; one buffer serves all attempts. */
const readBytes = 1024 * 1024

export interface TcpMeeting {
  readonly keys: LaneKeys
  /**
   * Exactly one of the two ends decides which connection it is. It also dials first: the dialling
   * end reads faster, so it should be the one that receives most.
   */
  readonly role: Role
  /** Where the other end may come in; null where only this one dials. */
  readonly listener: TcpListener | null
  /** Where the other end listens, as it said; empty where only that one dials. */
  readonly addresses: readonly string[]
  readonly lanOnly: boolean
  readonly clock: Clock
  readonly deadlineMs: number
  readonly signal?: AbortSignal | undefined
}

/** Meets the other end on whichever connection proves itself first, dialled from here or from there. */
export async function openTcpLane(meeting: TcpMeeting): Promise<Lane> {
  const { clock, deadlineMs: milliseconds, signal } = meeting
  const fault = () => new Fault('peer.unreachable')
  const race = new Race(meeting)
  try {
    return await within({ clock, milliseconds, signal, fault }, (stop) => race.run(stop))
  } catch (error) {
    race.abandon()
    throw error
  }
}

class Race {
  readonly #meeting: TcpMeeting
  readonly #pipes = new Set<Pipe>()
  readonly #over = new AbortController()
  readonly #contest: Contest
  #isClaimed = false
  #lane: Lane | null = null
  #won: (lane: Lane) => void = () => {}

  constructor(meeting: TcpMeeting) {
    this.#meeting = meeting
    const claim = () => !this.#isClaimed && (this.#isClaimed = true)
    this.#contest = { keys: meeting.keys, role: meeting.role, claim }
  }

  async run(stop: AbortSignal): Promise<Lane> {
    stop.addEventListener('abort', () => this.cancel(), { once: true })
    const lane = new Promise<Lane>((resolve) => (this.#won = resolve))
    const leave = this.#meeting.listener?.meet((knock) => this.#greet(knock))
    this.#over.signal.addEventListener('abort', () => leave?.(), { once: true })
    void this.#dialAll().catch(() => {})
    return lane
  }

  cancel(): void {
    this.#over.abort()
    for (const pipe of this.#pipes) void pipe.destroy()
    this.#pipes.clear()
  }

  /** Won or not, nobody wants it any more. */
  abandon(): void {
    this.cancel()
    void this.#lane?.close()
  }

  #win(pipe: Pipe, inlet: Inlet, keys: FrameKeys): void {
    if (this.#over.signal.aborted) throw new Fault('peer.unreachable')
    this.#pipes.delete(pipe)
    this.cancel()
    this.#lane = new FramedLane({ pipe, inlet, keys, clock: this.#meeting.clock })
    this.#won(this.#lane)
  }

  async #greet({ pipe, inlet, hello, proved }: Knock): Promise<void> {
    await this.#tried(pipe, async () => {
      const keys = await greetAsListener(pipe, inlet, hello, this.#contest)
      proved()
      this.#win(pipe, inlet, keys)
    })
  }

  /** All addresses, and all of them again, until somebody wins. */
  async #dialAll(): Promise<void> {
    const { addresses, lanOnly, clock, role } = this.#meeting
    const ways = dialledAddresses(addresses, lanOnly)
    const { signal } = this.#over
    if (role === 'follows') await sleep(clock, staggerMs, signal)
    const buffer = Buffer.allocUnsafeSlow(readBytes)
    while (ways.length > 0) {
      const attempts: Promise<void>[] = []
      for (const way of ways) {
        if (signal.aborted) return
        const attempt = this.#dial(way, buffer).catch(() => {})
        attempts.push(attempt)
        await this.#staggered(attempt)
      }
      await Promise.all(attempts)
      await sleep(clock, againMs, signal)
    }
  }

  async #staggered(attempt: Promise<void>): Promise<void> {
    let undo = () => {}
    const turn = new Promise<void>((resolve) => {
      undo = this.#meeting.clock.after(staggerMs, resolve)
    })
    await Promise.race([attempt, turn])
    undo()
  }

  async #dial(to: { host: string; port: number }, buffer: Buffer): Promise<void> {
    const { clock } = this.#meeting
    const { pipe, connected } = dialledPipe(to, buffer, clock)
    const inlet = new Inlet(pipe)
    await this.#tried(pipe, async () => {
      const greeted = async () => {
        await connected
        return greetAsDialler(pipe, inlet, this.#contest)
      }
      this.#win(pipe, inlet, await within({ clock, milliseconds: attemptMs }, greeted))
    })
  }

  async #tried(pipe: Pipe, attempt: () => Promise<void>): Promise<void> {
    this.#pipes.add(pipe)
    try {
      await attempt()
    } catch (error) {
      this.#pipes.delete(pipe)
      void pipe.destroy()
      throw error
    }
  }
}

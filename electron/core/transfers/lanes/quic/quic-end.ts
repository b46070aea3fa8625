import { randomBytes } from 'node:crypto'
import { Fault, isCancellation } from '#shared/faults.ts'
import type { Alpn, DeviceId } from '#shared/ids.ts'
import type { EndpointState } from '#shared/model.ts'
import type { Clock } from '../../../base/clock.ts'
import { within } from '../../../base/deadline.ts'
import type { Log } from '../../../base/log.ts'
import type { Cell } from '../../../base/state.ts'
import { openEndpoint } from '../../../endpoint/endpoint.ts'
import type { Network } from '../../../endpoint/network.ts'
import type { Connection, Endpoint, Incoming, Target } from '../../../endpoint/types.ts'
import { FramedLane, type LaneParts } from '../framed-lane.ts'
import { greetAsDialler, greetAsListener, helloLength } from '../greeting.ts'
import { Inlet } from '../inlet.ts'
import type { Lane, LaneKeys } from '../lane.ts'
import { QuicPipe } from './quic-pipe.ts'

const alpn: Alpn = 'gangway/lane/1'

/** Bytes in one call of the binding: a mover's process serves nothing else. */
const pieceBytes = 64 * 1024

const knockMs = 5_000
const maxKnocks = 8

export interface QuicEndOptions {
  readonly network: Network
  /** `ip:port`; without it, any free port on every interface. */
  readonly bindAddr?: string
  readonly clock: Clock
  readonly log: Log
}

export interface QuicMeeting {
  readonly keys: LaneKeys
  /** The other end's endpoint, as the two sessions told each other. The one that decides dials it. */
  readonly target: Target
  readonly role: 'decides' | 'follows'
  readonly deadlineMs: number
  readonly signal?: AbortSignal | undefined
}

/** An endpoint under a key of its own, known to nobody but the other end of one transfer. */
export async function openQuicEnd(options: QuicEndOptions): Promise<QuicEnd> {
  const endpoint = await openEndpoint({
    ...options,
    secretKey: randomBytes(32),
    alpns: [alpn],
    pieceBytes,
  })
  return new QuicEnd(endpoint, options.clock)
}

export class QuicEnd {
  readonly id: DeviceId
  /** Addresses and relay for the other end to know; they come and change with the network. */
  readonly state: Cell<EndpointState>
  readonly sockets: readonly string[]
  readonly #endpoint: Endpoint
  readonly #clock: Clock

  constructor(endpoint: Endpoint, clock: Clock) {
    this.id = endpoint.id
    this.state = endpoint.state
    this.sockets = endpoint.sockets
    this.#endpoint = endpoint
    this.#clock = clock
  }

  async open(meeting: QuicMeeting): Promise<Lane> {
    const { deadlineMs: milliseconds, signal } = meeting
    const fault = () => new Fault('peer.unreachable')
    return within({ clock: this.#clock, milliseconds, signal, fault }, (stop) =>
      meeting.role === 'decides' ? this.#dial(meeting, stop) : this.#accept(meeting, stop),
    )
  }

  close(): Promise<void> {
    return this.#endpoint.close()
  }

  async #dial({ target, keys, deadlineMs }: QuicMeeting, signal: AbortSignal): Promise<Lane> {
    const connection = await this.#endpoint.connect(target, alpn, { deadlineMs, signal })
    const contest = { keys, role: 'decides', claim: () => true } as const
    return this.#greeted(connection, signal, async () => {
      const stream = await connection.openStream(signal)
      const pipe = new QuicPipe(connection, stream, this.#clock)
      const inlet = new Inlet(pipe)
      return { pipe, inlet, keys: await greetAsDialler(pipe, inlet, contest) }
    })
  }

  /** Strangers may knock too: they are turned away, and those who prove nothing wait a while. */
  async #accept(meeting: QuicMeeting, signal: AbortSignal): Promise<Lane> {
    const over = new AbortController()
    const stop = AbortSignal.any([signal, over.signal])
    try {
      return await new Promise<Lane>((resolve, reject) => {
        this.#answerAll(meeting, stop, resolve).catch(reject)
      })
    } finally {
      over.abort()
    }
  }

  async #answerAll(
    meeting: QuicMeeting,
    stop: AbortSignal,
    won: (lane: Lane) => void,
  ): Promise<void> {
    let answering = 0
    for (;;) {
      const knock = await this.#endpoint.accept(stop)
      if (!knock) throw new Fault('core.closing')
      if (answering >= maxKnocks) {
        void knock.refuse().catch(() => {})
        continue
      }
      answering++
      void this.#answer(knock, meeting, stop)
        .then(won, () => {})
        .finally(() => answering--)
    }
  }

  async #answer(
    knock: Incoming,
    { target, keys }: QuicMeeting,
    signal: AbortSignal,
  ): Promise<Lane> {
    const connection = await knock.accept({ deadlineMs: knockMs, signal })
    const contest = { keys, role: 'follows', claim: () => false } as const
    return this.#greeted(connection, signal, async () => {
      if (connection.peer !== target.id) throw new Fault('peer.refused')
      const stream = await connection.acceptStream(signal)
      const pipe = new QuicPipe(connection, stream, this.#clock)
      const inlet = new Inlet(pipe)
      const hello = await inlet.take(helloLength)
      return { pipe, inlet, keys: await greetAsListener(pipe, inlet, hello, contest) }
    })
  }

  async #greeted(
    connection: Connection,
    signal: AbortSignal,
    greet: () => Promise<Omit<LaneParts, 'clock'>>,
  ): Promise<Lane> {
    try {
      const parts = await within({ clock: this.#clock, milliseconds: knockMs, signal }, greet)
      return new FramedLane({ ...parts, clock: this.#clock })
    } catch (cause) {
      connection.close('peer.refused')
      throw isCancellation(cause) ? cause : new Fault('peer.unreachable', {}, { cause })
    }
  }
}

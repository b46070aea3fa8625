import { Fault } from '#shared/faults.ts'
import type { Clock } from '../../base/clock.ts'
import type { Log } from '../../base/log.ts'
import type { Doors, WayKind } from '../control.ts'
import { doorsThatFit } from '../doors.ts'
import { relayToTry } from '../doors-to-try.ts'
import type { Lane, LaneKeys } from '../lanes/lane.ts'
import type { QuicEnd } from '../lanes/quic/quic-end.ts'
import { openTcpLane } from '../lanes/tcp/tcp-lane.ts'
import { listenTcp, type TcpListener } from '../lanes/tcp/tcp-listener.ts'
import type { EpochKeys } from '../mover.ts'

interface WaysOptions {
  readonly transferId: string
  readonly isSending: boolean
  readonly lanOnly: boolean
  readonly relay: string | null
  readonly clock: Clock
  readonly log: Log
}

interface Opening {
  readonly epoch: number
  readonly keys: LaneKeys
  readonly way: { kind: 'tcp'; listener: TcpListener } | { kind: 'quic'; end: QuicEnd }
  readonly over: AbortController
}

/** One stream carries a whole transfer so far. */
const stream = 0
const meetMs = { tcp: 6_000, quic: 15_000 } as const

/** How the two movers of a transfer meet: doors of both sides, one epoch after the other. */
export class Ways {
  readonly #options: WaysOptions
  #opening: Opening | null = null
  #quicEnd: Promise<QuicEnd> | null = null

  constructor(options: WaysOptions) {
    this.#options = options
  }

  async open(epoch: number, kind: WayKind, keys: EpochKeys): Promise<Doors> {
    this.#leave()
    const { transferId } = this.#options
    const laneKeys = { ...keys, transferId: Buffer.from(transferId, 'hex'), stream }
    const opening = { epoch, keys: laneKeys, over: new AbortController() }
    if (kind === 'tcp') {
      const { lanOnly, clock } = this.#options
      const listener = await listenTcp({ lanOnly, clock })
      opening.over.signal.addEventListener('abort', () => listener.close(), { once: true })
      this.#opening = { ...opening, way: { kind, listener } }
      return doorsThatFit({ kind, addresses: [...listener.addresses] })
    }
    const end = await this.#quic()
    this.#opening = { ...opening, way: { kind, end } }
    const { addresses, relay } = end.state.value
    return doorsThatFit({ kind, id: end.id, addresses: [...addresses], relay })
  }

  /** The lane of this epoch, once the other side has been met. */
  async enter(epoch: number, doors: Doors): Promise<Lane> {
    const opening = this.#opening
    if (opening?.epoch !== epoch || opening.way.kind !== doors.kind) {
      throw new Fault('peer.unreachable')
    }
    try {
      return await this.#meet(opening, doors)
    } finally {
      if (this.#opening === opening) this.#leave()
    }
  }

  async close(): Promise<void> {
    this.#leave()
    const end = await this.#quicEnd?.catch(() => null)
    await end?.close()
  }

  /** The receiving side decides: it also dials first, and the dialling end reads faster. */
  #meet({ way, keys, over }: Opening, doors: Doors): Promise<Lane> {
    const { isSending, lanOnly, clock } = this.#options
    const role = isSending ? 'follows' : 'decides'
    const deadlineMs = meetMs[way.kind]
    const common = { keys, role, deadlineMs, signal: over.signal } as const
    if (way.kind === 'tcp' && doors.kind === 'tcp') {
      const { listener } = way
      const { addresses } = doors
      return openTcpLane({ ...common, listener, addresses, lanOnly, clock })
    }
    if (way.kind === 'quic' && doors.kind === 'quic') {
      const relay = relayToTry(doors.relay, this.#options.relay)
      return way.end.open({ ...common, target: { ...doors, relay } })
    }
    throw new Fault('peer.unreachable')
  }

  #quic(): Promise<QuicEnd> {
    this.#quicEnd ??= this.#openQuic()
    return this.#quicEnd
  }

  /** Loaded when it is needed: most movers never do, and start sooner without. */
  async #openQuic(): Promise<QuicEnd> {
    const { lanOnly, relay, clock, log } = this.#options
    const { openQuicEnd } = await import('../lanes/quic/quic-end.ts')
    return openQuicEnd({ network: { lanOnly, relay }, clock, log })
  }

  #leave(): void {
    this.#opening?.over.abort()
    this.#opening = null
  }
}

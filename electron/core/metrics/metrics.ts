import type { PairedDevice } from '#shared/devices.ts'
import type { Transfer, TransferStateName } from '#shared/transfers.ts'
import type { Clock } from '../base/clock.ts'
import type { Sessions } from '../sessions/sessions.ts'
import { Counts, type Tally } from './counts.ts'

/** How this Gangway is doing, in numbers. Nothing in it names a device, a file or a folder. */
export interface Snapshot {
  readonly uptimeSeconds: number
  readonly devices: ReadonlyMap<PairedDevice['state'], number>
  /** By protocol, open now and opened since the start. */
  readonly sessions: ReadonlyMap<string, number>
  readonly sessionsOpened: ReadonlyMap<string, number>
  /** Those under way, and those that ended since the start. */
  readonly transfers: ReadonlyMap<TransferStateName, number>
  readonly laneBytes: Tally['laneBytes']['all']
  readonly pairingFailures: Tally['pairingFailures']['all']
}

interface MetricsOptions {
  readonly tally: Tally
  readonly sessions: Sessions
  readonly devices: () => readonly PairedDevice[]
  readonly transfers: () => readonly Transfer[]
  readonly clock: Clock
}

const deviceStates: readonly PairedDevice['state'][] = [
  'discovered',
  'pairing',
  'paired',
  'connecting',
  'connected',
  'idle',
  'disconnected',
]
const transferStates: readonly TransferStateName[] = [
  'queued',
  'offered',
  'accepted',
  'moving',
  'paused',
  'finishing',
  'done',
  'failed',
  'declined',
  'cancelled',
]

/** Follows what only events tell; the rest is looked up when somebody asks. */
export class Metrics {
  readonly #options: MetricsOptions
  readonly #open = new Map<string, number>()
  readonly #startedAt: number
  readonly #undo: readonly (() => void)[]

  constructor(options: MetricsOptions) {
    const { tally, sessions, clock } = options
    this.#options = options
    this.#startedAt = clock.monotonic()
    this.#undo = [
      sessions.changes.on('opened', ({ alpn }) => {
        tally.sessionsOpened.add(alpn)
        this.#count(alpn, 1)
      }),
      sessions.changes.on('closed', ({ channel }) => this.#count(channel.alpn, -1)),
    ]
  }

  snapshot(): Snapshot {
    const { tally, devices, transfers, clock } = this.#options
    return {
      uptimeSeconds: (clock.monotonic() - this.#startedAt) / 1_000,
      devices: statesOf(devices(), deviceStates),
      sessions: new Map(this.#open),
      sessionsOpened: tally.sessionsOpened.all,
      transfers: statesOf(transfers(), transferStates),
      laneBytes: tally.laneBytes.all,
      pairingFailures: tally.pairingFailures.all,
    }
  }

  close(): void {
    for (const undo of this.#undo) undo()
  }

  #count(alpn: string, change: 1 | -1): void {
    this.#open.set(alpn, Math.max(0, (this.#open.get(alpn) ?? 0) + change))
  }
}

function statesOf<State extends string>(
  rows: readonly { readonly state: State }[],
  known: readonly State[],
): ReadonlyMap<State, number> {
  const counts = new Counts<State>(known)
  for (const { state } of rows) counts.add(state)
  return counts.all
}

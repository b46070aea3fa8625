import { randomBytes } from 'node:crypto'
import { systemClock, type Clock } from '#core/base/clock.ts'
import { silentLog } from '#core/base/log.ts'
import type { Lane, LaneKeys, LaneKind } from '#core/transfers/lanes/lane.ts'
import { openMemoryLanes } from '#core/transfers/lanes/memory/memory-lane.ts'
import { openQuicEnd } from '#core/transfers/lanes/quic/quic-end.ts'
import { openTcpLane } from '#core/transfers/lanes/tcp/tcp-lane.ts'
import { listenTcp } from '#core/transfers/lanes/tcp/tcp-listener.ts'
import { targetOf } from './endpoints.ts'

export interface KeyPair {
  readonly here: LaneKeys
  readonly there: LaneKeys
}

/** The keys of both ends of one lane. */
export function laneKeys(stream = 0): KeyPair {
  const [a, b, transferId] = [randomBytes(32), randomBytes(32), randomBytes(16)]
  return {
    here: { send: a, receive: b, transferId, stream },
    there: { send: b, receive: a, transferId, stream },
  }
}

/** `here` is the end that decides and dials. */
export interface LaneEnds {
  readonly here: Lane
  readonly there: Lane
  close(): Promise<void>
}

export interface LaneChoice {
  readonly keys?: KeyPair
  readonly clock?: Clock
  readonly deadlineMs?: number
}

const anyTimeMs = 5_000

async function memoryEnds({ keys = laneKeys(), clock = systemClock }: LaneChoice = {}) {
  const lanes = await openMemoryLanes(keys.here, keys.there, clock)
  return ends(lanes.dialler, lanes.listener, async () => {})
}

async function tcpEnds({ keys = laneKeys(), ...choice }: LaneChoice = {}): Promise<LaneEnds> {
  const { clock = systemClock, deadlineMs = anyTimeMs } = choice
  const listener = await listenTcp({ host: '127.0.0.1', lanOnly: true, clock: systemClock })
  const shared = { lanOnly: true, clock, deadlineMs }
  return bothOrNeither(
    openTcpLane({
      ...shared,
      keys: keys.here,
      role: 'decides',
      listener: null,
      addresses: listener.addresses,
    }),
    openTcpLane({ ...shared, keys: keys.there, role: 'follows', listener, addresses: [] }),
    async () => listener.close(),
  )
}

async function quicEnds({ keys = laneKeys(), ...choice }: LaneChoice = {}): Promise<LaneEnds> {
  const { clock = systemClock, deadlineMs = anyTimeMs } = choice
  const network = { lanOnly: true, relay: null }
  const options = { network, bindAddr: '127.0.0.1:0', clock, log: silentLog }
  const [here, there] = await Promise.all([openQuicEnd(options), openQuicEnd(options)])
  return bothOrNeither(
    here.open({ keys: keys.here, role: 'decides', target: targetOf(there), deadlineMs }),
    there.open({ keys: keys.there, role: 'follows', target: targetOf(here), deadlineMs }),
    async () => void (await Promise.all([here.close(), there.close()])),
  )
}

async function bothOrNeither(
  opening: Promise<Lane>,
  openingThere: Promise<Lane>,
  after: () => Promise<void>,
): Promise<LaneEnds> {
  const [here, there] = await Promise.allSettled([opening, openingThere])
  if (here.status === 'fulfilled' && there.status === 'fulfilled') {
    return ends(here.value, there.value, after)
  }
  for (const one of [here, there]) if (one.status === 'fulfilled') await one.value.close()
  await after()
  throw here.status === 'rejected' ? here.reason : (there as PromiseRejectedResult).reason
}

function ends(here: Lane, there: Lane, after: () => Promise<void>): LaneEnds {
  return {
    here,
    there,
    async close() {
      await Promise.all([here.close(), there.close()])
      await after()
    },
  }
}

export type OpenEnds = (choice?: LaneChoice) => Promise<LaneEnds>

export const openEnds: Readonly<Record<LaneKind, OpenEnds>> = {
  memory: memoryEnds,
  tcp: tcpEnds,
  quic: quicEnds,
}

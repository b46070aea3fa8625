import { lookup as systemLookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { Fault } from '#shared/faults.ts'
import type { DeviceId } from '#shared/ids.ts'
import type { StaticPeer } from '#shared/model.ts'
import { retrying } from '#core/base/backoff.ts'
import { sleep, type Clock } from '#core/base/clock.ts'
import { within } from '#core/base/deadline.ts'
import { Public, type Log } from '#core/base/log.ts'
import type { Cell } from '#core/base/state.ts'
import { socketAddress } from './links.ts'

const lookupMs = 10_000
const freshMs = 300_000

/** All addresses of a host name. */
export type Lookup = (host: string) => Promise<readonly string[]>

export const systemNames: Lookup = async (host) =>
  (await systemLookup(host, { all: true })).map(({ address }) => address)

interface StaticPeersOptions {
  readonly clock: Clock
  readonly log: Log
  readonly random: () => number
  readonly lookup: Lookup
  /** Followed as it changes. */
  readonly peers: Cell<readonly StaticPeer[]>
  readonly found: (id: DeviceId, addresses: readonly string[]) => void
  /** Nobody names this device any more. */
  readonly dropped: (id: DeviceId) => void
}

interface StaticPeers {
  /** The network changed: names may mean something else now. */
  refresh(): void
  close(): void
}

/** One typed address, for as long as it stands. */
interface Kept {
  readonly peer: StaticPeer
  readonly over: AbortController
  addresses: readonly string[]
}

/** Keeps the addresses of typed devices current. Until a name is known, its device has none. */
export function openStaticPeers(options: StaticPeersOptions): StaticPeers {
  const { clock, log, random, lookup, peers, found, dropped } = options
  let round = new AbortController()
  const all = new Map<string, Kept>()

  function tell(id: DeviceId): void {
    const same = [...all.values()].filter(({ peer }) => peer.id === id)
    if (same.length === 0) return dropped(id)
    found(
      id,
      same.flatMap(({ addresses }) => addresses),
    )
  }

  async function resolve(kept: Kept, signal: AbortSignal): Promise<void> {
    const { id, host, port } = kept.peer
    const fault = (cause?: unknown) => new Fault('peer.unreachable', {}, { cause })
    const hosts = await within({ clock, milliseconds: lookupMs, signal, fault }, () =>
      lookup(host).catch((error: unknown) => {
        throw fault(error)
      }),
    )
    kept.addresses = hosts.filter(isIP).map((address) => socketAddress(address, port))
    tell(id)
  }

  async function keepCurrent(kept: Kept): Promise<void> {
    const { peer, over } = kept
    const onRetry = () => log.debug('lookup', { outcome: new Public('failed'), peer: peer.id })
    while (!over.signal.aborted) {
      const signal = AbortSignal.any([round.signal, over.signal])
      try {
        await retrying({ clock, signal, random, onRetry }, (own) => resolve(kept, own))
        await sleep(clock, freshMs, signal)
      } catch (error) {
        if (!signal.aborted) throw error
      }
    }
  }

  function keep(key: string, peer: StaticPeer): void {
    const { id, host, port } = peer
    const isNumeric = isIP(host) !== 0
    const addresses = isNumeric ? [socketAddress(host, port)] : []
    const kept = { peer, over: new AbortController(), addresses }
    all.set(key, kept)
    tell(id)
    if (isNumeric) return
    keepCurrent(kept).catch((error: unknown) => log.error('stumbled', { error: Fault.of(error) }))
  }

  function follow(): void {
    const wanted = new Map(peers.value.map((peer) => [keyOf(peer), peer]))
    for (const [key, { peer, over }] of all) {
      if (wanted.has(key)) continue
      over.abort()
      all.delete(key)
      tell(peer.id)
    }
    for (const [key, peer] of wanted) if (!all.has(key)) keep(key, peer)
  }

  const stopFollowing = peers.onChange(follow)
  follow()

  return {
    refresh() {
      const last = round
      round = new AbortController()
      last.abort()
    },
    close() {
      stopFollowing()
      for (const { over } of all.values()) over.abort()
    },
  }
}

function keyOf({ id, host, port }: StaticPeer): string {
  return `${id}@${host}:${port}`
}

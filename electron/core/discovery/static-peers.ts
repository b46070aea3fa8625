import { lookup as systemLookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { Fault } from '#shared/faults.ts'
import type { DeviceId } from '#shared/ids.ts'
import { retrying } from '#core/base/backoff.ts'
import { sleep, type Clock } from '#core/base/clock.ts'
import { within } from '#core/base/deadline.ts'
import { Public, type Log } from '#core/base/log.ts'
import type { StaticPeer } from '#core/host.ts'
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
  readonly peers: readonly StaticPeer[]
  readonly found: (id: DeviceId, addresses: readonly string[]) => void
}

interface StaticPeers {
  /** The network changed: names may mean something else now. */
  refresh(): void
  close(): void
}

/** Keeps the addresses of typed devices current. Until a name is known, its device has none. */
export function openStaticPeers(options: StaticPeersOptions): StaticPeers {
  const { clock, log, random, lookup, found } = options
  const closing = new AbortController()
  let round = new AbortController()
  const known = new Map<StaticPeer, readonly string[]>()

  function tell({ id }: StaticPeer): void {
    const same = options.peers.filter((peer) => peer.id === id)
    found(
      id,
      same.flatMap((peer) => known.get(peer) ?? []),
    )
  }

  async function resolve(peer: StaticPeer, signal: AbortSignal): Promise<void> {
    const fault = (cause?: unknown) => new Fault('peer.unreachable', {}, { cause })
    const hosts = await within({ clock, milliseconds: lookupMs, signal, fault }, () =>
      lookup(peer.host).catch((error: unknown) => {
        throw fault(error)
      }),
    )
    known.set(
      peer,
      hosts.filter(isIP).map((host) => socketAddress(host, peer.port)),
    )
    tell(peer)
  }

  async function keepCurrent(peer: StaticPeer): Promise<void> {
    while (!closing.signal.aborted) {
      const { signal } = round
      const onRetry = () => log.debug('lookup', { outcome: new Public('failed'), peer: peer.id })
      try {
        await retrying({ clock, signal, random, onRetry }, (own) => resolve(peer, own))
        await sleep(clock, freshMs, signal)
      } catch (error) {
        if (!signal.aborted) throw error
      }
    }
  }

  for (const peer of options.peers) {
    known.set(peer, isIP(peer.host) ? [socketAddress(peer.host, peer.port)] : [])
    tell(peer)
    if (isIP(peer.host)) continue
    keepCurrent(peer).catch((error: unknown) =>
      log.error('stumbled', { error: error instanceof Error ? error : null }),
    )
  }

  return {
    refresh() {
      const last = round
      round = new AbortController()
      last.abort()
    },
    close() {
      closing.abort()
      round.abort()
    },
  }
}

import { randomBytes } from 'node:crypto'
import { systemClock } from '#core/base/clock.ts'
import { silentLog } from '#core/base/log.ts'
import { openEndpoint } from '#core/endpoint/endpoint.ts'
import type { Endpoint, Target } from '#core/endpoint/types.ts'
import type { Alpn } from '#shared/ids.ts'

/** A real endpoint that talks to this computer only. */
export function openLoopbackEndpoint(
  alpns: readonly Alpn[],
  bindAddr = '127.0.0.1:0',
): Promise<Endpoint> {
  return openEndpoint({
    secretKey: randomBytes(32),
    network: { lanOnly: true, relay: null },
    alpns,
    bindAddr,
    clock: systemClock,
    log: silentLog,
  })
}

export function targetOf(endpoint: Pick<Endpoint, 'id' | 'sockets'>): Target {
  return {
    id: endpoint.id,
    addresses: endpoint.sockets.filter((socket) => socket.startsWith('127.')),
  }
}

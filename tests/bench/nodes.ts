import { randomBytes } from 'node:crypto'
import { systemClock } from '#core/base/clock.ts'
import { Lifetime } from '#core/base/lifetime.ts'
import { silentLog } from '#core/base/log.ts'
import { openDevices } from '#core/devices/devices.ts'
import { openEndpoint } from '#core/endpoint/endpoint.ts'
import type { DialBounds, Target } from '#core/endpoint/types.ts'
import { Messages } from '#core/messages/messages.ts'
import { ProtocolRegistry } from '#core/protocols/registry.ts'
import { openRouter } from '#core/protocols/router.ts'
import type { SecureChannel } from '#core/sessions/secure-channel.ts'
import { Sessions } from '#core/sessions/sessions.ts'
import type { Alpn } from '#shared/ids.ts'
import { memoryStore } from '../support/memory-store.ts'

const clock = systemClock
const log = silentLog

/** A device with everything from the transport to messages, that dials only when it is told to. */
export async function openSessionNode() {
  await using lifetime = new Lifetime()
  const registry = new ProtocolRegistry(log)
  const devices = lifetime.own(await openDevices({ store: memoryStore(), clock, log }))
  const network = { lanOnly: true, relay: null }
  const endpoint = lifetime.own(
    await openEndpoint({
      secretKey: randomBytes(32),
      network,
      alpns: registry.alpns,
      bindAddr: '127.0.0.1:0',
      clock,
      log,
    }),
  )
  const isPaired = (id: typeof endpoint.id) => devices.isPaired(id)
  const router = lifetime.own(openRouter({ acceptor: endpoint, registry, isPaired, clock, log }))
  const sessions = lifetime.own(
    new Sessions({
      self: endpoint.id,
      network: {
        connect: (target: Target, alpn: Alpn, bounds: DialBounds) =>
          endpoint.connect(target, alpn, bounds),
        closePeer: (peer, code) => router.closePeer(peer, code),
      },
      registry,
      devices,
      sightedAt: () => [],
      clock,
      log,
    }),
  )
  const messages = lifetime.own(new Messages({ sessions, devices, wanted: () => {}, clock, log }))
  const kept = lifetime.keep()
  return { id: endpoint.id, endpoint, devices, sessions, messages, close: () => kept.close() }
}

type SessionNode = Awaited<ReturnType<typeof openSessionNode>>

/** As if the two had paired: one root, and each knows where the other is. */
export async function acquaint(one: SessionNode, other: SessionNode): Promise<void> {
  const root = randomBytes(32)
  const learn = async (node: SessionNode, peer: SessionNode, role: 'host' | 'joiner') => {
    const announcementKey = randomBytes(32)
    const { id } = peer
    await node.devices.add({ id, root, announcementKey, name: 'Peer', kind: 'laptop', role })
    await node.devices.seen(id, peer.endpoint.sockets[0] ?? null)
  }
  await Promise.all([learn(one, other, 'host'), learn(other, one, 'joiner')])
}

/** A session under this name does nothing but be there. */
export function idle(node: SessionNode, alpn: Alpn): void {
  node.sessions.serve({
    alpn,
    async accept(channel: SecureChannel) {
      while ((await channel.receive()) !== null);
    },
  })
}

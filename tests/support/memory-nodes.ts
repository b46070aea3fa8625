import { abortable } from '#core/base/abortable.ts'
import { silentLog } from '#core/base/log.ts'
import { openDevices, type Devices } from '#core/devices/devices.ts'
import type {
  ByteStream,
  CloseCode,
  CloseReason,
  Connection,
  DialBounds,
  Target,
} from '#core/endpoint/types.ts'
import { ProtocolRegistry } from '#core/protocols/registry.ts'
import { Sessions } from '#core/sessions/sessions.ts'
import { Fault, isCancellation, type FaultCode } from '#shared/faults.ts'
import type { Alpn, DeviceId } from '#shared/ids.ts'
import type { FakeClock } from './fake-clock.ts'
import { fakeId } from './fake-devices.ts'
import { memoryConnections } from './memory-connection.ts'
import { memoryStore } from './memory-store.ts'

const sameRoot = new Uint8Array(32).fill(7)

interface MemoryNode {
  readonly id: DeviceId
  readonly devices: Devices
  readonly sessions: Sessions
}

interface Resident extends MemoryNode {
  readonly registry: ProtocolRegistry
}

/**
 * Devices with sessions and nothing below them: time and the network are the test's. A device that
 * is `gone` answers nobody and says nothing, as after a power cut.
 */
export class MemoryNodes {
  readonly gone = new Set<DeviceId>()
  /** Every dial that was made, as `<dialler> <accepter>`. */
  readonly dials: string[] = []
  readonly #clock: FakeClock
  readonly #residents = new Map<DeviceId, Resident>()
  readonly #connections = new Set<Quiet>()
  /** What each dial has to wait for. */
  hold: Promise<void> = Promise.resolve()

  constructor(clock: FakeClock) {
    this.#clock = clock
  }

  /** With the disk of one that was open before, it is that one after a crash. */
  async open(who: number | DeviceId, disk?: Map<string, string>): Promise<MemoryNode> {
    const id = typeof who === 'number' ? fakeId(who) : who
    const clock = this.#clock
    const devices = await openDevices({ store: memoryStore(disk), clock, log: silentLog })
    const registry = new ProtocolRegistry(silentLog)
    const network = {
      connect: (target: Target, alpn: Alpn, { signal }: DialBounds) =>
        this.#connect(id, target.id, alpn, signal),
      closePeer: (peer: DeviceId, code: FaultCode) => this.#closePeer(id, peer, code),
    }
    const sightedAt = () => []
    const log = silentLog
    const sessions = new Sessions({ self: id, network, registry, devices, sightedAt, clock, log })
    const resident = { id, devices, sessions, registry }
    this.#residents.set(id, resident)
    return resident
  }

  async pair(one: MemoryNode, other: MemoryNode, root = sameRoot): Promise<void> {
    await Promise.all([
      this.learn(one, other, 'host', root),
      this.learn(other, one, 'joiner', root),
    ])
  }

  /** One side's half of a pairing. */
  learn(
    node: MemoryNode,
    { id }: MemoryNode,
    role: 'host' | 'joiner',
    root = sameRoot,
  ): Promise<void> {
    const announcementKey = new Uint8Array(32)
    const isKnown = node.devices.ids.includes(id)
    const device = { id, root, announcementKey, name: 'Peer', kind: 'laptop', role } as const
    // Sessions prove a first pairing; one anew was proved in the pairing itself.
    return isKnown ? node.devices.confirm(device) : node.devices.add(device)
  }

  /** A connection on which nothing has been said yet. */
  knock(from: MemoryNode, to: MemoryNode, alpn: Alpn): Promise<Connection> {
    return this.#connect(from.id, to.id, alpn)
  }

  close(): void {
    for (const { sessions, devices } of this.#residents.values()) {
      sessions.close()
      devices.close()
    }
  }

  async #connect(
    self: DeviceId,
    peer: DeviceId,
    alpn: Alpn,
    signal?: AbortSignal,
  ): Promise<Connection> {
    this.dials.push(`${self} ${peer}`)
    await abortable(this.hold, signal)
    const there = this.#residents.get(peer)
    if (!there || this.gone.has(peer) || this.gone.has(self)) throw new Fault('peer.unreachable')
    const ends = memoryConnections({ alpn, dialler: self, accepter: peer })
    const isGone = () => this.gone.has(peer) || this.gone.has(self)
    const dialler = new Quiet(self, ends.dialler, isGone)
    const accepter = new Quiet(peer, ends.accepter, isGone)
    this.#connections.add(accepter)
    this.#admit(there, accepter)
    return dialler
  }

  #admit({ registry, devices }: Resident, connection: Quiet): void {
    const protocol = registry.get(connection.alpn)
    if (!protocol) return connection.close('protocol.unknown')
    if (!devices.isPaired(connection.peer)) return connection.close('peer.refused')
    const controller = new AbortController()
    void connection.closed.then(() => controller.abort())
    protocol.serve(connection, { peer: connection.peer, signal: controller.signal }).then(
      () => connection.close('clean'),
      (error: unknown) => connection.close(isCancellation(error) ? 'clean' : Fault.of(error).code),
    )
  }

  #closePeer(self: DeviceId, peer: DeviceId, code: FaultCode): void {
    for (const connection of this.#connections) {
      if (connection.peer === peer && connection.owner === self) connection.close(code)
    }
  }
}

/** An end of a connection that hears and says nothing any more once one of the two is gone. */
class Quiet implements Connection {
  readonly owner: DeviceId
  readonly peer: DeviceId
  readonly alpn: Alpn
  readonly side: Connection['side']
  readonly closed: Promise<CloseReason>
  readonly #inner: Connection
  readonly #isGone: () => boolean
  #settle: (reason: CloseReason) => void = () => {}

  constructor(owner: DeviceId, inner: Connection, isGone: () => boolean) {
    this.owner = owner
    this.#inner = inner
    this.#isGone = isGone
    this.peer = inner.peer
    this.alpn = inner.alpn
    this.side = inner.side
    this.closed = new Promise((resolve) => (this.#settle = resolve))
    void inner.closed.then((reason) => {
      if (!reason.byPeer || !isGone()) this.#settle(reason)
    })
  }

  async openStream(signal?: AbortSignal): Promise<ByteStream> {
    return this.#quiet(await this.#inner.openStream(signal))
  }

  async acceptStream(signal?: AbortSignal): Promise<ByteStream> {
    return this.#quiet(await this.#inner.acceptStream(signal))
  }

  close(code: CloseCode): void {
    if (this.#isGone()) this.#settle({ code, byPeer: false })
    else this.#inner.close(code)
  }

  path() {
    return null
  }

  #quiet(stream: ByteStream): ByteStream {
    const isGone = this.#isGone
    return {
      async read(maxBytes, signal) {
        const bytes = await stream.read(maxBytes, signal)
        return isGone() ? new Promise((_, reject) => rejectOnAbort(signal, reject)) : bytes
      },
      async write(bytes, signal) {
        if (!isGone()) await stream.write(bytes, signal)
      },
      finish: () => stream.finish(),
      reset: (code) => stream.reset(code),
      stop: (code) => stream.stop(code),
    }
  }
}

function rejectOnAbort(signal: AbortSignal | undefined, reject: (error: Error) => void): void {
  const fail = () => reject(new DOMException('aborted', 'AbortError'))
  if (signal?.aborted) fail()
  else signal?.addEventListener('abort', fail, { once: true })
}

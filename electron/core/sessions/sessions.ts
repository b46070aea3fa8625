import { Fault, isCancellation, type FaultCode } from '#shared/faults.ts'
import type { Alpn, DeviceId } from '#shared/ids.ts'
import type { Clock } from '../base/clock.ts'
import { Emitter } from '../base/emitter.ts'
import type { Log } from '../base/log.ts'
import type { Devices } from '../devices/devices.ts'
import type { Connection, Path } from '../endpoint/types.ts'
import type { ProtocolRegistry } from '../protocols/registry.ts'
import { shakeHands } from './handshake.ts'
import type { Dialler } from './reach.ts'
import { SecureChannel } from './secure-channel.ts'
import { addressOn } from './shown-path.ts'
import { Slot, type SessionChanges, type SessionProtocol } from './slot.ts'

interface SessionsOptions {
  readonly self: DeviceId
  readonly network: Dialler & { closePeer(peer: DeviceId, code: FaultCode): void }
  readonly registry: ProtocolRegistry
  readonly devices: Devices
  /** Where a device was noticed just now, the likeliest first. */
  readonly sightedAt: (peer: DeviceId) => readonly string[]
  readonly clock: Clock
  readonly log: Log
}

/** Connections of one device and name the router lets in: the one, and those being weighed. */
const maxPerPeer = 4

/** The encrypted channels with paired devices. */
export class Sessions {
  readonly changes: Emitter<SessionChanges>
  readonly #options: SessionsOptions
  readonly #log: Log
  readonly #protocols = new Map<Alpn, SessionProtocol>()
  readonly #slots = new Map<string, Slot>()
  readonly #stopFollowing: () => void
  #closing = false

  constructor(options: SessionsOptions) {
    this.#options = options
    this.#log = options.log.room('sessions')
    this.changes = new Emitter((error) =>
      this.#log.error('a listener failed', { error: Fault.of(error) }),
    )
    this.#stopFollowing = options.devices.changes.on('barred', (peer) => this.#bar(peer))
  }

  get alpns(): Alpn[] {
    return [...this.#protocols.keys()]
  }

  /** Returns its own undo, which ends what is open under the name. */
  serve(protocol: SessionProtocol): () => void {
    const { alpn } = protocol
    const withdraw = this.#options.registry.register({
      alpn,
      admits: 'paired',
      maxPerPeer,
      serve: (connection, { peer, signal }) =>
        this.#slot(peer, protocol).accept(connection, signal),
    })
    this.#protocols.set(alpn, protocol)
    return () => {
      withdraw()
      if (this.#protocols.get(alpn) === protocol) this.#protocols.delete(alpn)
      this.#end((slot) => slot.protocol === protocol, 'protocol.unknown')
    }
  }

  /** The one channel of this device and name: the open one, or a new one that all who ask share. */
  async open(peer: DeviceId, alpn: Alpn, signal?: AbortSignal): Promise<SecureChannel> {
    const protocol = this.#protocols.get(alpn)
    if (!protocol) throw new Error(`${alpn} is not served here`)
    if (this.#closing) throw new Fault('core.closing')
    if (!this.#options.devices.isPaired(peer)) throw new Fault('device.unknown')
    return this.#slot(peer, protocol).open(signal)
  }

  current(peer: DeviceId, alpn: Alpn): SecureChannel | null {
    return this.#slots.get(keyOf(peer, alpn))?.current ?? null
  }

  /** A device was noticed elsewhere: a dial under way goes there at once. */
  hurry(peer: DeviceId): void {
    for (const slot of this.#slotsOf(peer)) slot.hurry()
  }

  /** The way bytes take to this device right now. */
  pathTo(peer: DeviceId): Path | null {
    const open = this.#slotsOf(peer).find(({ current }) => current !== null)
    return open?.current?.path() ?? null
  }

  isBusy(peer: DeviceId): boolean {
    return this.#slotsOf(peer).some(({ current }) => current?.isBusy)
  }

  /** Every other side hears that this device leaves, and none comes about any more. */
  close(): void {
    this.#closing = true
    this.#stopFollowing()
    this.#end(() => true, 'core.closing')
  }

  #slotsOf(peer: DeviceId): Slot[] {
    return [...this.#slots.values()].filter((slot) => slot.peer === peer)
  }

  #slot(peer: DeviceId, protocol: SessionProtocol): Slot {
    const key = keyOf(peer, protocol.alpn)
    const slot = this.#slots.get(key) ?? this.#newSlot(peer, protocol)
    this.#slots.set(key, slot)
    return slot
  }

  #newSlot(peer: DeviceId, protocol: SessionProtocol): Slot {
    const { self, network, devices, sightedAt, clock } = this.#options
    const slot = new Slot({
      self,
      peer,
      protocol,
      dialler: network,
      addresses: () => [...new Set([...sightedAt(peer), ...devices.addressesOf(peer)])],
      secure: (connection, signal) => this.#secure(connection, signal),
      changes: this.changes,
      clock,
      log: this.#log,
    })
    if (this.#closing) slot.end('core.closing')
    return slot
  }

  async #secure(connection: Connection, signal: AbortSignal): Promise<SecureChannel> {
    const { self, devices, clock } = this.#options
    const { peer } = connection
    try {
      const root = devices.rootOf(peer)
      if (!root) throw new Fault('peer.refused')
      const secured = await shakeHands(connection, { self, root, clock, signal })
      this.#proved(peer, connection)
      const activity = () => this.changes.emit('activity', peer)
      return new SecureChannel(connection, secured, { clock, activity })
    } catch (error) {
      connection.close(isCancellation(error) ? 'clean' : Fault.of(error).code)
      throw error
    }
  }

  #proved(peer: DeviceId, connection: Connection): void {
    const { devices } = this.#options
    const address = addressOn(connection.path())
    // In force at once; the disk may take its time.
    Promise.all([devices.prove(peer), devices.seen(peer, address)]).catch((error: unknown) =>
      this.#log.warn('not saved', { peer, error: Fault.of(error) }),
    )
  }

  #bar(peer: DeviceId): void {
    const { devices, network } = this.#options
    const code = barCode(devices, peer)
    this.#end((slot) => slot.peer === peer, code)
    network.closePeer(peer, code)
  }

  #end(which: (slot: Slot) => boolean, code: FaultCode): void {
    for (const [key, slot] of this.#slots) {
      if (!which(slot)) continue
      this.#slots.delete(key)
      slot.end(code)
    }
  }
}

function barCode(devices: Devices, peer: DeviceId): FaultCode {
  const trust = devices.trustOf(peer)
  if (trust === null) return 'peer.removed'
  // Still welcome: it has been paired anew, and what was opened with the old keys ends.
  return trust === 'blocked' ? 'peer.refused' : 'peer.closed'
}

function keyOf(peer: DeviceId, alpn: Alpn): string {
  return `${alpn} ${peer}`
}

import { Fault, isCancellation, type FaultCode } from '#shared/faults.ts'
import type { Alpn, DeviceId } from '#shared/ids.ts'
import type { Clock } from '../base/clock.ts'
import { within } from '../base/deadline.ts'
import { Emitter } from '../base/emitter.ts'
import type { Log } from '../base/log.ts'
import type { Devices } from '../devices/devices.ts'
import type { Connection, Path } from '../endpoint/types.ts'
import type { ProtocolRegistry } from '../protocols/registry.ts'
import { shakeHands, type Secured } from './handshake.ts'
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
/** How soon a host has to answer in the first session that proves a pairing. */
const answerMs = 5_000

/** The encrypted channels with paired devices. */
export class Sessions {
  readonly changes: Emitter<SessionChanges>
  readonly #options: SessionsOptions
  readonly #log: Log
  readonly #protocols = new Map<Alpn, SessionProtocol>()
  readonly #slots = new Map<string, Slot>()
  readonly #stopFollowing: readonly (() => void)[]
  /** Every open channel, and what proved it. */
  readonly #roots = new Map<SecureChannel, Uint8Array>()
  #closing = false

  constructor(options: SessionsOptions) {
    this.#options = options
    this.#log = options.log.room('sessions')
    this.changes = new Emitter((error) =>
      this.#log.error('a listener failed', { error: Fault.of(error) }),
    )
    const { changes } = options.devices
    this.#stopFollowing = [
      changes.on('barred', (peer) => this.#bar(peer)),
      changes.on('added', (peer) => this.#outlive(peer)),
      this.changes.on('moved', (peer) => this.prove(peer)),
      // One that is lost is seldom the only one.
      this.changes.on('closed', ({ channel, reason }) => {
        if (reason.code === 'peer.unreachable') this.prove(channel.peer)
      }),
    ]
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

  /** Whether this device is there may be doubted: a death does not tell itself. */
  prove(peer: DeviceId): void {
    for (const slot of this.#slotsOf(peer)) void slot.prove()
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
    for (const stop of this.#stopFollowing) stop()
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
      const roots = rootsFor(connection, devices)
      if (roots.length === 0) throw new Fault('peer.refused')
      const { root, ...secured } = await shakeHands(connection, { self, roots, clock, signal })
      const unproved = devices.unprovedAs(peer, root)
      // On the host's disk before the joiner counts on it: a crash must not part the two.
      if (unproved === 'host') await this.#proved(peer, root)
      const channel = this.#opened(connection, secured, root)
      if (unproved === 'joiner') {
        await this.#answers(channel, signal)
        await this.#proved(peer, root)
      }
      if (!devices.holds(peer, root)) throw new Fault('peer.closed')
      this.#seen(peer, connection)
      return channel
    } catch (error) {
      connection.close(isCancellation(error) ? 'clean' : Fault.of(error).code)
      throw error
    }
  }

  #opened(connection: Connection, secured: Secured, root: Uint8Array): SecureChannel {
    const activity = () => this.changes.emit('activity', connection.peer)
    const channel = new SecureChannel(connection, secured, { clock: this.#options.clock, activity })
    this.#roots.set(channel, root)
    void channel.closed.then(() => this.#roots.delete(channel))
    return channel
  }

  async #answers(channel: SecureChannel, signal: AbortSignal): Promise<void> {
    const fault = () => new Fault('peer.unreachable')
    const bounds = { clock: this.#options.clock, milliseconds: answerMs, signal, fault }
    await within(bounds, (inner) => channel.ping(inner))
  }

  /** In force at once, even where the disk fails. */
  async #proved(peer: DeviceId, root: Uint8Array): Promise<void> {
    await this.#saved(peer, this.#options.devices.prove(peer, root))
  }

  #seen(peer: DeviceId, connection: Connection): void {
    void this.#saved(peer, this.#options.devices.seen(peer, addressOn(connection.path())))
  }

  async #saved(peer: DeviceId, saving: Promise<void>): Promise<void> {
    try {
      await saving
    } catch (error) {
      this.#log.warn('not saved', { peer, error: Fault.of(error) })
    }
  }

  /** Paired anew: what was opened under keys that are no longer held has to be opened again. */
  #outlive(peer: DeviceId): void {
    for (const [channel, root] of this.#roots) {
      const isStale = channel.peer === peer && !this.#options.devices.holds(peer, root)
      if (isStale) channel.close('peer.closed')
    }
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
  // Still welcome, but for what another pairing opened that was never proved.
  return trust === 'blocked' ? 'peer.refused' : 'peer.closed'
}

function rootsFor({ peer, side }: Connection, devices: Devices): readonly Uint8Array[] {
  if (side === 'accepter') return devices.rootsOf(peer)
  const root = devices.rootOf(peer)
  return root ? [root] : []
}

function keyOf(peer: DeviceId, alpn: Alpn): string {
  return `${alpn} ${peer}`
}

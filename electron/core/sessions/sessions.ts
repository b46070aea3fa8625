import { Fault, isCancellation, type FaultCode } from '#shared/faults.ts'
import type { Alpn, DeviceId } from '#shared/ids.ts'
import { abortable } from '../base/abortable.ts'
import type { Clock } from '../base/clock.ts'
import { within } from '../base/deadline.ts'
import { Emitter } from '../base/emitter.ts'
import type { Log } from '../base/log.ts'
import type { Devices } from '../devices/devices.ts'
import type { CloseReason, Connection, Path } from '../endpoint/types.ts'
import type { Call } from '../protocols/protocol.ts'
import type { ProtocolRegistry } from '../protocols/registry.ts'
import { shakeHands } from './handshake.ts'
import { reach, type Dialler } from './reach.ts'
import { SecureChannel } from './secure-channel.ts'
import { addressOn } from './shown-path.ts'

/** What paired devices say to each other under one name. */
export interface SessionProtocol {
  readonly alpn: Alpn
  /**
   * Runs every channel of this name, whichever side dialled it. There is one per device at a time,
   * and nobody else reads from it; it is closed with the fault that is thrown, or cleanly.
   */
  accept(channel: SecureChannel, call: Call): Promise<void>
}

interface Changes extends Record<string, unknown> {
  opened: SecureChannel
  closed: { readonly channel: SecureChannel; readonly reason: CloseReason }
  /** Something began or ended that is under way with this device. */
  activity: DeviceId
}

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

interface Dial {
  readonly controller: AbortController
  readonly result: Promise<SecureChannel>
  /** Starts again with the addresses known by now. */
  again: () => void
}

interface Slot {
  readonly peer: DeviceId
  readonly protocol: SessionProtocol
  current: SecureChannel | null
  dial: Dial | null
}

/** Connections of one device and name the router lets in: the one, and those being weighed. */
const maxPerPeer = 4
/** How soon a session must answer that stands in the way of another. */
const standbyMs = 2_000

export class Sessions {
  readonly changes: Emitter<Changes>
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
      serve: (connection, call) => this.#accept(protocol, connection, call),
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
    const slot = this.#slot(peer, protocol)
    if (!slot.dial && slot.current?.isOpen) return slot.current
    slot.dial ??= this.#dial(slot)
    return abortable(slot.dial.result, signal)
  }

  current(peer: DeviceId, alpn: Alpn): SecureChannel | null {
    const channel = this.#slots.get(keyOf(peer, alpn))?.current
    return channel?.isOpen ? channel : null
  }

  /** A device was noticed elsewhere: a dial under way goes there at once. */
  hurry(peer: DeviceId): void {
    for (const slot of this.#slots.values()) if (slot.peer === peer) slot.dial?.again()
  }

  /** The way bytes take to this device right now. */
  pathTo(peer: DeviceId): Path | null {
    for (const { peer: other, current } of this.#slots.values())
      if (other === peer && current?.isOpen) return current.path()
    return null
  }

  isBusy(peer: DeviceId): boolean {
    return [...this.#slots.values()].some((slot) => slot.peer === peer && slot.current?.isBusy)
  }

  /** Every other side hears that this device leaves, and none comes about any more. */
  close(): void {
    this.#closing = true
    this.#stopFollowing()
    this.#end(() => true, 'core.closing')
  }

  #slot(peer: DeviceId, protocol: SessionProtocol): Slot {
    const key = keyOf(peer, protocol.alpn)
    const slot = this.#slots.get(key) ?? { peer, protocol, current: null, dial: null }
    this.#slots.set(key, slot)
    return slot
  }

  #dial(slot: Slot): Dial {
    const controller = new AbortController()
    const dial: Dial = {
      controller,
      again: () => {},
      result: this.#dialled(slot, controller.signal, (again) => (dial.again = again)).finally(
        () => {
          if (slot.dial === dial) slot.dial = null
        },
      ),
    }
    dial.result.catch(() => {})
    return dial
  }

  async #dialled(
    slot: Slot,
    signal: AbortSignal,
    restartable: (again: () => void) => void,
  ): Promise<SecureChannel> {
    try {
      // What sets `restartable` must have a dial to set it on.
      await Promise.resolve()
      const connection = await this.#reached(slot, signal, restartable)
      return await this.#settle(slot, await this.#secure(connection, signal), signal)
    } catch (error) {
      // Meanwhile the other side may have got through to us.
      if (slot.current?.isOpen) return slot.current
      throw error
    }
  }

  async #reached(
    { peer, protocol }: Slot,
    signal: AbortSignal,
    restartable: (again: () => void) => void,
  ): Promise<Connection> {
    const { network, clock } = this.#options
    for (;;) {
      const round = new AbortController()
      const stop = () => round.abort()
      signal.addEventListener('abort', stop, { once: true })
      restartable(stop)
      try {
        return await reach({
          dialler: network,
          clock,
          peer,
          alpn: protocol.alpn,
          addresses: this.#addressesOf(peer),
          signal: round.signal,
        })
      } catch (error) {
        if (signal.aborted || !isCancellation(error)) throw error
      } finally {
        signal.removeEventListener('abort', stop)
        restartable(() => {})
      }
    }
  }

  #addressesOf(peer: DeviceId): string[] {
    const { sightedAt, devices } = this.#options
    return [...new Set([...sightedAt(peer), ...devices.addressesOf(peer)])]
  }

  async #accept(protocol: SessionProtocol, connection: Connection, call: Call): Promise<void> {
    const channel = await this.#secure(connection, call.signal)
    await this.#settle(this.#slot(connection.peer, protocol), channel, call.signal)
    await channel.closed
  }

  async #secure(connection: Connection, signal: AbortSignal): Promise<SecureChannel> {
    const { self, devices, clock } = this.#options
    const { peer } = connection
    try {
      const root = devices.rootOf(peer)
      if (!root) throw new Fault('peer.refused')
      const secured = await shakeHands(connection, { self, root, clock, signal })
      this.#proved(peer, connection)
      return new SecureChannel(connection, secured, {
        clock,
        activity: () => this.changes.emit('activity', peer),
      })
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

  /**
   * Two devices that dial each other at once keep the connection that the smaller id dialled. A
   * lesser one that comes while a better one is open waits until that has shown that it lives: the
   * other side may have lost it and started anew.
   */
  async #settle(slot: Slot, channel: SecureChannel, signal: AbortSignal): Promise<SecureChannel> {
    for (;;) {
      const { current } = slot
      if (!current?.isOpen || this.#supersedes(channel, current)) break
      if (await this.#answers(current)) {
        channel.close('clean')
        return current
      }
      current.close('peer.unreachable')
    }
    if (this.#closing) channel.close('core.closing')
    if (signal.aborted) channel.close('clean')
    if (!channel.isOpen) throw new Fault('peer.closed')
    const { current } = slot
    slot.current = channel
    current?.close('clean')
    if (this.#isPreferred(channel) && channel.side === 'accepter') slot.dial?.controller.abort()
    this.#run(slot, channel)
    return channel
  }

  #supersedes(channel: SecureChannel, current: SecureChannel): boolean {
    // The side that dials again has no use for the old one any more.
    return channel.side === current.side || this.#isPreferred(channel)
  }

  #isPreferred({ peer, side }: SecureChannel): boolean {
    return this.#options.self < peer === (side === 'dialler')
  }

  async #answers(channel: SecureChannel): Promise<boolean> {
    const bounds = { clock: this.#options.clock, milliseconds: standbyMs }
    try {
      await within(bounds, (signal) => channel.ping(signal))
      return true
    } catch {
      return false
    }
  }

  #run(slot: Slot, channel: SecureChannel): void {
    const { peer, alpn } = channel
    const controller = new AbortController()
    void channel.closed.then((reason) => {
      controller.abort()
      if (slot.current === channel) slot.current = null
      this.#log.debug('session closed', { peer, alpn })
      this.changes.emit('closed', { channel, reason })
    })
    this.#log.debug('session open', { peer, alpn })
    this.changes.emit('opened', channel)
    slot.protocol.accept(channel, { peer, signal: controller.signal }).then(
      () => channel.close('clean'),
      (error: unknown) => this.#gaveUp(channel, error),
    )
  }

  #gaveUp(channel: SecureChannel, error: unknown): void {
    const { peer, alpn } = channel
    const fault = isCancellation(error) ? null : Fault.of(error)
    if (fault?.code === 'internal') this.#log.error('a protocol failed', { peer, alpn, fault })
    channel.close(fault?.code ?? 'clean')
  }

  #bar(peer: DeviceId): void {
    const { devices, network } = this.#options
    const code = barCode(devices, peer)
    this.#end((slot) => slot.peer === peer, code)
    for (const [key, slot] of this.#slots) if (slot.peer === peer) this.#slots.delete(key)
    network.closePeer(peer, code)
  }

  #end(which: (slot: Slot) => boolean, code: FaultCode): void {
    for (const slot of this.#slots.values()) {
      if (!which(slot)) continue
      slot.dial?.controller.abort()
      slot.current?.close(code)
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

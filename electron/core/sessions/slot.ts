import { Fault, isCancellation, type FaultCode } from '#shared/faults.ts'
import type { Alpn, DeviceId } from '#shared/ids.ts'
import { abortable } from '../base/abortable.ts'
import type { Clock } from '../base/clock.ts'
import { within } from '../base/deadline.ts'
import type { Emitter } from '../base/emitter.ts'
import type { Log } from '../base/log.ts'
import type { CloseReason, Connection } from '../endpoint/types.ts'
import type { Call } from '../protocols/protocol.ts'
import { reach, type Dialler } from './reach.ts'
import type { SecureChannel } from './secure-channel.ts'

/** What paired devices say to each other under one name. */
export interface SessionProtocol {
  readonly alpn: Alpn
  /**
   * Runs every channel of this name, whichever side dialled it. There is one per device at a time,
   * and nobody else reads from it; it is closed with the fault that is thrown, or cleanly.
   */
  accept(channel: SecureChannel, call: Call): Promise<void>
}

export interface SessionChanges extends Record<string, unknown> {
  opened: SecureChannel
  /** Perhaps one that proved itself and was over before it could be used. */
  closed: { readonly channel: SecureChannel; readonly reason: CloseReason }
  /** Something began or ended that is under way with this device. */
  activity: DeviceId
  /** The way to this device may be another: it, or this one, is in another network, or woke. */
  moved: DeviceId
}

interface SlotOptions {
  readonly self: DeviceId
  readonly peer: DeviceId
  readonly protocol: SessionProtocol
  readonly dialler: Dialler
  readonly addresses: () => readonly string[]
  /** Makes a channel of a connection, or closes it. */
  readonly secure: (connection: Connection, signal: AbortSignal) => Promise<SecureChannel>
  readonly changes: Emitter<SessionChanges>
  readonly clock: Clock
  readonly log: Log
}

interface Dial {
  readonly controller: AbortController
  readonly result: Promise<SecureChannel>
}

/** How soon a session must answer that may be dead. */
const proofMs = 2_000
/** Less where another stands ready that does live: to lose the old one then costs little. */
const contestMs = 1_000

/** The one channel of one device and name, and the dial that is to bring it about. */
export class Slot {
  readonly #options: SlotOptions
  #channel: SecureChannel | null = null
  #dial: Dial | null = null
  #round: AbortController | null = null
  #ended: FaultCode | null = null

  constructor(options: SlotOptions) {
    this.#options = options
  }

  get peer(): DeviceId {
    return this.#options.peer
  }

  get protocol(): SessionProtocol {
    return this.#options.protocol
  }

  get current(): SecureChannel | null {
    return this.#channel?.isOpen ? this.#channel : null
  }

  /** The open one, or a new one that all who ask share. */
  async open(signal?: AbortSignal): Promise<SecureChannel> {
    const { current } = this
    if (!this.#dial && current) return current
    this.#dial ??= this.#begin()
    return abortable(this.#dial.result, signal)
  }

  /** Lasts as long as what became of the connection. */
  async accept(connection: Connection, signal: AbortSignal): Promise<void> {
    const channel = await this.#options.secure(connection, signal)
    await this.#settle(channel)
    await channel.closed
  }

  /** A dial under way goes where the device is now. */
  hurry(): void {
    this.#round?.abort()
  }

  /** What is open has to answer soon, or is closed. */
  async prove(): Promise<void> {
    const { current } = this
    if (current && !(await this.#answers(current, proofMs)) && current.isOpen) {
      current.close('peer.unreachable')
    }
  }

  /** For good: what is still on its way ends as soon as it has come. */
  end(code: FaultCode): void {
    this.#ended = code
    this.#dial?.controller.abort()
    this.#channel?.close(code)
  }

  #begin(): Dial {
    const controller = new AbortController()
    const result = this.#dialled(controller.signal)
    const dial = { controller, result }
    const over = () => {
      if (this.#dial === dial) this.#dial = null
    }
    result.then(over, over)
    return dial
  }

  async #dialled(signal: AbortSignal): Promise<SecureChannel> {
    try {
      const connection = await this.#reached(signal)
      return await this.#settle(await this.#options.secure(connection, signal))
    } catch (error) {
      // Meanwhile the other side may have got through to us.
      if (this.current) return this.current
      throw error
    }
  }

  async #reached(signal: AbortSignal): Promise<Connection> {
    const { peer, protocol, dialler, addresses, clock } = this.#options
    for (;;) {
      const round = (this.#round = new AbortController())
      const stop = () => round.abort()
      signal.addEventListener('abort', stop, { once: true })
      const common = { dialler, clock, peer, alpn: protocol.alpn, signal: round.signal }
      try {
        return await reach({ ...common, addresses: addresses() })
      } catch (error) {
        if (signal.aborted || !isCancellation(error)) throw error
      } finally {
        signal.removeEventListener('abort', stop)
        this.#round = null
      }
    }
  }

  /**
   * Two devices that dial each other at once keep the connection that the smaller id dialled. A
   * lesser one that comes while a better one is open waits until that has shown that it lives: the
   * other side may have lost it and started anew.
   */
  async #settle(channel: SecureChannel): Promise<SecureChannel> {
    for (;;) {
      const { current } = this
      if (!current || this.#supersedes(channel, current)) break
      if (await this.#answers(current, contestMs)) {
        channel.close('clean')
        return current
      }
      current.close('peer.unreachable')
    }
    if (this.#ended) channel.close(this.#ended)
    if (!channel.isOpen) {
      this.#options.changes.emit('closed', { channel, reason: await channel.closed })
      throw new Fault('peer.closed')
    }
    const before = this.current
    this.#channel = channel
    before?.close('clean')
    if (this.#isPreferred(channel) && channel.side === 'accepter') this.#dial?.controller.abort()
    this.#run(channel)
    return channel
  }

  #supersedes(channel: SecureChannel, current: SecureChannel): boolean {
    // The side that dials again has no use for the old one any more.
    return channel.side === current.side || this.#isPreferred(channel)
  }

  #isPreferred({ side }: SecureChannel): boolean {
    const { self, peer } = this.#options
    return self < peer === (side === 'dialler')
  }

  async #answers(channel: SecureChannel, milliseconds: number): Promise<boolean> {
    const bounds = { clock: this.#options.clock, milliseconds }
    try {
      await within(bounds, (signal) => channel.ping(signal))
      return true
    } catch {
      return false
    }
  }

  #run(channel: SecureChannel): void {
    const { peer, protocol, changes, log } = this.#options
    const { alpn } = protocol
    const controller = new AbortController()
    void channel.closed.then((reason) => {
      controller.abort()
      if (this.#channel === channel) this.#channel = null
      log.debug('session closed', { peer, alpn })
      changes.emit('closed', { channel, reason })
    })
    log.debug('session open', { peer, alpn })
    changes.emit('opened', channel)
    protocol.accept(channel, { peer, signal: controller.signal }).then(
      () => channel.close('clean'),
      (error: unknown) => this.#gaveUp(channel, error),
    )
  }

  #gaveUp(channel: SecureChannel, error: unknown): void {
    const { peer, alpn } = channel
    const fault = isCancellation(error) ? null : Fault.of(error)
    if (fault?.code === 'internal') {
      this.#options.log.error('a protocol failed', { peer, alpn, fault })
    }
    channel.close(fault?.code ?? 'clean')
  }
}

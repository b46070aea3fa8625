import type { Presence } from '#shared/devices.ts'
import { Backoff } from '#shared/backoff.ts'
import { Fault, isCancellation, type FaultCode } from '#shared/faults.ts'
import type { Alpn, DeviceId } from '#shared/ids.ts'
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { Devices } from '../devices/devices.ts'
import type { CloseCode, CloseReason } from '../endpoint/types.ts'
import { Pause } from './pause.ts'
import { addressOn, shownPath, type ShownPath } from './shown-path.ts'
import type { SecureChannel } from './secure-channel.ts'
import type { Sessions } from './sessions.ts'

export interface KeeperOptions {
  readonly peer: DeviceId
  /** The session that is kept. */
  readonly alpn: Alpn
  readonly sessions: Sessions
  readonly devices: Devices
  readonly clock: Clock
  readonly log: Log
  readonly random?: (() => number) | undefined
}

type Reason = Extract<Presence, { state: 'disconnected' }>['reason']

/** With these the other side says that it does not know us: asking again soon is of no use. */
const refusals = new Set<CloseCode>(['peer.refused', 'peer.removed', 'session.unproved'])
const refusedRestMs = 300_000
/** News never make attempts follow each other faster than this. */
const spacingMs = 500
/** A session that held so long was a good one: the next failure is the first. */
const soundMs = 10_000
/** How long another session may take to step into the place of one that was closed for it. */
const successorMs = 1_000
/** After a refusal a session counts once it held so long: it may have been on its way before. */
const afterRefusalMs = 500
const pathMs = 5_000

/**
 * Keeps one session with one paired device, for as long as it lives, and tells where the device
 * stands.
 */
export class Keeper {
  readonly #options: KeeperOptions
  readonly #log: Log
  readonly #stop = new AbortController()
  readonly #backoff: Backoff
  readonly #pause: Pause
  #refusedAt: number | null = null
  #attemptAt = -Infinity
  /** Shown while nothing better is known. */
  #reason: Reason = 'away'
  /** Something changed since the last attempt: it is worth showing that another one is made. */
  #fresh = true
  #path: ShownPath | null = null
  #attending = false
  /** Of the sessions that were open since the last attempt, how the latest one ended. */
  #end: CloseReason | null = null

  constructor(options: KeeperOptions) {
    this.#options = options
    this.#log = options.log.room('sessions')
    this.#backoff = new Backoff(undefined, options.random)
    this.#pause = new Pause(options.clock)
    void this.#keep(this.#stop.signal)
  }

  /** It was noticed, perhaps elsewhere than before. */
  sighted(): void {
    const { clock, sessions, peer } = this.#options
    const rested = this.#refusedAt === null || clock.monotonic() - this.#refusedAt >= refusedRestMs
    if (!rested) return
    if (clock.monotonic() - this.#attemptAt >= spacingMs) {
      this.#attemptAt = clock.monotonic()
      sessions.hurry(peer)
    }
    this.#tryNow()
  }

  /** Our own side changed: another network, awake again, or somebody wants this device now. */
  stirred(): void {
    if (this.#refusedAt === null) this.#tryNow()
  }

  /** A session opened, or something began or ended in one. */
  changed(): void {
    if (this.#attending || this.#current()) this.#pause.wake()
  }

  /** Perhaps one that was over before we came to attend it: how it ended counts all the same. */
  ended(end: CloseReason): void {
    this.#end = end
    this.changed()
  }

  close(): void {
    this.#stop.abort()
  }

  #tryNow(): void {
    this.#backoff.reset()
    this.#fresh = true
    this.#pause.end()
  }

  async #keep(signal: AbortSignal): Promise<void> {
    try {
      for (;;) {
        const channel = await this.#connected(signal)
        await this.#attend(channel, signal)
      }
    } catch (error) {
      if (!isCancellation(error)) this.#log.error('no more attempts', { error: Fault.of(error) })
    }
  }

  async #connected(signal: AbortSignal): Promise<SecureChannel> {
    for (;;) {
      const channel = this.#current() ?? (await this.#attempt(signal))
      if (channel) return channel
      await this.#rest(signal)
    }
  }

  async #attempt(signal: AbortSignal): Promise<SecureChannel | null> {
    const { sessions, devices, peer, alpn, clock } = this.#options
    if (this.#refusedAt !== null && !this.#fresh) return null
    if (this.#fresh) this.#show({ state: 'connecting' })
    this.#fresh = false
    this.#end = null
    this.#attemptAt = clock.monotonic()
    const root = devices.rootOf(peer)
    try {
      return await sessions.open(peer, alpn, signal)
    } catch (error) {
      if (signal.aborted) throw error
      const { code } = Fault.of(error)
      this.#log.debug('no session', { peer, code })
      const isRefused = refusals.has(code) || (this.#end && reasonOf(this.#end) === 'removed')
      await this.#disconnected(isRefused ? 'removed' : this.#reasonWithout(code), root)
      return null
    }
  }

  /** Why there is no session, as far as is known. */
  #reasonWithout(code: FaultCode): Reason {
    if (code === 'protocol.unknown') return 'elsewhere'
    return this.#reason === 'elsewhere' ? 'away' : this.#reason
  }

  /** Until the next attempt is due, or a session came about from the other side. */
  async #rest(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options
    if (this.#current()) return
    await this.#pause.wait(this.#refusedAt === null ? this.#backoff.next() : null, signal)
    for (;;) {
      const early = this.#attemptAt + spacingMs - clock.monotonic()
      if (early <= 0 || this.#current()) return
      await this.#pause.wait(early, signal)
    }
  }

  async #attend(channel: SecureChannel, signal: AbortSignal): Promise<void> {
    const { clock, devices, peer, sessions } = this.#options
    const root = devices.rootOf(peer)
    const began = clock.monotonic()
    this.#path = null
    this.#end = null
    this.#attending = true
    if (this.#refusedAt !== null) await this.#outlasts(channel, afterRefusalMs, signal)
    if (channel.isOpen) this.#refusedAt = null
    while (channel.isOpen) {
      const path = shownPath(channel.path(), this.#path)
      if (this.#path && path?.address !== this.#path.address) {
        this.#seen(addressOn(path))
        sessions.changes.emit('moved', peer)
      }
      this.#path = path
      this.#show({ state: sessions.isBusy(peer) ? 'connected' : 'idle', path: this.#path })
      await this.#pause.wait(pathMs, signal)
    }
    this.#attending = false
    this.#seen(null)
    const end = await channel.closed
    // Of two that came about at once the other one goes on, or is about to.
    if (end.code === 'clean' && !this.#current()) await this.#pause.wait(successorMs, signal)
    if (this.#current()) return
    if (clock.monotonic() - began >= soundMs) this.#backoff.reset()
    const reason = this.#refusedAt === null ? reasonOf(this.#end ?? end) : 'removed'
    this.#fresh = reason !== 'removed'
    await this.#disconnected(reason, root)
    if (this.#refusedAt === null) await this.#rest(signal)
  }

  async #outlasts(
    channel: SecureChannel,
    milliseconds: number,
    signal: AbortSignal,
  ): Promise<void> {
    const { clock } = this.#options
    const until = clock.monotonic() + milliseconds
    while (channel.isOpen && clock.monotonic() < until) {
      await this.#pause.wait(until - clock.monotonic(), signal)
    }
  }

  /** With the root under which it was tried. */
  async #disconnected(reason: Reason, root: Uint8Array | null): Promise<void> {
    const { devices, clock, peer } = this.#options
    if (reason === 'removed') {
      const isOther = root === null ? false : await devices.disowned(peer, root)
      if (isOther) this.#tryNow()
      else this.#refusedAt = clock.monotonic()
      return
    }
    this.#reason = reason
    this.#show({ state: 'disconnected', reason })
  }

  /** It was there until now, and may be found there again. */
  #seen(address: string | null): void {
    const { devices, peer } = this.#options
    devices
      .seen(peer, address)
      .catch((error: unknown) => this.#log.warn('not saved', { peer, error: Fault.of(error) }))
  }

  #current(): SecureChannel | null {
    const { sessions, peer, alpn } = this.#options
    return sessions.current(peer, alpn)
  }

  #show(presence: Presence): void {
    const { devices, peer } = this.#options
    if (!this.#stop.signal.aborted) devices.setPresence(peer, presence)
  }
}

function reasonOf({ code, byPeer }: CloseReason): Reason {
  if (code === 'session.unproved' || (byPeer && refusals.has(code))) return 'removed'
  return byPeer && code === 'core.closing' ? 'closed' : 'lost'
}

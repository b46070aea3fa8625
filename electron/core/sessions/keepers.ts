import type { Alpn, DeviceId } from '#shared/ids.ts'
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { Devices } from '../devices/devices.ts'
import type { CloseReason } from '../endpoint/types.ts'
import { Keeper } from './keeper.ts'
import type { SecureChannel } from './secure-channel.ts'
import type { Sessions } from './sessions.ts'

interface KeepersOptions {
  readonly alpn: Alpn
  readonly sessions: Sessions
  readonly devices: Devices
  readonly clock: Clock
  readonly log: Log
  readonly random?: () => number
}

/** Keeps a session with every paired device that is let in. */
export class Keepers {
  readonly #options: KeepersOptions
  readonly #keepers = new Map<DeviceId, Keeper>()
  readonly #addresses = new Map<DeviceId, string>()
  readonly #undo: readonly (() => void)[]

  constructor(options: KeepersOptions) {
    this.#options = options
    const { devices, sessions } = options
    const changed = (peer: DeviceId) => this.#keepers.get(peer)?.changed()
    this.#undo = [
      devices.changes.on('added', (peer) => this.#keep(peer)),
      devices.changes.on('readmitted', (peer) => this.#keep(peer)),
      devices.changes.on('barred', (peer) => this.#leave(peer)),
      sessions.changes.on('opened', ({ peer }) => changed(peer)),
      sessions.changes.on('closed', ({ channel, reason }) => this.#ended(channel, reason)),
      sessions.changes.on('activity', changed),
    ]
    for (const peer of devices.ids) this.#keep(peer)
  }

  /** Who is near now, and where. */
  sighted(
    nearby: readonly { readonly id: DeviceId; readonly addresses: readonly string[] }[],
  ): void {
    const seen = new Set<DeviceId>()
    for (const { id, addresses } of nearby) {
      seen.add(id)
      const text = addresses.join(' ')
      if (this.#addresses.get(id) === text) continue
      this.#addresses.set(id, text)
      this.#keepers.get(id)?.sighted()
      this.#options.sessions.changes.emit('moved', id)
    }
    for (const id of this.#addresses.keys()) if (!seen.has(id)) this.#addresses.delete(id)
  }

  /** Our network changed, or this computer woke. */
  stirred(): void {
    for (const [peer, keeper] of this.#keepers) {
      keeper.stirred()
      this.#options.sessions.changes.emit('moved', peer)
    }
  }

  /** Somebody has something for this device. */
  wanted(peer: DeviceId): void {
    this.#options.sessions.prove(peer)
    this.#keepers.get(peer)?.stirred()
  }

  close(): void {
    for (const undo of this.#undo) undo()
    for (const keeper of this.#keepers.values()) keeper.close()
    this.#keepers.clear()
  }

  #keep(peer: DeviceId): void {
    this.#leave(peer)
    if (!this.#options.devices.isPaired(peer)) return
    this.#keepers.set(peer, new Keeper({ ...this.#options, peer }))
  }

  #ended(channel: SecureChannel, reason: CloseReason): void {
    if (channel.alpn === this.#options.alpn) this.#keepers.get(channel.peer)?.ended(reason)
    else this.#keepers.get(channel.peer)?.changed()
  }

  #leave(peer: DeviceId): void {
    this.#keepers.get(peer)?.close()
    this.#keepers.delete(peer)
  }
}

import { isCancellation } from '#shared/faults.ts'
import type { DeviceId, TransferId } from '#shared/ids.ts'
import type { SecureChannel } from '../sessions/secure-channel.ts'
import { transferKey } from '../sessions/session-keys.ts'
import { decodeControl, encodeControl, type Control } from './control.ts'
import type { EpochKeys } from './mover.ts'

/** One stream so far; several would carry one transfer over several lanes at once. */
const stream = 0

/** The session about transfers with one device, for as long as it lasts. */
export class Link {
  readonly device: DeviceId
  /** What was offered over it, and which attempt that was. */
  readonly offered = new Map<TransferId, number>()
  /** Offers of a device that may not offer. */
  refusedOffers = 0
  readonly #channel: SecureChannel
  readonly #epochs = new Map<TransferId, number>()

  constructor(channel: SecureChannel) {
    this.device = channel.peer
    this.#channel = channel
  }

  get isOpen(): boolean {
    return this.#channel.isOpen
  }

  /** Whether the two are on one network. */
  get isNear(): boolean {
    return this.#channel.path()?.kind === 'lan'
  }

  /** Where the other device is, as the session sees it; null where that goes by a relay. */
  get address(): string | null {
    const path = this.#channel.path()
    return path && path.kind !== 'relay' ? path.address : null
  }

  /** The other device is watched closely until this is given back. */
  busy(): () => void {
    return this.#channel.busy()
  }

  /** Lost with the session, if that ends: the next one begins with what is true then. */
  send(message: Control): void {
    if (!this.isOpen) return
    this.#channel.send(encodeControl(message)).catch(() => {})
  }

  /** Until the session ends; what is thrown ends it for both sides. */
  async read(take: (message: Control) => Promise<void> | void): Promise<void> {
    try {
      for (;;) {
        const bytes = await this.#channel.receive()
        if (bytes === null) return
        await take(decodeControl(bytes))
      }
    } catch (error) {
      if (!isCancellation(error)) throw error
    }
  }

  nextEpoch(id: TransferId): number {
    const epoch = (this.#epochs.get(id) ?? 0) + 1
    this.#epochs.set(id, epoch)
    return epoch
  }

  /** Whether the other side may begin this epoch: no key is ever used twice. */
  beginsAt(id: TransferId, epoch: number): boolean {
    if (epoch <= (this.#epochs.get(id) ?? 0)) return false
    this.#epochs.set(id, epoch)
    return true
  }

  keysOf(id: TransferId, epoch: number): EpochKeys {
    const use = { transferId: Buffer.from(id, 'hex'), stream, epoch }
    const { send, receive } = this.#channel.transfers
    return { send: transferKey(send, use), receive: transferKey(receive, use) }
  }
}

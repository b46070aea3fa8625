import { Fault, isCancellation, isFaultCode } from '#shared/faults.ts'
import { isTransferId, type DeviceId, type TransferId } from '#shared/ids.ts'
import type { SecureChannel } from '../sessions/secure-channel.ts'
import { transferKey } from '../sessions/session-keys.ts'
import type { Doors } from '../transfers/control.ts'
import type { EpochKeys } from '../transfers/mover.ts'
import { decodeProbe, encodeProbe, type Ask } from './messages.ts'

interface Waiting {
  readonly resolve: (doors: Doors) => void
  readonly reject: (fault: Fault) => void
}

/** The session about probes with one device, for as long as it lasts. */
export class Line {
  readonly device: DeviceId
  readonly #channel: SecureChannel
  readonly #self: DeviceId
  readonly #waiting = new Map<number, Waiting>()
  #asked = 0
  #heard = 0

  constructor(channel: SecureChannel, self: DeviceId) {
    this.device = channel.peer
    this.#channel = channel
    this.#self = self
  }

  get isNear(): boolean {
    return this.#channel.path()?.kind === 'lan'
  }

  /** Where the other device is, as the session sees it; null where that goes by a relay. */
  get address(): string | null {
    const path = this.#channel.path()
    return path && path.kind !== 'relay' ? path.address : null
  }

  busy(): () => void {
    return this.#channel.busy()
  }

  /** Until the session ends; what is thrown ends it for both sides. */
  async read(asked: (ask: Ask) => void): Promise<void> {
    try {
      for (;;) {
        const bytes = await this.#channel.receive()
        if (bytes === null) return
        this.#take(bytes, asked)
      }
    } catch (error) {
      if (!isCancellation(error)) throw error
    } finally {
      for (const { reject } of this.#waiting.values()) reject(new Fault('peer.closed'))
    }
  }

  nextEpoch(): number {
    return (this.#asked += 1)
  }

  /** What the other device opens for this epoch, once it is told what is to come. */
  ask(message: Ask): Promise<Doors> {
    const { epoch } = message
    const answered = new Promise<Doors>((resolve, reject) =>
      this.#waiting.set(epoch, { resolve, reject }),
    )
    this.#channel.send(encodeProbe(message)).catch((error: unknown) => {
      this.#waiting.get(epoch)?.reject(Fault.of(error))
    })
    return answered.finally(() => this.#waiting.delete(epoch))
  }

  /** Lost with the session, if that ends: then nobody waits for it. */
  answer(epoch: number, answer: Doors | Fault): void {
    const message =
      answer instanceof Fault
        ? ({ type: 'refused', epoch, code: answer.code } as const)
        : ({ type: 'doors', epoch, doors: answer } as const)
    this.#channel.send(encodeProbe(message)).catch(() => {})
  }

  /** Of their own session, side and epoch: no key of a transfer, and none ever twice. */
  keysOf(asking: 'self' | 'peer', epoch: number): EpochKeys {
    const use = { transferId: Buffer.from(this.idOf(asking), 'hex'), stream: 0, epoch }
    const { send, receive } = this.#channel.transfers
    return { send: transferKey(send, use), receive: transferKey(receive, use) }
  }

  /** In place of a transfer's: the first half of the id of whoever asks. */
  idOf(asking: 'self' | 'peer'): TransferId {
    const id = (asking === 'self' ? this.#self : this.device).slice(0, 32)
    if (!isTransferId(id)) throw new Error('half of an id is an id of a transfer')
    return id
  }

  close(): void {
    this.#channel.close('clean')
  }

  #take(bytes: Uint8Array, asked: (ask: Ask) => void): void {
    const message = decodeProbe(bytes)
    switch (message.type) {
      case 'ask':
        if (message.epoch <= this.#heard) throw new Fault('frame.malformed')
        this.#heard = message.epoch
        return asked(message)
      case 'doors':
        return this.#waiting.get(message.epoch)?.resolve(message.doors)
      case 'refused': {
        const code = isFaultCode(message.code) ? message.code : 'message.refused'
        return this.#waiting.get(message.epoch)?.reject(new Fault(code))
      }
    }
  }
}

import { cancellation } from '#shared/faults.ts'
import type { BiStream, RecvStream, SendStream } from '@number0/iroh/index.js'
import { abortable } from '../base/abortable.ts'
import { fromBinding, toBinding } from './bytes.ts'
import { wireOf } from './errors.ts'
import { Pull } from './pull.ts'
import type { ByteStream, CloseCode } from './types.ts'

/** The calling thread stands still while bytes cross the binding: ~1 ms for so many. */
export const defaultPieceBytes = 16 * 1024

const nothing = new Uint8Array(0)

type Reading =
  | { readonly state: 'open' }
  | { readonly state: 'ended' }
  | { readonly state: 'failed'; readonly error: unknown }

type Writing = 'open' | 'busy' | 'finished' | 'given up'

/**
 * A stream of the binding as one of ours. Its ends are remembered here: after a failure the binding
 * itself answers further reads with "the end".
 */
export class IrohStream implements ByteStream {
  readonly #send: SendStream
  readonly #recv: RecvStream
  readonly #explained: (error: unknown) => Error
  readonly #pieceBytes: number
  readonly #pull: Pull<Uint8Array>
  #reading: Reading = { state: 'open' }
  #left: Uint8Array = nothing
  #writing: Writing = 'open'

  constructor({ send, recv }: BiStream, pieceBytes: number, explained: (error: unknown) => Error) {
    this.#send = send
    this.#recv = recv
    this.#explained = explained
    this.#pieceBytes = pieceBytes
    this.#pull = new Pull(async () => fromBinding(await recv.read(pieceBytes)))
  }

  async read(maxBytes: number, signal?: AbortSignal): Promise<Uint8Array | null> {
    if (this.#left.length === 0) await this.#refill(signal)
    if (this.#left.length === 0) return null
    const piece = this.#left.subarray(0, maxBytes)
    this.#left = this.#left.subarray(piece.length)
    return piece
  }

  async #refill(signal?: AbortSignal): Promise<void> {
    if (this.#reading.state === 'ended') return
    if (this.#reading.state === 'failed') throw this.#reading.error
    let bytes
    try {
      bytes = await this.#pull.next(signal)
    } catch (error) {
      if (signal?.aborted) throw error
      this.#failReading(this.#explained(error))
      return this.#refill()
    }
    // What was asked to stop while this was under way counts.
    if (this.#reading.state !== 'open') return this.#refill()
    this.#left = bytes
    if (bytes.length === 0) this.#reading = { state: 'ended' }
  }

  async write(bytes: Uint8Array, signal?: AbortSignal): Promise<void> {
    if (this.#writing !== 'open') throw new Error(`writing to a stream that is ${this.#writing}`)
    if (signal?.aborted) throw cancellation()
    this.#writing = 'busy'
    try {
      for (let offset = 0; offset < bytes.length; offset += this.#pieceBytes) {
        const piece = toBinding(bytes.subarray(offset, offset + this.#pieceBytes))
        await abortable(this.#send.writeAll(piece), signal)
      }
      if (this.#isBusy()) this.#writing = 'open'
    } catch (error) {
      this.reset('clean')
      throw signal?.aborted ? error : this.#explained(error)
    }
  }

  async finish(): Promise<void> {
    if (this.#writing !== 'open') return
    this.#writing = 'finished'
    // It fails where the stream has ended already: reading, or the end of the connection, says why.
    await this.#send.finish().catch(() => {})
  }

  reset(code: CloseCode): void {
    this.#writing = 'given up'
    // As above: what has ended cannot be given up, and need not be.
    this.#send.reset(wireOf(code)).catch(() => {})
  }

  stop(code: CloseCode): void {
    this.#failReading(cancellation('stopped reading'))
    this.#recv.stop(wireOf(code)).catch(() => {})
  }

  #failReading(error: Error): void {
    if (this.#reading.state === 'open') this.#reading = { state: 'failed', error }
    this.#left = nothing
  }

  /** A reset may have come in between. */
  #isBusy(): boolean {
    return this.#writing === 'busy'
  }
}

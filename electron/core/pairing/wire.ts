import { Fault } from '#shared/faults.ts'
import type { Alpn } from '#shared/ids.ts'
import type { Clock } from '../base/clock.ts'
import type { ByteStream } from '../endpoint/types.ts'
import { readFrame, writeFrame } from '../wire/frames.ts'

export const pairingAlpn: Alpn = 'gangway/pairing/1'

const maxBytes = 4_096
/** From the first word of the joiner to its proof. */
export const openingMs = 15_000
/** How long a person may take to answer. */
export const answerMs = 60_000
/** A person elsewhere has their minute, and the network its time. */
const farAnswerMs = answerMs + 10_000

/** The messages of a pairing, each a frame, on the one stream they use. */
export class Wire {
  readonly #stream: ByteStream
  readonly #clock: Clock

  constructor(stream: ByteStream, clock: Clock) {
    this.#stream = stream
    this.#clock = clock
  }

  read(signal: AbortSignal): Promise<Uint8Array> {
    return this.#read(openingMs, signal)
  }

  /** What a person over there has to say yes to first. */
  readAnswer(signal: AbortSignal): Promise<Uint8Array> {
    return this.#read(farAnswerMs, signal)
  }

  async write(message: Uint8Array, signal: AbortSignal): Promise<void> {
    const bounds = { maxBytes, clock: this.#clock, deadlineMs: openingMs, signal }
    await writeFrame(this.#stream, message, bounds)
  }

  async #read(deadlineMs: number, signal: AbortSignal): Promise<Uint8Array> {
    const bounds = { maxBytes, clock: this.#clock, deadlineMs, signal }
    const frame = await readFrame(this.#stream, bounds)
    if (frame === null) throw new Fault('peer.closed')
    return frame
  }
}

import type { Clock } from '../../../base/clock.ts'
import { sleep } from '../../../base/clock.ts'
import type { ByteStream, Connection } from '../../../endpoint/types.ts'
import type { Pipe, Taker } from '../pipe.ts'
import { reclaim } from '../reclaim.ts'

/** The process of a mover may stand still for longer than the main one: fewer calls, more speed. */
const readBytes = 64 * 1024

const lingerMs = 5_000

/** One stream of one connection, which ends with it. */
export class QuicPipe implements Pipe {
  readonly kind = 'quic'
  readonly here = null
  readonly #connection: Connection
  readonly #stream: ByteStream
  readonly #clock: Clock
  readonly #theirEnd: Promise<void>
  readonly #stop = new AbortController()
  #taker: Taker | null = null
  #flow = new Gate()
  #writes: Promise<void> = Promise.resolve()

  constructor(connection: Connection, stream: ByteStream, clock: Clock) {
    this.#connection = connection
    this.#stream = stream
    this.#clock = clock
    this.#theirEnd = this.#readAll()
  }

  deliverTo(taker: Taker): void {
    this.#taker = taker
  }

  pause(): void {
    this.#flow.shut()
  }

  resume(): void {
    this.#flow.open()
  }

  write(pieces: readonly Uint8Array[]): Promise<void> {
    const bytes = Buffer.concat(pieces)
    reclaim(pieces)
    this.#writes = this.#writes.then(() => this.#write(bytes))
    return this.#writes
  }

  /**
   * The end of a stream says nothing of whether it arrived. So the accepter ends its own only after
   * it has seen the dialler's, the dialler closes only after it has seen the accepter's, and then
   * each knows that the other has everything.
   */
  async finish(): Promise<void> {
    await this.#writes
    const done = this.#connection.side === 'dialler' ? this.#finishFirst() : this.#finishLast()
    await Promise.race([done, this.#connection.closed, sleep(this.#clock, lingerMs)])
  }

  /** Every call of the binding has come back before this resolves (see QuicEnd.close). */
  async destroy(): Promise<void> {
    this.#stop.abort()
    this.#connection.close('clean')
    await Promise.all([this.#theirEnd, this.#writes, this.#connection.closed])
  }

  async #finishFirst(): Promise<void> {
    await this.#stream.finish()
    await this.#theirEnd
  }

  async #finishLast(): Promise<void> {
    await this.#theirEnd
    await this.#stream.finish()
    await this.#connection.closed
  }

  async #write(bytes: Uint8Array): Promise<void> {
    if (this.#stop.signal.aborted) return
    // A write that fails shows in reading too, where the lane hears of it.
    await this.#stream.write(bytes).catch(() => this.#stop.abort())
  }

  async #readAll(): Promise<void> {
    const { signal } = this.#stop
    try {
      for (;;) {
        await this.#flow.passed(signal)
        if (signal.aborted) break
        const bytes = await this.#stream.read(readBytes)
        if (bytes === null) break
        this.#taker?.bytes(bytes)
      }
    } catch {
      // Whatever broke it: the lane only has to know that nothing comes any more.
    }
    this.#taker?.ended()
  }
}

/** Shut at first. */
class Gate {
  #isOpen = false
  #opened: () => void = () => {}

  open(): void {
    this.#isOpen = true
    this.#opened()
  }

  shut(): void {
    this.#isOpen = false
  }

  async passed(signal: AbortSignal): Promise<void> {
    const onAbort = () => this.#opened()
    signal.addEventListener('abort', onAbort, { once: true })
    while (!this.#isOpen && !signal.aborted) {
      await new Promise<void>((resolve) => (this.#opened = resolve))
    }
    signal.removeEventListener('abort', onAbort)
  }
}

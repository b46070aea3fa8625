import { connect, type Socket } from 'node:net'
import { Fault } from '#shared/faults.ts'
import type { Clock } from '../../../base/clock.ts'
import type { Pipe, Taker } from '../pipe.ts'
import { reclaim } from '../reclaim.ts'

/** So much may wait for the kernel: the next frame is sealed while the last one goes out. */
const maxQueuedBytes = 1024 * 1024

/** On loopback every write succeeds at once; without a turn of the loop nothing else would run. */
const turnBytes = 1024 * 1024

const lingerMs = 2_000
const keepAliveMs = 10_000

/** What every socket of ours is. The two ends of a stream are finished one by one. */
export const socketOptions = {
  noDelay: true,
  keepAlive: true,
  keepAliveInitialDelay: keepAliveMs,
  allowHalfOpen: true,
}

/**
 * Reading into one buffer of ours is much faster than buffers made by Node, and only a socket that
 * dials can do it. What arrives is used up during the call, so sockets can share the buffer.
 */
export function dialledPipe(to: { host: string; port: number }, buffer: Buffer, clock: Clock) {
  let arrived: (bytes: Uint8Array) => boolean = () => true
  const callback = (length: number) => arrived(buffer.subarray(0, length))
  const socket = connect({ ...socketOptions, ...to, onread: { buffer, callback } })
  const pipe = new TcpPipe(socket, clock)
  arrived = (bytes) => pipe.arrived(bytes)
  const connected = new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('close', () => reject(new Fault('peer.unreachable')))
  })
  return { pipe, connected }
}

export function acceptedPipe(socket: Socket, clock: Clock): TcpPipe {
  const pipe = new TcpPipe(socket, clock)
  socket.pause()
  socket.on('data', (bytes) => {
    if (!pipe.arrived(bytes)) socket.pause()
  })
  return pipe
}

export class TcpPipe implements Pipe {
  readonly kind = 'tcp'
  readonly #socket: Socket
  readonly #clock: Clock
  readonly #closed: Promise<void>
  readonly #theirEnd: Promise<void>
  #taker: Taker | null = null
  #isPaused = true
  #hasEnded = false
  #queuedBytes = 0
  #bytesThisTurn = 0
  #waiters: (() => void)[] = []

  constructor(socket: Socket, clock: Clock) {
    this.#socket = socket
    this.#clock = clock
    // What broke it does not matter to anybody: `close` follows, and the lane says that it is lost.
    socket.on('error', () => {})
    this.#theirEnd = new Promise((resolve) => socket.once('end', () => resolve()))
    void this.#theirEnd.then(() => this.#ended())
    this.#closed = new Promise((resolve) => socket.once('close', () => resolve()))
    void this.#closed.then(() => this.#ended())
  }

  get here(): string | null {
    return this.#socket.localAddress ?? null
  }

  /** False where the next bytes should wait. */
  arrived(bytes: Uint8Array): boolean {
    this.#taker?.bytes(bytes)
    return !this.#isPaused
  }

  deliverTo(taker: Taker): void {
    this.#taker = taker
  }

  pause(): void {
    this.#isPaused = true
    this.#socket.pause()
  }

  resume(): void {
    this.#isPaused = false
    this.#socket.resume()
  }

  async write(pieces: readonly Uint8Array[]): Promise<void> {
    if (this.#socket.destroyed) return
    const bytes = pieces.reduce((sum, piece) => sum + piece.length, 0)
    this.#queuedBytes += bytes
    this.#bytesThisTurn += bytes
    const sent = () => {
      reclaim(pieces)
      this.#sent(bytes)
    }
    this.#socket.cork()
    for (const [index, piece] of pieces.entries()) {
      this.#socket.write(piece, index === pieces.length - 1 ? sent : undefined)
    }
    this.#socket.uncork()
    while (this.#queuedBytes > maxQueuedBytes && !this.#socket.destroyed) {
      await new Promise<void>((resolve) => this.#waiters.push(resolve))
    }
    if (this.#bytesThisTurn >= turnBytes) await this.#nextTurn()
  }

  async finish(): Promise<void> {
    const flushed = new Promise<void>((resolve) => this.#socket.end(resolve))
    let undo = () => {}
    const lingered = new Promise<void>((resolve) => (undo = this.#clock.after(lingerMs, resolve)))
    await Promise.race([Promise.all([flushed, this.#theirEnd]), this.#closed, lingered])
    undo()
  }

  destroy(): Promise<void> {
    this.#socket.destroy()
    this.#ended()
    return this.#closed
  }

  #sent(bytes: number): void {
    this.#queuedBytes -= bytes
    if (this.#queuedBytes <= maxQueuedBytes) this.#wakeAll()
  }

  #nextTurn(): Promise<void> {
    this.#bytesThisTurn = 0
    return new Promise((resolve) => setImmediate(resolve))
  }

  #ended(): void {
    if (this.#hasEnded) return
    this.#hasEnded = true
    this.#wakeAll()
    this.#taker?.ended()
  }

  #wakeAll(): void {
    for (const wake of this.#waiters.splice(0)) wake()
  }
}

import { cancellation, Fault } from '#shared/faults.ts'
import type { Alpn, DeviceId } from '#shared/ids.ts'
import { abortable } from '#core/base/abortable.ts'
import type { ByteStream, CloseCode, CloseReason, Connection } from '#core/endpoint/types.ts'

/**
 * Two ends of a connection without a network, for tests of protocols. They keep the promises of the
 * real ones: both pass tests/compliance/endpoint.
 */
export function memoryConnections(ends: { alpn: Alpn; dialler: DeviceId; accepter: DeviceId }): {
  dialler: Connection
  accepter: Connection
} {
  const dialler = new MemoryConnection(ends.accepter, ends.alpn, 'dialler')
  const accepter = new MemoryConnection(ends.dialler, ends.alpn, 'accepter')
  dialler.join(accepter)
  accepter.join(dialler)
  return { dialler, accepter }
}

/** What a writer may be ahead of its reader. */
const windowBytes = 256 * 1024

class Change {
  #wake = () => {}
  #next = this.#fresh()

  announce(): void {
    const wake = this.#wake
    this.#next = this.#fresh()
    wake()
  }

  wait(signal?: AbortSignal): Promise<void> {
    return abortable(this.#next, signal)
  }

  #fresh(): Promise<void> {
    return new Promise((resolve) => (this.#wake = resolve))
  }
}

/** One direction of a stream. */
class Pipe {
  readonly #pieces: Uint8Array[] = []
  readonly #change = new Change()
  #size = 0
  #finished = false
  #readerError: Error | null = null
  #writerError: Error | null = null

  async read(maxBytes: number, signal?: AbortSignal): Promise<Uint8Array | null> {
    for (;;) {
      if (this.#readerError) throw this.#readerError
      const first = this.#pieces.shift()
      if (first) {
        if (first.length > maxBytes) this.#pieces.unshift(first.subarray(maxBytes))
        const piece = first.subarray(0, maxBytes)
        this.#size -= piece.length
        this.#change.announce()
        return piece
      }
      if (this.#finished) return null
      await this.#change.wait(signal)
    }
  }

  async write(bytes: Uint8Array, signal?: AbortSignal): Promise<void> {
    if (this.#finished) throw new Error('writing to a stream that is finished')
    let rest = bytes.slice()
    for (;;) {
      if (signal?.aborted) throw cancellation()
      if (this.#writerError) throw this.#writerError
      if (rest.length === 0) return
      const room = rest.subarray(0, windowBytes - this.#size)
      if (room.length > 0) {
        this.#pieces.push(room)
        this.#size += room.length
        rest = rest.subarray(room.length)
        this.#change.announce()
      } else {
        await this.#change.wait(signal)
      }
    }
  }

  finish(): void {
    this.#finished = true
    this.#change.announce()
  }

  break(readerError: Error, writerError: Error): void {
    this.#readerError ??= readerError
    this.#writerError ??= writerError
    this.#pieces.length = 0
    this.#change.announce()
  }
}

class MemoryStream implements ByteStream {
  readonly #incoming: Pipe
  readonly #outgoing: Pipe
  readonly #used: () => void

  constructor(incoming: Pipe, outgoing: Pipe, used: () => void) {
    this.#incoming = incoming
    this.#outgoing = outgoing
    this.#used = used
  }

  read(maxBytes: number, signal?: AbortSignal): Promise<Uint8Array | null> {
    return this.#incoming.read(maxBytes, signal)
  }

  async write(bytes: Uint8Array, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) throw cancellation()
    this.#used()
    try {
      await this.#outgoing.write(bytes, signal)
    } catch (error) {
      if (signal?.aborted) this.reset('clean')
      throw error
    }
  }

  async finish(): Promise<void> {
    this.#used()
    this.#outgoing.finish()
  }

  reset(code: CloseCode): void {
    this.#used()
    this.#outgoing.break(fromPeer(code), new Error('writing to a stream that is given up'))
  }

  stop(code: CloseCode): void {
    this.#used()
    this.#incoming.break(cancellation('stopped reading'), fromPeer(code))
  }
}

class MemoryConnection implements Connection {
  readonly peer: DeviceId
  readonly alpn: Alpn
  readonly side: Connection['side']
  readonly closed: Promise<CloseReason>
  readonly #arrived: ByteStream[] = []
  readonly #change = new Change()
  readonly #pipes: { incoming: Pipe; outgoing: Pipe }[] = []
  #settle: (reason: CloseReason) => void = () => {}
  #reason: CloseReason | null = null
  #other: MemoryConnection | null = null

  constructor(peer: DeviceId, alpn: Alpn, side: Connection['side']) {
    this.peer = peer
    this.alpn = alpn
    this.side = side
    this.closed = new Promise((resolve) => (this.#settle = resolve))
  }

  join(other: MemoryConnection): void {
    this.#other = other
  }

  async openStream(signal?: AbortSignal): Promise<ByteStream> {
    if (signal?.aborted) throw cancellation()
    if (this.#reason) throw errorOf(this.#reason)
    const other = this.#other
    const [there, back] = [new Pipe(), new Pipe()]
    this.#pipes.push({ incoming: back, outgoing: there })
    let used = false
    return new MemoryStream(back, there, () => {
      if (!used) other?.arrive(there, back)
      used = true
    })
  }

  async acceptStream(signal?: AbortSignal): Promise<ByteStream> {
    for (;;) {
      if (signal?.aborted) throw cancellation()
      if (this.#reason) throw errorOf(this.#reason)
      const stream = this.#arrived.shift()
      if (stream) return stream
      await this.#change.wait(signal)
    }
  }

  close(code: CloseCode): void {
    this.end({ code, byPeer: false })
    this.#other?.end({ code, byPeer: true })
  }

  path() {
    return null
  }

  arrive(incoming: Pipe, outgoing: Pipe): void {
    this.#pipes.push({ incoming, outgoing })
    this.#arrived.push(new MemoryStream(incoming, outgoing, () => {}))
    this.#change.announce()
  }

  end(reason: CloseReason): void {
    if (this.#reason) return
    this.#reason = reason
    const [mine, theirs] = [errorOf(reason), errorOf({ ...reason, byPeer: !reason.byPeer })]
    for (const { incoming, outgoing } of this.#pipes) {
      incoming.break(mine, theirs)
      outgoing.break(theirs, mine)
    }
    this.#settle(reason)
    this.#change.announce()
  }
}

function errorOf({ code, byPeer }: CloseReason): Error {
  if (byPeer) return fromPeer(code)
  return code === 'clean' ? cancellation('closed here') : new Fault(code)
}

function fromPeer(code: CloseCode): Fault {
  return new Fault(code === 'clean' ? 'peer.closed' : code)
}

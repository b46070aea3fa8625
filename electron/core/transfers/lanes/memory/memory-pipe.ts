import type { Pipe, Taker } from '../pipe.ts'

/** The other end holds so many bytes before the writer waits. */
const roomBytes = 1024 * 1024

/** Two ends of one pipe in one thread, with backpressure. */
export function memoryPipes(): [Pipe, Pipe] {
  const [a, b] = [new MemoryPipe(), new MemoryPipe()]
  a.connect(b)
  b.connect(a)
  return [a, b]
}

class MemoryPipe implements Pipe {
  readonly kind = 'memory'
  readonly here = null
  readonly #arrived: Uint8Array[] = []
  #arrivedBytes = 0
  #peer: MemoryPipe | null = null
  #taker: Taker | null = null
  #isPaused = false
  #isDelivering = false
  #hasEnded = false
  #roomWanted: (() => void)[] = []

  connect(peer: MemoryPipe): void {
    this.#peer = peer
  }

  deliverTo(taker: Taker): void {
    this.#taker = taker
    this.#deliverSoon()
  }

  pause(): void {
    this.#isPaused = true
  }

  resume(): void {
    this.#isPaused = false
    this.#deliverSoon()
  }

  async write(pieces: readonly Uint8Array[]): Promise<void> {
    const peer = this.#peer
    if (!peer) return
    await peer.#arrive(pieces)
  }

  async finish(): Promise<void> {}

  async destroy(): Promise<void> {
    const peer = this.#peer
    this.#peer = null
    this.#arrived.length = 0
    this.#end()
    if (peer) peer.#left()
  }

  #arrive(pieces: readonly Uint8Array[]): Promise<void> {
    for (const piece of pieces) {
      this.#arrived.push(piece)
      this.#arrivedBytes += piece.length
    }
    this.#deliverSoon()
    if (this.#arrivedBytes <= roomBytes) return Promise.resolve()
    return new Promise((resolve) => this.#roomWanted.push(resolve))
  }

  /** The other end is gone; what it had said before is still delivered. */
  #left(): void {
    this.#peer = null
    this.#hasEnded = true
    this.#deliverSoon()
  }

  /** In turns of their own, as bytes from a wire would come. */
  #deliverSoon(): void {
    if (this.#isDelivering) return
    this.#isDelivering = true
    setImmediate(() => {
      this.#isDelivering = false
      this.#deliver()
    })
  }

  #deliver(): void {
    if (this.#isPaused || !this.#taker) return
    const piece = this.#arrived.shift()
    if (piece) {
      this.#arrivedBytes -= piece.length
      this.#taker.bytes(piece)
      if (this.#arrivedBytes <= roomBytes) this.#makeRoom()
      this.#deliverSoon()
    } else if (this.#hasEnded) this.#end()
  }

  #end(): void {
    this.#makeRoom()
    const taker = this.#taker
    this.#taker = null
    taker?.ended()
  }

  #makeRoom(): void {
    for (const resolve of this.#roomWanted.splice(0)) resolve()
  }
}

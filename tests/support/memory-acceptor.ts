import { abortable } from '#core/base/abortable.ts'
import type { Acceptor, Connection, Incoming } from '#core/endpoint/types.ts'
import type { Alpn, DeviceId } from '#shared/ids.ts'
import { memoryConnections } from './memory-connection.ts'

interface Knock {
  readonly peer: DeviceId
  readonly alpn: Alpn
  readonly origin?: string
  /** Of the origin. */
  readonly proof?: 'given' | 'when asked' | 'never'
  /** The handshake takes until this settles. */
  readonly handshake?: Promise<void>
}

/** A door without a network, for tests of the router: knock, and see what happens to you. */
export class MemoryAcceptor implements Acceptor {
  offered: readonly Alpn[] = []
  readonly #own: DeviceId
  readonly #waiting: (Incoming | Error | null)[] = []
  #wake = () => {}

  constructor(own: DeviceId) {
    this.#own = own
  }

  setAlpns(alpns: readonly Alpn[]): void {
    this.offered = alpns
  }

  async accept(signal?: AbortSignal): Promise<Incoming | null> {
    for (;;) {
      const next = this.#waiting.shift()
      if (next instanceof Error) throw next
      if (next !== undefined) return next
      await abortable(new Promise<void>((resolve) => (this.#wake = resolve)), signal)
    }
  }

  /** The dialler's end. Refused at the door, it is closed with `peer.busy`. */
  knock(knock: Knock): Connection {
    const { peer, alpn, origin = '127.0.0.1', proof = 'given' } = knock
    const { handshake = Promise.resolve() } = knock
    const ends = memoryConnections({ alpn, dialler: peer, accepter: this.#own })
    const knocking: Incoming = {
      origin,
      proved: proof === 'given',
      accept: async ({ signal }) => {
        await abortable(handshake, signal)
        return ends.accepter
      },
      retry: async () => {
        if (proof === 'when asked') this.#give({ ...knocking, proved: true })
      },
      refuse: async () => ends.accepter.close('peer.busy'),
    }
    this.#give(knocking)
    return ends.dialler
  }

  end(): void {
    this.#give(null)
  }

  fail(error: Error): void {
    this.#give(error)
  }

  #give(next: Incoming | Error | null): void {
    this.#waiting.push(next)
    this.#wake()
  }
}

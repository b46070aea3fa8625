import { createServer, type Server, type Socket } from 'node:net'
import { cancellation, Fault } from '#shared/faults.ts'
import type { Clock } from '../../../base/clock.ts'
import { within } from '../../../base/deadline.ts'
import { isLanAddress } from '../../../endpoint/addresses.ts'
import { helloLength } from '../greeting.ts'
import { Inlet } from '../inlet.ts'
import { offeredAddresses, withPort } from './addresses.ts'
import { HalfOpen } from './half-open.ts'
import { acceptedPipe, socketOptions, type TcpPipe } from './tcp-pipe.ts'

/** A stranger gets so long, and not one byte in answer. */
const helloMs = 2_000
const greetingMs = 5_000

/** More at once than Node takes by default, so that a crowd does not keep out the one who belongs. */
const backlog = 1_024

export interface TcpListenerOptions {
  /** Without it every address of this computer. */
  readonly host?: string
  /** Nobody from beyond the LAN is let in. */
  readonly lanOnly: boolean
  readonly clock: Clock
}

/** Somebody who said hello; whoever greets them keeps the pipe or destroys it. */
export interface Knock {
  readonly pipe: TcpPipe
  readonly inlet: Inlet
  readonly hello: Uint8Array
  /** They are no stranger: the listener may close without them. */
  readonly proved: () => void
}

type Greet = (knock: Knock) => Promise<void>

export async function listenTcp(options: TcpListenerOptions): Promise<TcpListener> {
  const server = createServer(socketOptions)
  const bind = (host: string) =>
    new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen({ port: 0, host, backlog }, () => {
        server.off('error', reject)
        resolve()
      })
    })
  try {
    if (options.host === undefined) await bind('::').catch(() => bind('0.0.0.0'))
    else await bind(options.host)
  } catch (cause) {
    throw new Fault('endpoint.unavailable', { port: 'any' }, { cause })
  }
  return new TcpListener(server, options)
}

/** A port where the other end of a transfer may come in, one meeting at a time. */
export class TcpListener {
  readonly port: number
  readonly #server: Server
  readonly #options: TcpListenerOptions
  readonly #halfOpen = new HalfOpen()
  #greet: Greet | null = null
  readonly #awaiting = new Set<(greet: Greet) => void>()

  constructor(server: Server, options: TcpListenerOptions) {
    this.#server = server
    this.#options = options
    const address = server.address()
    this.port = typeof address === 'object' && address ? address.port : 0
    server.on('connection', (socket) => this.#arrived(socket))
    // Running out of file descriptors, for one: those who are in go on.
    server.on('error', () => {})
  }

  /** Where the other device may find it, `ip:port`. */
  get addresses(): readonly string[] {
    const { host } = this.#options
    return host === undefined ? offeredAddresses(this.port) : [withPort(host, this.port)]
  }

  /** Greets whoever says hello from now on, those who came a little early included. */
  meet(greet: Greet): () => void {
    if (this.#greet) throw new Error('a listener has one meeting at a time')
    this.#greet = greet
    for (const resolve of this.#awaiting) resolve(greet)
    this.#awaiting.clear()
    return () => (this.#greet = null)
  }

  /** Lanes that came in through here stay. */
  close(): void {
    this.#halfOpen.dropAll()
    this.#server.close()
  }

  #arrived(socket: Socket): void {
    const origin = (socket.remoteAddress ?? '').replace(/^::ffff:/i, '')
    const pipe = acceptedPipe(socket, this.#options.clock)
    const leave = this.#halfOpen.enter(origin, () => void pipe.destroy())
    const isWelcome = !this.#options.lanOnly || isLanAddress(withPort(origin, this.port))
    const greeting = isWelcome
      ? this.#greeting(pipe, leave)
      : Promise.reject(new Fault('peer.refused'))
    void greeting.catch(() => pipe.destroy()).finally(leave)
  }

  async #greeting(pipe: TcpPipe, proved: () => void): Promise<void> {
    const { clock } = this.#options
    const inlet = new Inlet(pipe)
    const { hello, greet } = await within({ clock, milliseconds: helloMs }, async (signal) => {
      const hello = await inlet.take(helloLength)
      if (inlet.hasMore) throw new Fault('peer.refused')
      return { hello, greet: await this.#meeting(signal) }
    })
    await within({ clock, milliseconds: greetingMs }, () => greet({ pipe, inlet, hello, proved }))
  }

  #meeting(signal: AbortSignal): Promise<Greet> {
    if (this.#greet) return Promise.resolve(this.#greet)
    return new Promise((resolve, reject) => {
      this.#awaiting.add(resolve)
      const onAbort = () => {
        this.#awaiting.delete(resolve)
        reject(cancellation())
      }
      signal.addEventListener('abort', onAbort, { once: true })
    })
  }
}

import { Fault, isCancellation, type FaultCode } from '#shared/faults.ts'
import type { DeviceId } from '#shared/ids.ts'
import { retrying } from '../base/backoff.ts'
import type { Clock } from '../base/clock.ts'
import { within } from '../base/deadline.ts'
import type { Log } from '../base/log.ts'
import type { Acceptor, Connection, Incoming } from '../endpoint/types.ts'
import { Doorkeeper, type DoorLimits } from './doorkeeper.ts'
import type { Protocol } from './protocol.ts'
import type { ProtocolRegistry } from './registry.ts'

interface RouterLimits extends DoorLimits {
  readonly handshakeMs: number
  /** Connections of devices that are not paired, all together. */
  readonly strangers: number
  /** How long protocols may take to wind up when the router closes. */
  readonly drainMs: number
}

const standardLimits: RouterLimits = {
  handshakes: 64,
  handshakesPerOrigin: 16,
  handshakesUnproved: 16,
  handshakeMs: 5_000,
  strangers: 32,
  drainMs: 1_000,
}

interface RouterOptions {
  readonly acceptor: Acceptor
  readonly registry: ProtocolRegistry
  readonly isPaired: (peer: DeviceId) => boolean
  readonly clock: Clock
  readonly log: Log
  readonly limits?: Partial<RouterLimits>
}

/** One connection and the protocol that serves it. */
interface Served {
  readonly connection: Connection
  readonly protocol: Protocol
  readonly paired: boolean
  readonly controller: AbortController
  /** False once the connection is closed, even if the protocol is still winding up. */
  open: boolean
}

/**
 * Brings each incoming connection to its protocol, and decides who may come in. Opening it starts
 * it. The order of closing: close the router (no more knocks are answered, every peer sees
 * `core.closing`, protocols wind up), then the endpoint.
 */
export function openRouter(options: RouterOptions): Router {
  return new Router(options)
}

export class Router {
  readonly #acceptor: Acceptor
  readonly #registry: ProtocolRegistry
  readonly #isPaired: (peer: DeviceId) => boolean
  readonly #clock: Clock
  readonly #log: Log
  readonly #limits: RouterLimits
  readonly #door: Doorkeeper
  readonly #answering = new Set<Promise<void>>()
  readonly #served = new Map<Served, Promise<void>>()
  readonly #stop = new AbortController()
  readonly #stopListening: readonly (() => void)[]
  #closing: Promise<void> | null = null

  constructor(options: RouterOptions) {
    this.#acceptor = options.acceptor
    this.#registry = options.registry
    this.#isPaired = options.isPaired
    this.#clock = options.clock
    this.#log = options.log.room('router')
    this.#limits = { ...standardLimits, ...options.limits }
    this.#door = new Doorkeeper(this.#limits)
    this.#stopListening = [
      this.#registry.changes.on('registered', () => this.#offer()),
      this.#registry.changes.on('removed', (protocol) => this.#withdraw(protocol)),
    ]
    this.#offer()
    void this.#answerKnocks()
  }

  /** Ends what this peer has running here, at once; what we dialled is its dialler's to close. */
  closePeer(peer: DeviceId, code: FaultCode): void {
    this.#end((served) => served.connection.peer === peer, code)
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    for (const stop of this.#stopListening) stop()
    this.#stop.abort()
    this.#end(() => true, 'core.closing')
    try {
      const bounds = { clock: this.#clock, milliseconds: this.#limits.drainMs }
      await within(bounds, () => Promise.all([...this.#answering, ...this.#served.values()]))
    } catch {
      const [handshakes, protocols] = [this.#answering.size, this.#served.size]
      this.#log.warn('still busy at the end', { handshakes, protocols })
    }
  }

  #offer(): void {
    this.#acceptor.setAlpns(this.#registry.alpns)
  }

  #withdraw(protocol: Protocol): void {
    this.#offer()
    this.#end((served) => served.protocol === protocol, 'protocol.unknown')
  }

  #end(which: (served: Served) => boolean, code: FaultCode): void {
    for (const served of this.#served.keys()) {
      if (!which(served)) continue
      served.connection.close(code)
      this.#closed(served)
    }
  }

  #closed(served: Served): void {
    served.open = false
    served.controller.abort()
  }

  async #answerKnocks(): Promise<void> {
    const retries = { clock: this.#clock, signal: this.#stop.signal }
    try {
      for (;;) {
        const incoming = await retrying(retries, (signal) => this.#acceptor.accept(signal))
        if (incoming === null) return
        const answering = this.#answer(incoming).finally(() => this.#answering.delete(answering))
        this.#answering.add(answering)
      }
    } catch (error) {
      if (!isCancellation(error)) this.#log.error('no more knocks', { error: Fault.of(error) })
    }
  }

  async #answer(incoming: Incoming): Promise<void> {
    const leave = this.#door.enter(incoming)
    if (typeof leave === 'string') {
      this.#log.debug(leave === 'prove' ? 'asked where it is' : 'too many knocks')
      await (leave === 'prove' ? incoming.retry() : incoming.refuse()).catch(() => {})
      return
    }
    try {
      this.#admit(await incoming.accept({ deadlineMs: this.#limits.handshakeMs }))
    } catch (error) {
      this.#log.debug('handshake failed', { error: Fault.of(error) })
    } finally {
      leave()
    }
  }

  #admit(connection: Connection): void {
    const { peer, alpn } = connection
    const paired = this.#isPaired(peer)
    const verdict = this.#verdict(connection, paired)
    if (typeof verdict === 'string') {
      this.#log.debug('not admitted', { peer, alpn, code: verdict })
      connection.close(verdict)
      return
    }
    const controller = new AbortController()
    const served = { connection, protocol: verdict, paired, controller, open: true }
    void connection.closed.then(() => this.#closed(served))
    const serving = this.#serve(served).finally(() => this.#served.delete(served))
    this.#served.set(served, serving)
  }

  #verdict({ peer, alpn }: Connection, paired: boolean): Protocol | FaultCode {
    // The handshake of this peer ended well before ours did: it must hear why nobody answers.
    if (this.#stop.signal.aborted) return 'core.closing'
    // Offered when the handshake began, withdrawn since.
    const protocol = this.#registry.get(alpn)
    if (!protocol) return 'protocol.unknown'
    if (protocol.admits === 'paired' && !paired) return 'peer.refused'
    const open = Array.from(this.#served.keys()).filter((served) => served.open)
    const sameHere = open.filter(
      (served) => served.protocol === protocol && served.connection.peer === peer,
    )
    if (sameHere.length >= protocol.maxPerPeer) return 'peer.busy'
    const strangers = open.filter((served) => !served.paired)
    return !paired && strangers.length >= this.#limits.strangers ? 'peer.busy' : protocol
  }

  async #serve({ connection, protocol, controller }: Served): Promise<void> {
    const { peer, alpn } = connection
    const { signal } = controller
    this.#log.debug('serving', { peer, alpn })
    try {
      await protocol.serve(connection, { peer, signal })
      connection.close('clean')
    } catch (error) {
      const fault = isCancellation(error) ? null : Fault.of(error)
      connection.close(fault?.code ?? 'clean')
      if (fault === null || signal.aborted) return
      if (fault.code === 'internal') this.#log.error('a protocol failed', { peer, alpn, fault })
      else this.#log.info('a protocol gave up', { peer, alpn, fault })
    }
  }
}

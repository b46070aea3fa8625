import { Fault } from '#shared/faults.ts'
import type { Alpn, DeviceId } from '#shared/ids.ts'
import type { EndpointState } from '#shared/model.ts'
import type { Endpoint as Raw } from '@number0/iroh/index.js'
import type { Clock } from '../base/clock.ts'
import { within } from '../base/deadline.ts'
import type { Log } from '../base/log.ts'
import { Cell } from '../base/state.ts'
import { isLanAddress } from './addresses.ts'
import { arriving } from './arriving.ts'
import { textToBinding } from './bytes.ts'
import { deviceIdOf, IrohConnection } from './connection.ts'
import { explained } from './errors.ts'
import { IrohIncoming } from './incoming.ts'
import { addressOf, alpnsToBinding, bind, type Binding, type Network } from './network.ts'
import { Pull } from './pull.ts'
import type { Connection, DialBounds, Endpoint, Incoming, Target } from './types.ts'

interface EndpointOptions extends Binding {
  /** The most bytes in one call of the binding: a process that serves nothing else can take more. */
  readonly pieceBytes?: number
  readonly clock: Clock
  readonly log: Log
}

/** The binding's watchers abort the whole process (iroh-ffi issue 277); a look costs 4 µs. */
const lookMs = 1_000

/**
 * Peers are told at once; the rest of closing only repeats it for those who missed it. It takes 3 s
 * when a dial is under way to somebody who does not answer, which nobody should have to wait for.
 */
const closeMs = 1_500

export async function openEndpoint(options: EndpointOptions): Promise<Endpoint> {
  return new IrohEndpoint(await bind(options), options)
}

class IrohEndpoint implements Endpoint {
  readonly id: DeviceId
  readonly state: Cell<EndpointState>
  readonly sockets: readonly string[]
  readonly #raw: Raw
  readonly #network: Network
  readonly #clock: Clock
  readonly #pieceBytes: number | undefined
  readonly #log: Log
  readonly #knocks: Pull<Incoming | null>
  readonly #connections = new Set<Connection>()
  #stopLooking: () => void = () => {}
  #closing: Promise<void> | null = null

  constructor(raw: Raw, { network, clock, log, pieceBytes }: EndpointOptions) {
    this.#raw = raw
    this.#network = network
    this.#clock = clock
    this.#pieceBytes = pieceBytes
    this.#log = log.room('endpoint')
    this.id = deviceIdOf(raw.id())
    this.sockets = raw.boundSockets()
    this.state = new Cell(stateOf(raw))
    this.#knocks = new Pull(() => this.#knock())
    this.#look()
  }

  setAlpns(alpns: readonly Alpn[]): void {
    if (!this.#closing) this.#raw.setAlpns(alpnsToBinding(alpns))
  }

  async connect(target: Target, alpn: Alpn, bounds: DialBounds): Promise<Connection> {
    if (this.#closing) throw new Fault('core.closing')
    const connection = await arriving(this.#dial(target, alpn), {
      clock: this.#clock,
      milliseconds: bounds.deadlineMs,
      signal: bounds.signal,
      fault: () => new Fault('peer.unreachable'),
    })
    return this.#tracked(connection)
  }

  accept(signal?: AbortSignal): Promise<Incoming | null> {
    return this.#knocks.next(signal)
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #dial(target: Target, alpn: Alpn): Promise<IrohConnection> {
    const address = addressOf(target, this.#network)
    try {
      const raw = await this.#raw.connect(address, textToBinding(alpn))
      return new IrohConnection(raw, 'dialler', this.#pieceBytes)
    } catch (error) {
      // A dial that our own closing cuts short fails with any of several texts.
      throw this.#closing
        ? new Fault('core.closing')
        : explained(error, { otherwise: 'peer.unreachable' })
    }
  }

  async #knock(): Promise<Incoming | null> {
    const raw = await this.#raw.acceptNext()
    if (!raw) return null
    try {
      const [from, validated] = await Promise.all([raw.remoteAddr(), raw.remoteAddrValidated()])
      if (this.#network.lanOnly && !isLanAddress(from.addr ?? '')) {
        // Even a refusal would be a packet that leaves the LAN.
        await raw.ignore()
        return await this.#knock()
      }
      const knocker = { from, validated }
      const options = { clock: this.#clock, pieceBytes: this.#pieceBytes }
      return new IrohIncoming(raw, knocker, options, (connection) => this.#tracked(connection))
    } catch (error) {
      throw explained(error, { otherwise: 'peer.closed' })
    }
  }

  #tracked(connection: Connection): Connection {
    this.#connections.add(connection)
    void connection.closed.then(() => this.#connections.delete(connection))
    // It came about while the endpoint was being closed.
    if (this.#closing) connection.close('core.closing')
    return connection
  }

  #look(): void {
    this.#stopLooking = this.#clock.after(lookMs, () => {
      this.state.set(stateOf(this.#raw))
      this.#look()
    })
  }

  async #close(): Promise<void> {
    this.#stopLooking()
    for (const connection of this.#connections) connection.close('core.closing')
    try {
      await within({ clock: this.#clock, milliseconds: closeMs }, () => this.#raw.close())
    } catch (error) {
      this.#log.debug('sockets still closing', { error: Fault.of(error) })
    }
  }
}

function stateOf(raw: Raw): EndpointState {
  const address = raw.addr()
  return { addresses: address.directAddresses().toSorted(), relay: address.relayUrl() }
}

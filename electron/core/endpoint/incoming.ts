import type { Incoming as Raw, IncomingAddr } from '@number0/iroh/index.js'
import type { Clock } from '../base/clock.ts'
import { arriving } from './arriving.ts'
import { IrohConnection } from './connection.ts'
import { explained } from './errors.ts'
import type { Connection, DialBounds, Incoming } from './types.ts'

interface Knocker {
  readonly from: IncomingAddr
  readonly validated: boolean
}

export class IrohIncoming implements Incoming {
  readonly origin: string
  readonly proved: boolean
  readonly #raw: Raw
  readonly #clock: Clock
  readonly #pieceBytes: number | undefined
  readonly #opened: (connection: IrohConnection) => void

  constructor(
    raw: Raw,
    { from, validated }: Knocker,
    { clock, pieceBytes }: { clock: Clock; pieceBytes?: number | undefined },
    opened: (connection: IrohConnection) => void,
  ) {
    this.proved = validated || from.kind !== 'ip'
    this.origin = from.endpointId ?? withoutPort(from.addr ?? '')
    this.#raw = raw
    this.#clock = clock
    this.#pieceBytes = pieceBytes
    this.#opened = opened
  }

  async accept(bounds: DialBounds): Promise<Connection> {
    const connection = await arriving(this.#handshake(), {
      clock: this.#clock,
      milliseconds: bounds.deadlineMs,
      signal: bounds.signal,
    })
    this.#opened(connection)
    return connection
  }

  async #handshake(): Promise<IrohConnection> {
    try {
      const accepting = await this.#raw.accept()
      return new IrohConnection(await accepting.connect(), 'accepter', this.#pieceBytes)
    } catch (error) {
      throw explained(error, { otherwise: 'peer.closed' })
    }
  }

  async retry(): Promise<void> {
    await this.#raw.retry()
  }

  async refuse(): Promise<void> {
    await this.#raw.refuse()
  }
}

function withoutPort(address: string): string {
  return address.slice(0, address.lastIndexOf(':'))
}

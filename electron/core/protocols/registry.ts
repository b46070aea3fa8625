import { Fault } from '#shared/faults.ts'
import type { Alpn } from '#shared/ids.ts'
import { Emitter } from '../base/emitter.ts'
import type { Log } from '../base/log.ts'
import type { Protocol } from './protocol.ts'

interface Changes extends Record<string, unknown> {
  registered: Protocol
  removed: Protocol
}

/** Which protocols this device speaks right now. */
export class ProtocolRegistry {
  readonly changes: Emitter<Changes>
  readonly #protocols = new Map<Alpn, Protocol>()

  constructor(log: Log) {
    const own = log.room('router')
    this.changes = new Emitter((error) =>
      own.error('a listener failed', { error: Fault.of(error) }),
    )
  }

  get alpns(): Alpn[] {
    return [...this.#protocols.keys()]
  }

  get(alpn: Alpn): Protocol | undefined {
    return this.#protocols.get(alpn)
  }

  /** Returns its own undo. Two protocols of one name are a mistake of ours. */
  register(protocol: Protocol): () => void {
    const { alpn } = protocol
    if (this.#protocols.has(alpn)) throw new Error(`${alpn} is registered already`)
    this.#protocols.set(alpn, protocol)
    this.changes.emit('registered', protocol)
    return () => {
      if (this.#protocols.get(alpn) !== protocol) return
      this.#protocols.delete(alpn)
      this.changes.emit('removed', protocol)
    }
  }
}

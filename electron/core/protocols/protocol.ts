import type { Alpn, DeviceId } from '#shared/ids.ts'
import type { Connection } from '../endpoint/types.ts'

/** What one device offers others under one name. */
export interface Protocol {
  readonly alpn: Alpn
  /** The router checks, not the protocol. */
  readonly admits: 'anyone' | 'paired'
  readonly maxPerPeer: number
  /**
   * The connection lives as long as this call: it is closed with the fault that is thrown, or
   * cleanly on return, so wait for the peer's last answer before returning. The signal aborts when
   * the connection is closed by either side.
   */
  serve(connection: Connection, call: Call): Promise<void>
}

export interface Call {
  readonly peer: DeviceId
  readonly signal: AbortSignal
}

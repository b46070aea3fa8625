import { isFaultCode, type FaultCode, type FaultRecord } from '../faults.ts'

/**
 * What crosses between a client and the core, whatever carries it. Every exchange has an id chosen
 * by the client (see requests.ts); the server answers with that id until `result`, `end` or `fault`.
 */
export type Response =
  | { readonly type: 'result'; readonly id: number; readonly value: unknown }
  | { readonly type: 'item'; readonly id: number; readonly value: unknown }
  | { readonly type: 'end'; readonly id: number }
  | { readonly type: 'fault'; readonly id: number; readonly fault: FaultRecord }

/** A request larger than this is refused before it is parsed. */
export const maxRequestBytes = 256 * 1024

/** Exchanges one client may have under way; a leak in a client must not become one in the core. */
export const maxExchanges = 256

export function isResponse(message: unknown): message is Response {
  if (typeof message !== 'object' || message === null) return false
  const { type, id } = message as Partial<Response>
  return typeof id === 'number' && ['result', 'item', 'end', 'fault'].includes(type ?? '')
}

export function knownCode(record: FaultRecord): FaultCode {
  return isFaultCode(record.code) ? record.code : 'internal'
}

import { cancellation, Fault, faultCodeOfWire, faultTable, type FaultCode } from '#shared/faults.ts'
import type { CloseCode, CloseReason } from './types.ts'

/** `here`: we closed it ourselves. `code`: the first group is what the peer said. */
type Meaning = FaultCode | 'here' | 'code'

/**
 * The binding reports failures as the debug text of its Rust errors. These are all the texts that
 * were provoked (tests/scenarios/endpoint); the first that fits counts. A peer can
 * put its own words into some of them, so codes are taken only from where those cannot be.
 */
const meanings: readonly (readonly [RegExp, Meaning])[] = [
  [/^(?:Reset|Stopped)\((\d+)\)/, 'code'],
  [/ApplicationClose \{ error_code: (\d+),/, 'code'],
  [/closed by peer: (?:.*\(code )?(\d+)\)?$/s, 'code'],
  [/^(?:ConnectionLost\()?LocallyClosed|^closed$/, 'here'],
  [/the cryptographic handshake failed: error 120:|NoApplicationProtocol/, 'protocol.unknown'],
  [/the server refused to accept a new connection/, 'peer.busy'],
  [/timed out$|TimedOut/, 'peer.unreachable'],
  [/invalid peer certificate/, 'peer.unreachable'],
]

const cleanWire = 0

export function wireOf(code: CloseCode): bigint {
  return BigInt(code === 'clean' ? cleanWire : faultTable[code].wire)
}

interface Context {
  /** What a failure means here whose text tells nothing more. */
  readonly otherwise: FaultCode
  /** The code we closed the connection with, if we did. */
  readonly closedWith?: CloseCode | null
}

/** What the binding threw, as a fault; as a cancellation where we ourselves closed it cleanly. */
export function explained(error: unknown, { otherwise, closedWith }: Context): Error {
  const { code, byPeer } = reasonIn(textOf(error), otherwise, closedWith ?? 'clean')
  if (code === 'clean') {
    return byPeer ? new Fault('peer.closed', {}, { cause: error }) : cancellation('closed here')
  }
  return new Fault(code, {}, { cause: error })
}

/** The text with which the binding tells that a connection has closed. */
export function closeReason(text: string, closedWith: CloseCode | null): CloseReason {
  return reasonIn(text, 'peer.closed', closedWith ?? 'clean')
}

function reasonIn(text: string, otherwise: FaultCode, closedWith: CloseCode): CloseReason {
  for (const [pattern, meaning] of meanings) {
    const match = pattern.exec(text)
    if (!match) continue
    if (meaning === 'here') return { code: closedWith, byPeer: false }
    if (meaning === 'code') return { code: codeOf(Number(match[1])), byPeer: true }
    return { code: meaning, byPeer: false }
  }
  return { code: otherwise, byPeer: false }
}

function codeOf(wire: number): CloseCode {
  return wire === cleanWire ? 'clean' : faultCodeOfWire(wire)
}

/** Without the backtrace, which names functions that look like errors. */
function textOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  const end = text.indexOf('\n\nStack backtrace:')
  return end === -1 ? text : text.slice(0, end)
}

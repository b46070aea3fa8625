import type { Reason } from './content/reasons.ts'
import type { FileOutcome } from './ledger.ts'
import type { FileReport, LandedHint, MoverEvent } from './movers/messages.ts'

/** Left out on purpose; every other reason is a file that should have gone. */
const onPurpose = new Set<Reason>(['link', 'special', 'skipped', 'exists'])

const stateOf = (reason: Reason) => (onPurpose.has(reason) ? 'skipped' : 'failed')

/** What the walk left out. */
export function outcomeOfLeft({
  path,
  reason,
}: Extract<MoverEvent, { event: 'left' }>['items'][number]): FileOutcome {
  const state = stateOf(reason)
  return { path, sent: path, bytes: 0, state, reason, blake3: null, mtimeMs: null }
}

/** What is durable here. */
export function outcomeOfLanded({ size: bytes, ...hint }: LandedHint): FileOutcome {
  return { ...hint, bytes, state: 'landed', reason: null }
}

/** One of those that were to be sent, and that the other side left out by choice. */
export function isLeftThere({ reason }: Pick<FileOutcome, 'reason'>): boolean {
  return reason === 'exists' || reason === 'skipped'
}

/** What a mover tells of a file by the way. */
export function outcomeOfFile({ path, bytes, outcome }: FileReport): FileOutcome {
  const facts = { path, sent: path, bytes, mtimeMs: null }
  return outcome.state === 'landed'
    ? { ...facts, state: 'landed', reason: null, blake3: outcome.blake3 }
    : { ...facts, state: stateOf(outcome.reason), reason: outcome.reason, blake3: null }
}

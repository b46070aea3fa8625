import type { FileUnderWay, Transfer } from '#shared/transfers.ts'
import { isOverPhase, shownState, type Standing } from './phase.ts'
import type { TransferRecord } from './record.ts'

interface Motion {
  readonly isMoving: boolean
  readonly bytesPerSecond: number
  readonly seconds: number
  readonly current: readonly FileUnderWay[]
  readonly freeBytes: number | null
  /** What the last whole count came to. */
  readonly lastCount: Pick<TransferRecord, 'files' | 'totalBytes'>
}

/** A transfer as people see it. */
export function rowOf(record: TransferRecord, standing: Standing, motion: Motion): Transfer {
  const { sources: _, phase: _phase, heldByMe: _held, attempt: _attempt, ...rest } = record
  const { told: _told, reported: _reported, consent: _consent, ...told } = rest
  const { conflicts: _conflicts, landed: _landed, ...facts } = told
  const { isMoving, bytesPerSecond, seconds, current, freeBytes, lastCount } = motion
  const rate = isMoving ? Math.round(bytesPerSecond) : 0
  const left = Math.max(0, facts.totalBytes - facts.bytes)
  const isOver = isOverPhase(standing.phase)
  return {
    ...facts,
    ...(facts.listed ? {} : atLeast(lastCount, facts)),
    current: isMoving && !isOver ? [...current] : [],
    // Where it rests none is in use; at the end it says which it was.
    lane: isMoving || isOver ? facts.lane : null,
    rate,
    etaSeconds: facts.listed && rate > 0 ? Math.ceil(left / rate) : null,
    seconds,
    freeBytes,
    ...shownState(standing),
  }
}

/** Counted anew, as after a break: a number one has read does not shrink and grow again. */
function atLeast(last: Motion['lastCount'], { files, totalBytes }: Motion['lastCount']) {
  return {
    files: Math.max(last.files, files),
    totalBytes: Math.max(last.totalBytes, totalBytes),
  }
}

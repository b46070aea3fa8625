import { isCancellation } from '#shared/faults.ts'
import type { DoctorCheck } from '#shared/devices.ts'
import type { Clock } from '../base/clock.ts'
import { within, type Bounds } from '../base/deadline.ts'
import { Public, type Log } from '../base/log.ts'

export type Finding = Pick<DoctorCheck, 'verdict' | 'detail' | 'remedy'>

/** One thing that is looked at. */
export interface Check {
  readonly id: string
  readonly title: string
  /** How long it may take, when it needs longer than most. */
  readonly deadlineMs?: number
  readonly look: (signal: AbortSignal) => Finding | Promise<Finding>
}

const usualMs = 3_000

export function good(detail: string): Finding {
  return { verdict: 'good', detail, remedy: null }
}

export function notice(detail: string, remedy: string | null = null): Finding {
  return { verdict: 'notice', detail, remedy }
}

export function bad(detail: string, remedy: string): Finding {
  return { verdict: 'bad', detail, remedy }
}

/** Whether it came about in time. */
export async function inTime(
  bounds: Bounds,
  look: (signal: AbortSignal) => Promise<boolean>,
): Promise<boolean> {
  try {
    return await within(bounds, look)
  } catch (error) {
    if (isCancellation(error)) throw error
    return false
  }
}

/** Always comes to something within its time: a check that hangs or fails is itself a finding. */
export async function examine(
  { id, title, deadlineMs = usualMs, look }: Check,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
  signal: AbortSignal,
): Promise<DoctorCheck> {
  try {
    const bounds = { clock, milliseconds: deadlineMs, signal }
    return { id, title, ...(await within(bounds, async (signal) => look(signal))) }
  } catch (error) {
    if (signal.aborted && isCancellation(error)) throw error
    log.warn('a check failed', {
      check: new Public(id),
      error: error instanceof Error ? error : null,
    })
    const remedy = 'Run Doctor again; if this stays, restart Gangway and look in its log.'
    return { id, title, ...notice('This could not be looked at.', remedy) }
  }
}

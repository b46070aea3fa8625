import { Fault, isCancellation } from '#shared/faults.ts'
import type { DoctorCheck } from '#shared/devices.ts'
import type { FaultDetails } from '#shared/faults.ts'
import { checkTitles, findingWords, type CheckId, type Found } from '#shared/findings.ts'
import type { Clock } from '../base/clock.ts'
import { within, type Bounds } from '../base/deadline.ts'
import { Public, type Log } from '../base/log.ts'

export type Finding = Pick<DoctorCheck, 'verdict' | 'code' | 'details'>

/** One thing that is looked at. */
export interface Check {
  readonly id: CheckId
  /** How long it may take, when it needs longer than most. */
  readonly deadlineMs?: number
  readonly look: (signal: AbortSignal) => Finding | Promise<Finding>
}

const usualMs = 3_000

export function good(code: Found, details: FaultDetails = {}): Finding {
  return { verdict: 'good', code, details }
}

export function notice(code: Found, details: FaultDetails = {}): Finding {
  return { verdict: 'notice', code, details }
}

export function bad(code: Found, details: FaultDetails = {}): Finding {
  return { verdict: 'bad', code, details }
}

const mostNames = 5

/** Of many the first ones tell enough. */
export function namesOf(devices: readonly { readonly name: string }[]) {
  const names = devices.slice(0, mostNames).map(({ name }) => name)
  return { names: [...names, ...(devices.length > mostNames ? ['…'] : [])].join(', ') }
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
  { id, deadlineMs = usualMs, look }: Check,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
  signal: AbortSignal,
): Promise<DoctorCheck> {
  try {
    const bounds = { clock, milliseconds: deadlineMs, signal }
    return told(id, await within(bounds, async (signal) => look(signal)))
  } catch (error) {
    if (signal.aborted && isCancellation(error)) throw error
    log.warn('a check failed', {
      check: new Public(id),
      error: Fault.of(error),
    })
    return told(id, notice('check.failed'))
  }
}

/** In English too, for whoever reads the report without the page. */
function told(id: CheckId, finding: Finding): DoctorCheck {
  const words = findingWords(finding.code, finding.details)
  return { id, title: checkTitles[id], ...finding, ...words }
}

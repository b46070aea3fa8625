import { bad, good, notice, type Check, type Finding } from '../check.ts'
import type { DoctorParts } from '../parts.ts'

/** No clock that is right shows a time before this program was written. */
const earliest = Date.UTC(2026, 0, 1)
const toleranceMs = 60_000

export function clockCheck(parts: DoctorParts): Check {
  return { id: 'clock', title: 'Clock', look: () => lookAtClock(parts) }
}

const remedy =
  'Let the system set date and time by itself, on this computer and on the other devices.'

async function lookAtClock(parts: DoctorParts): Promise<Finding> {
  const { clock, system, devices } = parts
  const now = clock.now()
  if (now < earliest) return bad('The date of this computer lies years in the past.', remedy)
  if ((await system.profileWrittenAt()) - now > toleranceMs) {
    return notice(
      'The clock of this computer has been put back: its own files are from the future.',
      remedy,
    )
  }
  const heard = devices().flatMap(({ id, name }) => {
    const ahead = parts.clockAheadMs(id)
    return ahead === null ? [] : [{ name, ahead }]
  })
  const off = heard.filter(({ ahead }) => Math.abs(ahead) > toleranceMs)
  if (off.length > 0) return notice(off.map(tell).join(' '), remedy)
  if (heard.length === 0) return good('Looks right; no paired device is there to compare it with.')
  return good(`Agrees with ${heard.length === 1 ? '1 device' : `${heard.length} devices`}.`)
}

function tell({ name, ahead }: { readonly name: string; readonly ahead: number }): string {
  const [slow, fast] = ahead > 0 ? ['this computer', name] : [name, 'this computer']
  return `The clock of ${slow} is ${duration(Math.abs(ahead))} behind that of ${fast}.`
}

function duration(ms: number): string {
  const minutes = Math.round(ms / 60_000)
  if (minutes < 120) return minutes === 1 ? '1 minute' : `${minutes} minutes`
  const hours = Math.round(minutes / 60)
  return hours < 48 ? `${hours} hours` : `${Math.round(hours / 24)} days`
}

import { bad, good, notice, type Check, type Finding } from '../check.ts'
import type { DoctorParts } from '../parts.ts'

/** No clock that is right shows a time before this program was written. */
const earliest = Date.UTC(2026, 0, 1)
const toleranceMs = 60_000

export function clockCheck(parts: DoctorParts): Check {
  return { id: 'clock', look: () => lookAtClock(parts) }
}

async function lookAtClock(parts: DoctorParts): Promise<Finding> {
  const { clock, system, devices } = parts
  const now = clock.now()
  if (now < earliest) return bad('clock.past')
  if ((await system.profileWrittenAt()) - now > toleranceMs) return notice('clock.putBack')
  const heard = devices().flatMap(({ id, name }) => {
    const ahead = parts.clockAheadMs(id)
    return ahead === null ? [] : [{ name, ahead }]
  })
  // The farthest off tells enough: the remedy is the same for all.
  const [farthest] = heard.sort((one, other) => Math.abs(other.ahead) - Math.abs(one.ahead))
  if (!farthest) return good('clock.alone')
  const { name, ahead } = farthest
  if (Math.abs(ahead) <= toleranceMs) return good('clock.agrees', { count: heard.length })
  return notice(ahead > 0 ? 'clock.behind' : 'clock.ahead', { name, span: span(Math.abs(ahead)) })
}

/** In signs every language has. */
function span(ms: number): string {
  const minutes = Math.round(ms / 60_000)
  if (minutes < 120) return `${minutes} min`
  const hours = Math.round(minutes / 60)
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} d`
}

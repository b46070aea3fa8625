import { good, namesOf, notice, type Check, type Finding } from '../check.ts'
import type { DoctorParts } from '../parts.ts'

export function privateCheck(parts: DoctorParts): Check {
  return { id: 'private', look: () => lookForOutsiders(parts) }
}

/**
 * Only what was met with: a device that hung up on every protocol. In which network it is, if in any,
 * it does not tell, and a device of another network that nobody dials shows nothing at all.
 */
function lookForOutsiders({ device, devices }: DoctorParts): Finding {
  const isMember = device.value.privateNetwork !== null
  const outsiders = devices().filter(
    (row) => row.state === 'disconnected' && row.reason === 'elsewhere',
  )
  if (outsiders.length === 0) return good(isMember ? 'private.member' : 'private.none')
  return notice(isMember ? 'private.outside' : 'private.theirs', namesOf(outsiders))
}

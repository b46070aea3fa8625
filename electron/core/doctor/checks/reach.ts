import { isCancellation } from '#shared/faults.ts'
import { within } from '../../base/deadline.ts'
import { bad, good, inTime, namesOf, notice, type Check, type Finding } from '../check.ts'
import type { DoctorParts } from '../parts.ts'

/** How this device is reached: its port, announcements on the LAN, a relay for everywhere else. */
export function reachChecks(parts: DoctorParts): Check[] {
  return [
    { id: 'endpoint', look: () => lookAtEndpoint(parts) },
    { id: 'discovery', look: () => lookAtDiscovery(parts) },
    {
      id: 'relay',
      deadlineMs: 4_500,
      look: (signal) => lookAtRelay(parts, signal),
    },
  ]
}

function lookAtEndpoint({ network }: DoctorParts): Finding {
  const { ports, endpoint, problem } = network.value
  if (problem) return bad(problem.code, problem.details)
  const { v4, v6 } = ports
  if (v4 === null && v6 === null) return notice('port.none')
  const open = [
    ...(v4 === null ? [] : [`UDP ${v4} (IPv4)`]),
    ...(v6 === null ? [] : [`UDP ${v6} (IPv6)`]),
  ].join(', ')
  if (endpoint.addresses.length === 0) return notice('port.addressless', { ports: open })
  return v4 === null ? notice('port.sixOnly', { ports: open }) : good('port.open', { ports: open })
}

function lookAtDiscovery({ hearing, discoveryProblems }: DoctorParts): Finding {
  const [problem] = discoveryProblems.value
  if (problem) return bad(problem.code, problem.details)
  const { interfaces, minutes, others: count, own } = hearing()
  const where = { interfaces: interfaces.join(', ') || '–', minutes }
  if (count > 0) return good('nearby.heard', { ...where, count })
  return own > 0 ? notice('nearby.alone', where) : notice('nearby.silent', where)
}

/** Together less than the check has. */
const relayMs = 2_500
const answerMs = 1_500

async function lookAtRelay(parts: DoctorParts, signal: AbortSignal): Promise<Finding> {
  const { settings } = parts.device.value
  if (settings.lanOnly) return lookForThoseElsewhere(parts)
  const url = await homeRelay(parts, signal)
  if (url === null) return settings.relay === null ? notice('relay.none') : bad('relay.ownAway')
  const { hostname, port, protocol } = new URL(url)
  const host = hostname.replace(/^\[|\]$/g, '')
  const number = Number(port) || (protocol === 'http:' ? 80 : 443)
  const answered = await inTime({ clock: parts.clock, milliseconds: answerMs, signal }, (inner) =>
    parts.system.answers(host, number, inner),
  )
  if (!answered) return notice('relay.silent', { host: hostname })
  const facts = { host: hostname }
  return parts.forceRelay ? notice('relay.forced', facts) : good('relay.answers', facts)
}

/** Who is not heard here may be elsewhere, or asleep: from here the two look the same. */
function lookForThoseElsewhere({ devices, isNearby }: DoctorParts): Finding {
  const absent = devices().filter(
    (device) =>
      device.state === 'disconnected' && absences.has(device.reason) && !isNearby(device.id),
  )
  return absent.length === 0 ? good('relay.off') : notice('relay.offAway', namesOf(absent))
}

/** The other reasons say themselves what is the matter. */
const absences: ReadonlySet<string> = new Set(['away', 'lost'])

/** It is known once it was reached; right after the start that takes a moment. */
async function homeRelay(
  { network, clock }: DoctorParts,
  signal: AbortSignal,
): Promise<string | null> {
  try {
    return await within({ clock, milliseconds: relayMs, signal }, async (signal) => {
      for await (const { endpoint } of network.watch(signal))
        if (endpoint.relay !== null) return endpoint.relay
      return null
    })
  } catch (error) {
    if (isCancellation(error)) throw error
    return null
  }
}

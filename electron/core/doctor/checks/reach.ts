import type { FaultRecord } from '#shared/faults.ts'
import { isCancellation } from '#shared/faults.ts'
import { within } from '../../base/deadline.ts'
import { bad, good, inTime, notice, type Check, type Finding } from '../check.ts'
import type { DoctorParts } from '../parts.ts'

/** How this device is reached: its port, announcements on the LAN, a relay for everywhere else. */
export function reachChecks(parts: DoctorParts): Check[] {
  return [
    { id: 'endpoint', title: 'Port', look: () => lookAtEndpoint(parts) },
    { id: 'discovery', title: 'Devices nearby', look: () => lookAtDiscovery(parts) },
    {
      id: 'relay',
      title: 'Relay',
      deadlineMs: 4_500,
      look: (signal) => lookAtRelay(parts, signal),
    },
  ]
}

function lookAtEndpoint({ network }: DoctorParts): Finding {
  const { ports, endpoint, problem } = network.value
  if (problem) return fromFault(problem)
  const { v4, v6 } = ports
  if (v4 === null && v6 === null) {
    return notice('No network port is open at the moment.', 'Run Doctor again in a few seconds.')
  }
  const open = [
    ...(v4 === null ? [] : [`UDP ${v4} (IPv4)`]),
    ...(v6 === null ? [] : [`UDP ${v6} (IPv6)`]),
  ].join(' and ')
  if (endpoint.addresses.length === 0) {
    return notice(
      `${open} is open, but no address is known at which others could reach it.`,
      'Connect this computer to a network.',
    )
  }
  if (v4 === null) {
    return notice(
      `${open} is open; there is no IPv4 port, so devices with IPv4 only cannot be reached.`,
    )
  }
  return good(`${open} open.`)
}

function lookAtDiscovery({ hearing, discoveryProblems }: DoctorParts): Finding {
  const [problem] = discoveryProblems.value
  if (problem) return fromFault(problem)
  const { interfaces, minutes, others, own } = hearing()
  const where = interfaces.join(', ') || 'no interface'
  const lately = `in the last ${minutes} minutes`
  if (others > 0) {
    return good(`Listening on ${where}; ${others} announcements of other devices ${lately}.`)
  }
  const remedy =
    'Start Gangway on the other device and connect both to the same network. Guest networks often keep devices apart; there, type the address of the other device.'
  if (own > 0) {
    return notice(`Listening on ${where}; no other device was heard ${lately}.`, remedy)
  }
  return notice(
    `Listening on ${where}; nothing at all was heard ${lately}, not even this device itself.`,
    'If this stays for a minute, allow multicast (UDP 5353) in the firewall of this computer.',
  )
}

/** Together less than the check has. */
const relayMs = 2_500
const answerMs = 1_500

async function lookAtRelay(parts: DoctorParts, signal: AbortSignal): Promise<Finding> {
  const { settings } = parts.device.value
  if (settings.lanOnly) {
    return good('Off, because “LAN only” is on: devices meet on this network and nowhere else.')
  }
  const url = await homeRelay(parts, signal)
  if (url === null) {
    return settings.relay === null
      ? notice(
          'No relay can be reached. Devices on the same network still find each other; those elsewhere do not.',
          'Connect this computer to the internet, and look whether a firewall blocks outgoing TCP 443.',
        )
      : bad(
          'The relay chosen in the settings cannot be reached.',
          'Check its address in the settings, and that it is running.',
        )
  }
  const { hostname, port, protocol } = new URL(url)
  const host = hostname.replace(/^\[|\]$/g, '')
  const number = Number(port) || (protocol === 'http:' ? 80 : 443)
  const answered = await inTime({ clock: parts.clock, milliseconds: answerMs, signal }, (inner) =>
    parts.system.answers(host, number, inner),
  )
  if (!answered) {
    return notice(
      `The relay ${hostname} was reached earlier and does not answer now.`,
      'Check the connection to the internet; another relay is chosen by itself when there is one.',
    )
  }
  if (parts.forceRelay) {
    return notice(
      `${hostname} answers. Dialling goes through it alone, as asked for.`,
      'Start Gangway without --force-relay to have the fastest way again.',
    )
  }
  return good(`${hostname} answers: devices elsewhere can be reached.`)
}

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

/** A sentence of the fault table is what happened, then what to do. */
function fromFault({ message }: FaultRecord): Finding {
  const [happened = message, ...todo] = message.split(/(?<=\.) /)
  return bad(happened, todo.join(' ') || 'Restart Gangway.')
}

import type { Verification } from '#shared/devices.ts'
import { Fault, isCancellation } from '#shared/faults.ts'
import type { DeviceId } from '#shared/ids.ts'
import type { Clock } from '../base/clock.ts'
import { within } from '../base/deadline.ts'
import type { Devices } from '../devices/devices.ts'
import type { Messages } from '../messages/messages.ts'
import type { Sessions } from '../sessions/sessions.ts'
import { shownPath } from '../sessions/shown-path.ts'
import type { Probes } from './probes.ts'

interface VerifyParts {
  readonly devices: Devices
  readonly messages: Messages
  readonly sessions: Sessions
  readonly probes: Probes
  readonly clock: Clock
}

const reachMs = 15_000
const pingMs = 5_000
const pings = 9

/** Goes through everything a transfer to this device would need, and says how far it came. */
export async function verify(
  parts: VerifyParts,
  id: DeviceId,
  signal: AbortSignal,
): Promise<Verification> {
  const { devices, sessions, probes } = parts
  if (!devices.isPaired(id)) throw new Fault('device.unknown')
  const nothing = { reachable: false, session: false, path: null, roundTripMs: null }
  const so = { id, name: devices.table.get(id)?.name ?? id, throughput: null, fault: null }
  const failed = (error: unknown) => {
    if (isCancellation(error)) throw error
    return Fault.of(error)
  }
  try {
    await pinged(parts, id, reachMs, signal)
  } catch (error) {
    const fault = failed(error)
    // Whoever gives a reason is there.
    const reachable = fault.code !== 'peer.unreachable' && fault.code !== 'deadline.passed'
    return { ...so, ...nothing, reachable, fault: fault.toRecord() }
  }
  const met = { ...nothing, reachable: true, session: true }
  try {
    const roundTripMs = await middleOf(parts, id, signal)
    const path = shownPath(sessions.pathTo(id), null)
    const reached = { ...so, ...met, path, roundTripMs }
    try {
      return { ...reached, throughput: await probes.measure(id, signal) }
    } catch (error) {
      return { ...reached, fault: failed(error).toRecord() }
    }
  } catch (error) {
    return { ...so, ...met, fault: failed(error).toRecord() }
  }
}

function pinged(
  { messages, clock }: VerifyParts,
  id: DeviceId,
  milliseconds: number,
  signal: AbortSignal,
): Promise<number> {
  return within({ clock, milliseconds, signal }, (inner) => messages.ping(id, inner))
}

/** The median of several, one after the other. */
async function middleOf(parts: VerifyParts, id: DeviceId, signal: AbortSignal): Promise<number> {
  const times: number[] = []
  while (times.length < pings) times.push(await pinged(parts, id, pingMs, signal))
  return times.toSorted((a, b) => a - b)[Math.floor(pings / 2)] ?? 0
}

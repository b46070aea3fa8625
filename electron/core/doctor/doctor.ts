import { setMaxListeners } from 'node:events'
import type { DoctorReport, LinkFacts } from '#shared/devices.ts'
import { examine } from './check.ts'
import { clockCheck } from './checks/clocks.ts'
import { computerChecks } from './checks/computer.ts'
import { firewallCheck } from './checks/firewall.ts'
import { networkChecks } from './checks/network.ts'
import { privateCheck } from './checks/private.ts'
import { reachChecks } from './checks/reach.ts'
import { routerCheck } from './checks/router.ts'
import type { DoctorParts } from './parts.ts'

/**
 * What works and what does not, in words with the remedy. Everything is looked at at once, each with
 * a deadline of its own, so that nothing that hangs keeps the rest from being told (safety 26).
 */
export async function runDoctor(parts: DoctorParts, signal: AbortSignal): Promise<DoctorReport> {
  const { clock } = parts
  const log = parts.log.room('doctor')
  const checks = [
    ...networkChecks(parts),
    ...reachChecks(parts),
    privateCheck(parts),
    routerCheck(parts),
    firewallCheck(parts),
    clockCheck(parts),
    ...computerChecks(parts),
  ]
  // Each of them listens to it.
  setMaxListeners(0, signal)
  return {
    at: clock.now(),
    version: parts.device.value.version,
    checks: await Promise.all(checks.map((check) => examine(check, { clock, log }, signal))),
    links: linksOf(parts),
  }
}

/** How each paired device is reached right now. */
function linksOf({ devices, pathTo }: DoctorParts): LinkFacts[] {
  return devices().map(({ id, name }) => {
    const path = pathTo(id)
    if (!path) return { id, name, ...unknown }
    const { kind, address, rttMs } = path
    return {
      id,
      name,
      path: { kind, address, rttMs: Math.round(rttMs * 10) / 10 },
      congestionWindow: path.cwnd,
      lostPackets: path.lostPackets,
      sentPackets: path.sentPackets,
      mtu: path.mtu,
      relay: kind === 'relay' ? address : null,
    }
  })
}

const unknown = {
  path: null,
  congestionWindow: null,
  lostPackets: null,
  sentPackets: null,
  mtu: null,
  relay: null,
}

import { readFile } from 'node:fs/promises'
import { isIPv4 } from 'node:net'
import { endianness } from 'node:os'
import { join } from 'node:path'
import type { Clock } from '../base/clock.ts'
import { within } from '../base/deadline.ts'
import { outputOf } from '../base/output-of.ts'

/** The router of this computer by the system's own word, IPv4; null where that cannot be had. */
export type FindGateway = (signal: AbortSignal) => Promise<string | null>

const lookMs = 1_000

/** With IPv6 there is nothing to map: addresses are the computer's own, and offered as they are. */
export function systemGateway(
  clock: Clock,
  platform: NodeJS.Platform = process.platform,
): FindGateway {
  return (signal) =>
    within({ clock, milliseconds: lookMs, signal }, (inner) => look(platform, inner))
}

async function look(platform: NodeJS.Platform, signal: AbortSignal): Promise<string | null> {
  if (platform === 'linux') {
    return gatewayInLinux(await readFile('/proc/net/route', 'utf8').catch(() => ''))
  }
  if (platform === 'darwin') {
    return gatewayInMac((await outputOf('/sbin/route', ['-n', 'get', 'default'], signal)) ?? '')
  }
  if (platform === 'win32') {
    const route = join(process.env['SystemRoot'] ?? 'C:\\Windows', 'System32', 'route.exe')
    return gatewayInWindows((await outputOf(route, ['print', '-4', '0.0.0.0'], signal)) ?? '')
  }
  return null
}

const isUpThroughGateway = 0x3

/** `/proc/net/route`: addresses as the computer holds them in memory, written as hexadecimal numbers. */
export function gatewayInLinux(table: string): string | null {
  const routes = table
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter(([, destination, , , , , , mask]) => Number(destination) === 0 && Number(mask) === 0)
    .map(([, , gateway = '', flags = '', , , metric = '']) => ({
      host: hostFromHex(gateway),
      flags: Number.parseInt(flags, 16),
      metric: Number(metric),
    }))
  const [best] = routes.sort((one, other) => one.metric - other.metric)
  // Where a tunnel has the default route, what the router maps would not be answered through it.
  return best && (best.flags & isUpThroughGateway) === isUpThroughGateway ? best.host : null
}

function hostFromHex(text: string): string | null {
  if (!/^[0-9A-F]{8}$/i.test(text)) return null
  const bytes = [...Buffer.from(text, 'hex')]
  return (endianness() === 'LE' ? bytes.reverse() : bytes).join('.')
}

/** `route -n get default` has a line `gateway: 192.168.1.1`; through a tunnel it has none. */
export function gatewayInMac(printed: string): string | null {
  const host = /^\s*gateway: (\S+)$/m.exec(printed)?.[1]
  return host !== undefined && isIPv4(host) ? host : null
}

/**
 * `route print -4 0.0.0.0`, whose numbers are the same in every language: destination, mask,
 * gateway (or words where there is none), interface, metric. Saved routes have no interface.
 */
export function gatewayInWindows(printed: string): string | null {
  const row =
    /^\s*0\.0\.0\.0\s+0\.0\.0\.0\s+(?<gateway>\S.*?)\s+(?<local>[\d.]+)\s+(?<metric>\d+)\s*$/
  const routes = printed.split(/\r?\n/).flatMap((line) => {
    const groups = row.exec(line.slice(0, 200))?.groups
    return groups ? [{ gateway: groups['gateway'] ?? '', metric: Number(groups['metric']) }] : []
  })
  const [best] = routes.sort((one, other) => one.metric - other.metric)
  return best && isIPv4(best.gateway) ? best.gateway : null
}

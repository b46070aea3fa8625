import { isIP } from 'node:net'
import { networkInterfaces, type NetworkInterfaceInfo } from 'node:os'

export type Interfaces = NodeJS.Dict<NetworkInterfaceInfo[]>

/** The addresses this computer has right now, each in its plain form. */
export function hostsHere(interfaces: Interfaces = networkInterfaces()): ReadonlySet<string> {
  const infos = Object.values(interfaces).flatMap((list) => list ?? [])
  return new Set(infos.map(({ address }) => plainHost(address)))
}

/** Without a scope, and IPv4 as such however it is written. */
export function plainHost(host: string): string {
  const [text = ''] = host.toLowerCase().split('%')
  const mapped = /^::ffff:(?<four>\d+\.\d+\.\d+\.\d+)$/.exec(text)?.groups?.['four']
  if (mapped !== undefined) return mapped
  return isIP(text) === 6 ? new URL(`http://[${text}]`).hostname.slice(1, -1) : text
}

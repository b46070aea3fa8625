import { BlockList, isIP } from 'node:net'
import { networkInterfaces, type NetworkInterfaceInfo } from 'node:os'

type Interfaces = NodeJS.Dict<NetworkInterfaceInfo[]>

interface SocketAddress {
  readonly host: string
  readonly port: number
}

/** Ranges that are never routed across the internet. */
const privateRanges: readonly (readonly [string, number, 'ipv4' | 'ipv6'])[] = [
  ['10.0.0.0', 8, 'ipv4'],
  ['127.0.0.0', 8, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['172.16.0.0', 12, 'ipv4'],
  ['192.168.0.0', 16, 'ipv4'],
  ['::1', 128, 'ipv6'],
  ['fc00::', 7, 'ipv6'],
  ['fe80::', 10, 'ipv6'],
]

/** On a LAN: a private address, or one in a subnet this computer is part of. */
export function isLanAddress(text: string, interfaces: Interfaces = networkInterfaces()): boolean {
  const address = parsedAddress(text)
  if (!address) return false
  const [host = ''] = address.host.split('%')
  return lanOf(interfaces).check(host, isIP(host) === 6 ? 'ipv6' : 'ipv4')
}

/** The address as the binding takes it (scopes as numbers), or null if it cannot be dialled. */
export function dialable(
  text: string,
  interfaces: Interfaces = networkInterfaces(),
): string | null {
  const address = parsedAddress(text)
  if (!address) return null
  const { port } = address
  const [host = '', scope] = address.host.split('%')
  if (isIP(host) === 4) return `${host}:${port}`
  if (scope === undefined) return `[${host}]:${port}`
  const number = /^\d+$/.test(scope) ? Number(scope) : scopeOf(interfaces[scope])
  return number === null ? null : `[${host}%${number}]:${port}`
}

/** Of the sockets an endpoint holds, the port in each family. */
export function portsOf(sockets: readonly string[]): { v4: number | null; v6: number | null } {
  const portOf = (wanted: boolean) => {
    const socket = sockets.find((address) => address.startsWith('[') === wanted)
    return socket === undefined ? null : Number(socket.slice(socket.lastIndexOf(':') + 1))
  }
  return { v4: portOf(false), v6: portOf(true) }
}

/** Of `ip:port`, with brackets around IPv6; null for anything else. */
export function parsedAddress(text: string): SocketAddress | null {
  const match = /^(?:\[(?<six>[^\]]+)\]|(?<four>[^:]+)):(?<port>\d{1,5})$/.exec(text)
  const groups = match?.groups
  if (!groups) return null
  const port = Number(groups['port'])
  const host = groups['six'] ?? groups['four'] ?? ''
  const family = groups['six'] === undefined ? 4 : 6
  if (isIP(host) !== family || port < 1 || port > 65_535) return null
  return { host, port }
}

function scopeOf(infos: NetworkInterfaceInfo[] | undefined): number | null {
  for (const info of infos ?? []) if (info.family === 'IPv6' && info.scopeid) return info.scopeid
  return null
}

function lanOf(interfaces: Interfaces): BlockList {
  const list = new BlockList()
  for (const [net, prefix, family] of privateRanges) list.addSubnet(net, prefix, family)
  for (const info of Object.values(interfaces).flatMap((infos) => infos ?? [])) {
    const prefix = Number(info.cidr?.split('/')[1])
    // A tunnel that claims half of the internet does not make it a LAN.
    if (prefix >= 8) list.addSubnet(info.address, prefix, info.family === 'IPv6' ? 'ipv6' : 'ipv4')
  }
  return list
}

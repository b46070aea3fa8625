import { isIP } from 'node:net'
import { networkInterfaces, type NetworkInterfaceInfo } from 'node:os'
import { isLanAddress, parsedAddress } from '../../../endpoint/addresses.ts'

/** More than any computer has in use; what is beyond is not dialled. */
const maxAddresses = 16

/** `ip:port`, with brackets around IPv6. */
export function withPort(host: string, port: number): string {
  return isIP(host) === 6 ? `[${host}]:${port}` : `${host}:${port}`
}

/**
 * Where this computer can be reached on a port. Link-local addresses mean nothing to another device;
 * loopback is for two nodes on a computer without a network.
 */
export function offeredAddresses(
  port: number,
  interfaces: NodeJS.Dict<NetworkInterfaceInfo[]> = networkInterfaces(),
): string[] {
  const infos = Object.values(interfaces).flatMap((list) => list ?? [])
  const usable = infos.filter(({ address, internal }) => !internal && !isLinkLocal(address))
  const hosts = usable.length > 0 ? usable.map(({ address }) => address) : ['127.0.0.1']
  return hosts.map((host) => withPort(host, port)).slice(0, maxAddresses)
}

/** What another device offered, the nearest first, as a socket takes it. */
export function dialledAddresses(
  offered: readonly string[],
  lanOnly: boolean,
): { host: string; port: number }[] {
  const addresses = [...new Set(offered)].slice(0, maxAddresses)
  const onLan = addresses.filter((address) => isLanAddress(address))
  const beyond = lanOnly ? [] : addresses.filter((address) => !isLanAddress(address))
  return [...onLan, ...beyond]
    .flatMap((address) => parsedAddress(address) ?? [])
    .filter(({ host }) => !isNowhere(host))
}

export function isLinkLocal(host: string): boolean {
  return /^fe[89ab]/i.test(host) || host.startsWith('169.254.')
}

export function isLoopback(host: string): boolean {
  return host.startsWith('127.') || host === '::1'
}

/** Unspecified and multicast addresses reach nobody in particular. */
export function isNowhere(host: string): boolean {
  // Of link-local addresses only this end knows the scope.
  if (isIP(host) === 6) return /^(?:ff|::$|::ffff:)/i.test(host) || isLinkLocal(host)
  return host.startsWith('0.') || Number(host.split('.')[0]) >= 224
}

import { isIPv4, isIPv6 } from 'node:net'
import { Fault } from '#shared/faults.ts'

/** The address to listen on; anything but this computer itself is refused (safety 29). */
export function loopbackAddress(host: string): string {
  if (host === 'localhost') return '127.0.0.1'
  if (isIPv4(host) && host.startsWith('127.')) return host
  if (isIPv6(host) && /^(?:0{0,4}:){2,7}0{0,3}1$/.test(host)) return '::1'
  throw new Fault('host.exposed', { host })
}

/** How the address is written in a URL. */
export function hostInUrl(address: string, port: number): string {
  const name = address.includes(':') ? `[${address}]` : address
  return port === 80 ? name : `${name}:${port}`
}

/** What a browser may call us by; any other name that leads here was bent to do so. */
export function allowedHosts(address: string, port: number): ReadonlySet<string> {
  return new Set([hostInUrl(address, port), hostInUrl('localhost', port)])
}

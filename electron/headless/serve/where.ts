import { isIP, isIPv4, isIPv6 } from 'node:net'
import { Fault } from '#shared/faults.ts'

/** Where the page listens, and what it may be called there. */
export interface Where {
  readonly address: string
  /** Names beyond this computer that were allowed on purpose. */
  readonly names: readonly string[]
  /** Whether anybody but this computer could get here: then a password guards it. */
  readonly isExposed: boolean
}

interface Wish {
  readonly host: string
  readonly allowHosts: readonly string[]
  readonly hasPassword: boolean
}

/**
 * The address to listen on. Anything but this computer itself needs to be meant: the names the page
 * may be called by, and a password of its own (safety 29).
 */
export function whereToListen({ host, allowHosts, hasPassword }: Wish): Where {
  const own = loopbackAddress(host)
  const address = own ?? (isIP(host) === 0 ? null : host)
  if (address === null) throw exposed(host, 'an address of this computer, such as 0.0.0.0')
  const isExposed = own === null || allowHosts.length > 0
  if (own === null && allowHosts.length === 0) {
    throw exposed(host, 'the name it will be called by (--allow-host)')
  }
  if (isExposed && !hasPassword) {
    throw exposed(allowHosts[0] ?? host, 'a password (GANGWAY_PASSWORD_FILE)')
  }
  return { address, names: allowHosts.map((name) => name.toLowerCase()), isExposed }
}

function exposed(host: string, missing: string): Fault {
  return new Fault('host.exposed', { host, missing })
}

function loopbackAddress(host: string): string | null {
  if (host === 'localhost') return '127.0.0.1'
  if (isIPv4(host) && host.startsWith('127.')) return host
  return isIPv6(host) && /^(?:0{0,4}:){2,7}0{0,3}1$/.test(host) ? '::1' : null
}

/** What a request may say it came to, and by which scheme a browser got there. */
export type Hosts = ReadonlyMap<string, 'http' | 'https'>

/**
 * What a browser may call us by; any other name that leads here was bent to do so. This computer is
 * reached in the clear, every other name through TLS in front of us.
 */
export function allowedHosts({ address, names }: Where, port: number): Hosts {
  const here = isAnyAddress(address) ? '127.0.0.1' : address
  const hosts = new Map<string, 'http' | 'https'>()
  for (const name of [hostInUrl(here, port), hostInUrl('localhost', port)]) hosts.set(name, 'http')
  for (const name of names) {
    const scheme = isThisComputer(name) ? 'http' : 'https'
    hosts.set(name, scheme)
    if (!/:\d+$/.test(name)) hosts.set(`${name}:${port}`, scheme)
  }
  return hosts
}

/** The link to print: by the first name that was allowed, else by the address. */
export function originOf(where: Where, port: number): string {
  const [name] = where.names
  if (name === undefined) return `http://${hostInUrl(where.address, port)}`
  return `${isThisComputer(name) ? 'http' : 'https'}://${name}`
}

function isAnyAddress(address: string): boolean {
  return address === '0.0.0.0' || address === '::'
}

function isThisComputer(name: string): boolean {
  return loopbackAddress(name.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1')) !== null
}

/** How the address is written in a URL. */
function hostInUrl(address: string, port: number): string {
  const name = address.includes(':') ? `[${address}]` : address
  return port === 80 ? name : `${name}:${port}`
}

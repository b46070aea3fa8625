import { parsedAddress } from '../endpoint/addresses.ts'
import type { Doors } from './control.ts'
import { hostsHere, plainHost, type Interfaces } from './hosts-here.ts'
import { isLinkLocal, isLoopback, isNowhere } from './lanes/tcp/addresses.ts'

/** Below it services listen that have nothing to do with transfers; doors are opened above it. */
const lowestPort = 1_024

/**
 * What the other device offered, less what it has no business to send this one to: itself, unless
 * the session runs within this computer, whole networks, and ports of services. Where the session
 * goes is tried first.
 */
export function doorsToTry(
  doors: Doors,
  sessionAddress: string | null,
  interfaces?: Interfaces,
): Doors {
  const own = hostsHere(interfaces)
  const isHere = (host: string) => isLoopback(host) || own.has(host)
  const peer = hostOf(sessionAddress ?? '')
  const staysHere = peer !== null && isHere(peer)
  const isFit = (text: string) => {
    const [host, told] = [hostOf(text), parsedAddress(text)]
    if (host === null || told === null) return false
    if ([host, told.host].some(isNowhere) || (isHere(host) && !staysHere)) return false
    if (isLinkLocal(host) && host !== peer) return false
    return doors.kind === 'quic' || told.port >= lowestPort
  }
  const fit = doors.addresses.filter((text) => isFit(text))
  const isFirst = (text: string) => hostOf(text) === peer
  const addresses = [...fit.filter(isFirst), ...fit.filter((text) => !isFirst(text))]
  return { ...doors, addresses }
}

/**
 * The relay it named: ours, or one that has to prove its name before it is told anything. Any other
 * URL would have this device knock at web servers inside its own network.
 */
export function relayToTry(named: string | null, own: string | null): string | null {
  const url = named === null ? null : urlOf(named)
  if (url === null) return null
  return url.protocol === 'https:' || url.href === urlOf(own ?? '')?.href ? named : null
}

function urlOf(text: string): URL | null {
  return URL.canParse(text) ? new URL(text) : null
}

function hostOf(address: string): string | null {
  const host = parsedAddress(address)?.host
  return host === undefined ? null : plainHost(host)
}

import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { Backoff } from '#shared/backoff.ts'
import { isCancellation } from '#shared/faults.ts'
import { within } from '../../base/deadline.ts'
import { untilAnswered, type Router } from '../udp-question.ts'
import { urlAt } from './http-question.ts'

/** Simple service discovery: UPnP Device Architecture 1.1, section 1.3. */

/** Where devices listen for searches. */
export interface Ssdp {
  readonly port: number
  /** Null asks the router alone. */
  readonly group: string | null
}

const answerMs = 2_000
const againPolicy = { firstMs: 400, maxMs: 1_600 }
const maxAnswerBytes = 2_048

const device = 'urn:schemas-upnp-org:device:InternetGatewayDevice'

/** For a gateway, in both versions; a device answers within the second named by MX. */
function searchesAt(host: string, port: number): Buffer[] {
  return [1, 2].map((edition) =>
    Buffer.from(
      [
        'M-SEARCH * HTTP/1.1',
        `HOST: ${host}:${port}`,
        'MAN: "ssdp:discover"',
        'MX: 1',
        `ST: ${device}:${edition}`,
        '',
        '',
      ].join('\r\n'),
    ),
  )
}

/** Where the router describes itself. The whole network may hear the question; only the router is heard. */
export async function findDescription(router: Router, ssdp: Ssdp): Promise<URL | null> {
  const { address, clock, signal } = router
  const socket = createSocket('udp4')
  try {
    return await within({ clock, milliseconds: answerMs, signal }, async (inner) => {
      socket.bind()
      await once(socket, 'listening', { signal: inner })
      const found = new Promise<URL>((resolve, reject) => {
        socket.on('error', reject)
        socket.on('message', (packet, from) => {
          const location = from.address === address ? readLocation(packet) : null
          const url = location === null ? null : urlAt(location, router)
          if (url) resolve(url)
        })
      })
      const search = () => ask(socket, ssdp, address)
      return untilAnswered(found, search, new Backoff(againPolicy), clock, inner)
    })
  } catch (error) {
    if (isCancellation(error)) throw error
    return null
  } finally {
    socket.close()
  }
}

/** Some routers hear only the group, some only themselves. */
function ask(socket: Socket, { port, group }: Ssdp, address: string): void {
  for (const host of group === null ? [address] : [address, group]) {
    for (const search of searchesAt(host, port)) {
      // A network without multicast has no way to the group; the router may be heard all the same.
      socket.send(search, port, host, () => {})
    }
  }
}

export function readLocation(packet: Uint8Array): string | null {
  if (packet.length > maxAnswerBytes) return null
  const [status = '', ...lines] = Buffer.from(packet).toString('latin1').split('\r\n')
  if (!/^HTTP\/1\.[01] 200(?: |$)/.test(status)) return null
  const headers = new Map(
    lines.map((line) => {
      const [name = '', ...rest] = line.split(':')
      return [name.trim().toLowerCase(), rest.join(':').trim()]
    }),
  )
  if (!headers.get('st')?.startsWith(`${device}:`)) return null
  return headers.get('location') ?? null
}

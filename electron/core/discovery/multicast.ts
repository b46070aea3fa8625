import { createSocket, type Socket } from 'node:dgram'
import { networkInterfaces } from 'node:os'
import { surroundingsOf, type Interfaces, type Link, type Surroundings } from './links.ts'

const port = 5353
const groups = { 4: '224.0.0.251', 6: 'ff02::fb' } as const
const anywhere = { 4: '0.0.0.0', 6: '::' } as const

type Hear = (packet: Uint8Array, source: string) => void

export interface Followed {
  /** Links that packets go out on and come in from. */
  readonly usable: readonly Link[]
  /** The system's word for why the others do not work. */
  readonly trouble: string | null
}

/** The multicast group on every link there is. */
export interface Multicast {
  /** Brings the sockets in line with the links there are; what failed before is tried again. */
  follow(links: readonly Link[]): Promise<Followed>
  send(packet: Uint8Array, link: Link): Promise<void>
  close(): Promise<void>
}

/** The network as discovery sees it; tests bring their own. */
export interface Network {
  surroundings(): Surroundings
  open(hear: Hear): Multicast
}

export function systemNetwork(interfaces: () => Interfaces = networkInterfaces): Network {
  return { surroundings: () => surroundingsOf(interfaces()), open: (hear) => new Sockets(hear) }
}

/**
 * One socket per IP family hears all links; one per link sends, bound to an address of that link.
 * Only so does a packet go out on each link with the right source, whatever the routes say (a VPN
 * likes to take the default one), and only so is each packet heard once.
 */
class Sockets implements Multicast {
  readonly #hear: Hear
  readonly #receivers = new Map<4 | 6, Socket>()
  readonly #senders = new Map<string, Socket>()

  constructor(hear: Hear) {
    this.#hear = hear
  }

  async follow(links: readonly Link[]): Promise<Followed> {
    const wanted = new Set(links.map(keyOf))
    for (const [key, socket] of this.#senders) {
      if (!wanted.has(key)) this.#drop(this.#senders, key, socket)
    }
    const usable: Link[] = []
    let trouble: string | null = null
    for (const link of links) {
      try {
        await this.#join(link)
        usable.push(link)
      } catch (error) {
        trouble ??= codeOf(error)
      }
    }
    return { usable, trouble }
  }

  async #join(link: Link): Promise<void> {
    const { family } = link
    const receiver =
      this.#receivers.get(family) ?? (await this.#open(this.#receivers, family, family, null))
    const way = family === 4 ? link.source : `::%${link.zone}`
    try {
      // Asked for every time: an interface that went and came back with its address has forgotten.
      receiver.addMembership(groups[family], way)
    } catch (error) {
      if (codeOf(error) !== 'EADDRINUSE') throw error
    }
    const key = keyOf(link)
    if (this.#senders.has(key)) return
    const sender = await this.#open(this.#senders, key, family, link)
    try {
      sender.setMulticastInterface(way)
      sender.setMulticastTTL(255)
      sender.setMulticastLoopback(true)
    } catch (error) {
      this.#drop(this.#senders, key, sender)
      throw error
    }
  }

  async #open<Key>(
    sockets: Map<Key, Socket>,
    key: Key,
    family: 4 | 6,
    link: Link | null,
  ): Promise<Socket> {
    const socket = createSocket({
      type: family === 4 ? 'udp4' : 'udp6',
      ipv6Only: family === 6,
      reuseAddr: true,
    })
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject)
      socket.bind(port, addressOf(family, link), resolve)
    }).catch((error: unknown) => {
      socket.close()
      throw error
    })
    socket.removeAllListeners('error')
    socket.on('error', () => this.#drop(sockets, key, socket))
    if (link === null) socket.on('message', (packet, { address }) => this.#hear(packet, address))
    socket.unref()
    sockets.set(key, socket)
    return socket
  }

  send(packet: Uint8Array, link: Link): Promise<void> {
    const socket = this.#senders.get(keyOf(link))
    return new Promise((resolve, reject) => {
      if (!socket) return reject(new Error('the link is gone'))
      socket.send(packet, port, groups[link.family], (error) => (error ? reject(error) : resolve()))
    })
  }

  async close(): Promise<void> {
    for (const [key, socket] of this.#receivers) this.#drop(this.#receivers, key, socket)
    for (const [key, socket] of this.#senders) this.#drop(this.#senders, key, socket)
  }

  #drop<Key>(sockets: Map<Key, Socket>, key: Key, socket: Socket): void {
    if (sockets.get(key) !== socket) return
    sockets.delete(key)
    socket.close()
  }
}

function addressOf(family: 4 | 6, link: Link | null): string {
  if (link === null) return anywhere[family]
  return family === 4 ? link.source : `${link.source}%${link.zone}`
}

function keyOf({ name, family, source }: Link): string {
  return `${family} ${name} ${source}`
}

function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : null
  return typeof code === 'string' ? code : 'unknown'
}

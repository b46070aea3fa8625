import { createSocket, type Socket as UdpSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer as createHttp, type RequestListener } from 'node:http'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'

export type Protocol = 'PCP' | 'NAT-PMP' | 'UPnP'

interface Bends {
  readonly speaks: readonly Protocol[]
  /** What it calls its own address outside. */
  readonly outside?: string
  /** Where it listens, and on which ports; free ones without. */
  readonly inside?: string
  readonly ports?: { readonly udp: number; readonly ssdp: number }
  /** Where those from outside really come in; without it nobody does. */
  readonly comeIn?: string
  /** External ports it gives, in turn; without it those that are asked for. */
  readonly gives?: readonly number[]
  readonly seconds?: number
  /** What it sends in place of its answer. */
  readonly bend?: (answer: Buffer, socket: UdpSocket, to: { port: number; address: string }) => void
  /** Where answers to a search come from. */
  readonly searchedAt?: string
  /** The error with which UPnP refuses every port. */
  readonly refuses?: number
  /** Answers HTTP in place of the router. */
  readonly http?: RequestListener
  /** Where it says that its description is. */
  readonly location?: (port: number) => string
}

export interface Opened {
  readonly client: string
  readonly port: number
  readonly seconds: number
}

/** A router as the papers describe it, read on its own: nothing of ours is used to make it. */
export class FakeRouter {
  /** By the port outside. */
  readonly open = new Map<number, Opened>()
  /** Everything it was ever asked. */
  readonly heard: string[] = []
  isSilent = false
  /** Bytes of those who came in from outside. */
  cameIn = 0
  readonly #bends: Bends
  readonly #udp: UdpSocket
  readonly #ssdp: UdpSocket
  readonly #http: ReturnType<typeof createHttp>
  readonly #doors = new Map<number, Server>()
  readonly #sockets = new Set<Socket>()
  #given = 0
  #udpPort = 0
  #isUdpOpen = true

  static async start(bends: Bends): Promise<FakeRouter> {
    const router = new FakeRouter(bends)
    await router.#listen()
    return router
  }

  private constructor(bends: Bends) {
    this.#bends = bends
    this.#udp = createSocket('udp4', (packet, from) => this.#asked(packet, from))
    this.#ssdp = createSocket({ type: 'udp4', reuseAddr: true }, (packet, from) =>
      this.#searched(packet, from),
    )
    this.#http = createHttp(bends.http ?? ((request, response) => this.#answer(request, response)))
  }

  get places() {
    return { udp: this.#udpPort, ssdp: { port: this.#ssdp.address().port, group: null } }
  }

  get address(): string {
    return this.#bends.inside ?? '127.0.0.1'
  }

  get httpPort(): number {
    return (this.#http.address() as AddressInfo).port
  }

  get outside(): string {
    return this.#bends.outside ?? '203.0.113.9'
  }

  async close(): Promise<void> {
    for (const external of this.open.keys()) this.#shut(external)
    for (const socket of this.#sockets) socket.destroy()
    await this.#closeUdp()
    this.#ssdp.close()
    this.#http.closeAllConnections()
    await new Promise((resolve) => this.#http.close(resolve))
  }

  async #closeUdp(): Promise<void> {
    if (this.#isUdpOpen) await new Promise<void>((resolve) => this.#udp.close(resolve))
    this.#isUdpOpen = false
  }

  async #listen(): Promise<void> {
    const { udp = 0, ssdp = 0 } = this.#bends.ports ?? {}
    this.#udp.bind(udp, this.address)
    // Multicast reaches a socket that is bound to every address.
    if (ssdp === 0) this.#ssdp.bind(0, this.address)
    else this.#ssdp.bind(ssdp, () => this.#ssdp.addMembership('239.255.255.250', this.address))
    this.#http.listen(0, this.address)
    await Promise.all([this.#udp, this.#ssdp, this.#http].map((one) => once(one, 'listening')))
    this.#udpPort = this.#udp.address().port
    // Nobody listens there, and the system says so to whoever asks.
    if (this.#bends.speaks.join() === 'UPnP') await this.#closeUdp()
  }

  #speaks(protocol: Protocol): boolean {
    return !this.isSilent && this.#bends.speaks.includes(protocol)
  }

  #asked(packet: Buffer, from: { port: number; address: string }): void {
    const isPcp = packet[0] === 2
    const what = `${isPcp ? 'PCP' : 'NAT-PMP'} ${packet[1]}`
    this.heard.push(what)
    const send = (answer: Buffer) => {
      const { bend } = this.#bends
      if (bend) bend(answer, this.#udp, from)
      else this.#udp.send(answer, from.port, from.address)
    }
    if (isPcp && this.#speaks('PCP')) send(this.#pcp(packet, from.address))
    else if (this.#speaks('NAT-PMP')) send(this.#natPmp(packet, from.address))
    else if (this.#speaks('PCP')) send(Buffer.from([2, 128, 0, 1, ...Buffer.alloc(20)]))
  }

  #pcp(asked: Buffer, client: string): Buffer {
    const answer = Buffer.from(asked)
    answer[1] = (asked[1] ?? 0) | 0x80
    answer[2] = 0
    answer[3] = 0
    answer.fill(0, 12, 24)
    answer.writeUInt32BE(4_711, 8)
    if (asked[1] !== 1) return answer
    if (!asked.subarray(20, 24).equals(Buffer.from(client.split('.').map(Number)))) {
      answer[3] = 12
      return answer
    }
    const [port, seconds] = [asked.readUInt16BE(40), asked.readUInt32BE(4)]
    if (seconds === 0) this.#forget(client, port)
    const external = seconds === 0 ? 0 : this.#give(client, port, seconds, asked.readUInt16BE(42))
    answer.writeUInt32BE(seconds === 0 ? 0 : this.#secondsFor(seconds), 4)
    answer.writeUInt16BE(external, 42)
    answer.writeUInt16BE(0xffff, 54)
    answer.set(this.outside.split('.').map(Number), 56)
    return answer
  }

  #natPmp(asked: Buffer, client: string): Buffer {
    if (asked[0] !== 0) return Buffer.from([0, 128 | (asked[1] ?? 0), 0, 1, 0, 0, 18, 103])
    if (asked[1] === 0) {
      return Buffer.from([0, 128, 0, 0, 0, 0, 18, 103, ...this.outside.split('.').map(Number)])
    }
    const [port, wanted, seconds] = [
      asked.readUInt16BE(4),
      asked.readUInt16BE(6),
      asked.readUInt32BE(8),
    ]
    const answer = Buffer.alloc(16)
    answer[1] = 128 + (asked[1] ?? 0)
    answer.writeUInt32BE(4_711, 4)
    answer.writeUInt16BE(port, 8)
    if (seconds === 0) this.#forget(client, port)
    else {
      answer.writeUInt16BE(this.#give(client, port, seconds, wanted), 10)
      answer.writeUInt32BE(this.#secondsFor(seconds), 12)
    }
    return answer
  }

  #searched(packet: Buffer, from: { port: number; address: string }): void {
    const text = packet.toString('latin1')
    const wanted = /^ST: (.*)\r$/m.exec(text)?.[1] ?? ''
    this.heard.push('UPnP search')
    if (!this.#speaks('UPnP') || !wanted.endsWith('InternetGatewayDevice:1')) return
    const port = this.httpPort
    const location = this.#bends.location?.(port) ?? `http://${this.address}:${port}/root.xml`
    const lines = ['HTTP/1.1 200 OK', `LOCATION: ${location}`, `ST: ${wanted}`, 'EXT:', '', '']
    const { searchedAt } = this.#bends
    const socket = searchedAt === undefined ? this.#ssdp : createSocket('udp4')
    const send = () =>
      socket.send(lines.join('\r\n'), from.port, from.address, () => {
        if (socket !== this.#ssdp) socket.close()
      })
    if (socket === this.#ssdp) send()
    else socket.bind(0, searchedAt, send)
  }

  #answer(...[request, response]: Parameters<RequestListener>): void {
    if (!this.#speaks('UPnP')) return void response.destroy()
    if (request.url === '/root.xml') {
      this.heard.push('UPnP description')
      return void response.end(rootDescription)
    }
    let body = ''
    request.on('data', (piece: Buffer) => (body += piece.toString()))
    request.on('end', () => {
      const action = /#(\w+)"/.exec(String(request.headers['soapaction']))?.[1] ?? ''
      this.heard.push(`UPnP ${action}`)
      const { status, inner } = this.#upnp(action, body)
      response.writeHead(status, { 'content-type': 'text/xml' })
      response.end(`<?xml version="1.0"?><s:Envelope><s:Body>${inner}</s:Body></s:Envelope>`)
    })
  }

  #upnp(action: string, body: string): { status: number; inner: string } {
    const of = (name: string) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(body)?.[1] ?? ''
    const done = (inner: string) => ({
      status: 200,
      inner: `<u:${action}Response xmlns:u="${wanIp}">${inner}</u:${action}Response>`,
    })
    const external = Number(of('NewExternalPort'))
    switch (action) {
      case 'GetExternalIPAddress':
        return done(`<NewExternalIPAddress>${this.outside}</NewExternalIPAddress>`)
      case 'DeletePortMapping':
        this.#shut(external)
        return done('')
      case 'AddPortMapping': {
        const client = of('NewInternalClient')
        const port = Number(of('NewInternalPort'))
        const { refuses } = this.#bends
        if (refuses !== undefined) return upnpError(refuses)
        const held = this.open.get(external)
        if (held && (held.client !== client || held.port !== port)) return upnpError(718)
        this.#give(client, port, Number(of('NewLeaseDuration')), external)
        return done('')
      }
      default:
        return upnpError(401)
    }
  }

  #secondsFor(seconds: number): number {
    return this.#bends.seconds ?? seconds
  }

  #give(client: string, port: number, seconds: number, wanted: number): number {
    const mine = [...this.open].find(([, one]) => one.client === client && one.port === port)
    const { gives } = this.#bends
    const external = mine?.[0] ?? gives?.[this.#given++ % gives.length] ?? (wanted || port)
    this.open.set(external, { client, port, seconds: this.#secondsFor(seconds) })
    this.#letIn(external)
    return external
  }

  #forget(client: string, port: number): void {
    for (const [external, one] of this.open) {
      if (one.client === client && one.port === port) this.#shut(external)
    }
  }

  #shut(external: number): void {
    this.open.delete(external)
    this.#doors.get(external)?.close()
    this.#doors.delete(external)
  }

  #letIn(external: number): void {
    const { comeIn } = this.#bends
    if (comeIn === undefined || this.#doors.has(external)) return
    const door = createServer({ allowHalfOpen: true, noDelay: true }, (near) => {
      const { client: host = '', port = 0 } = this.open.get(external) ?? {}
      const far = connect({ host, port, allowHalfOpen: true, noDelay: true })
      for (const [one, other] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#sockets.add(one)
        one.on('error', () => {})
        one.once('close', () => {
          this.#sockets.delete(one)
          other.destroy()
        })
        one.pipe(other)
        one.on('data', (bytes: Buffer) => (this.cameIn += bytes.length))
      }
    })
    door.listen(external, comeIn)
    this.#doors.set(external, door)
  }
}

const wanIp = 'urn:schemas-upnp-org:service:WANIPConnection:1'

function upnpError(code: number) {
  const detail = `<UPnPError><errorCode>${code}</errorCode></UPnPError>`
  return { status: 500, inner: `<s:Fault><detail>${detail}</detail></s:Fault>` }
}

/** As routers write it: devices in devices, and services that are not meant. */
export const rootDescription = `<?xml version="1.0"?>
<root xmlns="urn:schemas-upnp-org:device-1-0"><device>
<deviceType>urn:schemas-upnp-org:device:InternetGatewayDevice:1</deviceType>
<serviceList><service><serviceType>urn:schemas-upnp-org:service:Layer3Forwarding:1</serviceType>
<controlURL>/layer3</controlURL></service></serviceList>
<deviceList><device><deviceList><device><serviceList><service>
<serviceType>${wanIp}</serviceType><serviceId>urn:upnp-org:serviceId:WANIPConn1</serviceId>
<controlURL>/control?unit=1&amp;x=2</controlURL><SCPDURL>/wan.xml</SCPDURL>
</service></serviceList></device></deviceList></device></deviceList></device></root>`

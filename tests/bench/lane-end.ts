import { connect, createServer, type AddressInfo } from 'node:net'
import { Endpoint, EndpointAddr, EndpointId, RelayMode } from '@number0/iroh/index.js'
import { systemClock } from '#core/base/clock.ts'
import { silentLog } from '#core/base/log.ts'
import type { Target } from '#core/endpoint/types.ts'
import { maxFrameBytes, type Lane, type LaneKeys } from '#core/transfers/lanes/lane.ts'
import { lengthOf } from '#core/transfers/lanes/parts.ts'
import { openQuicEnd } from '#core/transfers/lanes/quic/quic-end.ts'
import { openTcpLane } from '#core/transfers/lanes/tcp/tcp-lane.ts'
import { listenTcp } from '#core/transfers/lanes/tcp/tcp-listener.ts'

/** One end of a measured way, in a process of its own: memory to memory, nothing hashed or written. */
export type Way = 'raw TCP' | 'tcp lane' | 'bare iroh' | 'quic lane'

export interface EndOrder {
  readonly way: Way
  readonly bytes: number
  /** Two keys and the id of a transfer, in hex. */
  readonly secrets: readonly [string, string, string]
}

export interface EndReport {
  readonly seconds: number
  readonly cpuSeconds: number
}

/** What the two ends tell each other, through whoever started them. */
type Told = Record<string, unknown>

const piece = Buffer.alloc(maxFrameBytes, 0x5a)
const barePiece = 64 * 1024
const bareAlpn = [...Buffer.from('gangway-bench/bulk')]
const deadlineMs = 10_000

function tell(told: Told | EndReport): void {
  process.send?.(told)
}

function told(): Promise<Told> {
  return new Promise((resolve) => process.once('message', (message) => resolve(message as Told)))
}

const { way, bytes, secrets } = JSON.parse(process.argv[2] ?? '') as EndOrder
const isSource = process.argv[3] === 'source'

function keys(): LaneKeys {
  const [a, b, id] = secrets.map((hex) => Buffer.from(hex, 'hex')) as [Buffer, Buffer, Buffer]
  return { send: isSource ? a : b, receive: isSource ? b : a, transferId: id, stream: 0 }
}

const shared = { lanOnly: true, clock: systemClock, deadlineMs }

async function measured(work: () => Promise<void>): Promise<void> {
  const began = performance.now()
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  const seconds = (performance.now() - began) / 1_000
  tell({ seconds, cpuSeconds: (user + system) / 1e6 })
}

async function fill(lane: Lane): Promise<void> {
  for (let sent = 0; sent < bytes; sent += piece.length) await lane.send([piece])
  await lane.send([], true)
  await lane.receive()
}

async function empty(lane: Lane): Promise<void> {
  let received = 0
  for (let frame = await lane.receive(); frame; frame = await lane.receive()) {
    received += lengthOf(frame)
  }
  if (received !== bytes) throw new Error(`received ${received} of ${bytes} bytes`)
  await lane.send([], true)
}

async function laneEnd(lane: Lane): Promise<void> {
  await measured(() => (isSource ? fill(lane) : empty(lane)))
  await lane.close()
}

async function tcpLane(): Promise<void> {
  if (!isSource) {
    const addresses = (await told())['addresses'] as string[]
    const meeting = { ...shared, keys: keys(), role: 'decides', listener: null, addresses } as const
    return laneEnd(await openTcpLane(meeting))
  }
  const listener = await listenTcp({ host: '127.0.0.1', lanOnly: true, clock: systemClock })
  tell({ addresses: listener.addresses })
  const meeting = { ...shared, keys: keys(), role: 'follows', listener, addresses: [] } as const
  await laneEnd(await openTcpLane(meeting))
  listener.close()
}

async function rawSource(): Promise<void> {
  const server = createServer({ noDelay: true })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  tell({ port: (server.address() as AddressInfo).port })
  await measured(
    () =>
      new Promise<void>((resolve) =>
        server.once('connection', (socket) => {
          let sent = 0
          socket.once('close', resolve)
          socket.resume()
          function more() {
            while (sent < bytes) {
              sent += piece.length
              if (!socket.write(piece)) {
                socket.once('drain', more)
                return
              }
            }
            socket.end()
          }
          more()
        }),
      ),
  )
  server.close()
}

async function rawSink(): Promise<void> {
  const port = (await told())['port'] as number
  await measured(
    () =>
      new Promise((resolve) => {
        const onread = { buffer: Buffer.alloc(maxFrameBytes), callback: () => true }
        connect({ port, host: '127.0.0.1', noDelay: true, onread }).once('close', () => resolve())
      }),
  )
}

async function quicLane(): Promise<void> {
  const network = { lanOnly: true, relay: null }
  const options = { network, bindAddr: '127.0.0.1:0', clock: systemClock, log: silentLog }
  const end = await openQuicEnd(options)
  tell({ target: { id: end.id, addresses: end.sockets } })
  const target = (await told())['target'] as Target
  const role = isSource ? 'follows' : 'decides'
  await laneEnd(await end.open({ keys: keys(), role, target, deadlineMs }))
  await end.close()
}

async function bareEndpoint(): Promise<Endpoint> {
  const builder = Endpoint.builder()
  builder.applyMinimal()
  builder.relayMode(RelayMode.disabled())
  builder.alpns([bareAlpn])
  builder.bindAddr('127.0.0.1:0')
  return builder.bind()
}

async function bareSource(): Promise<void> {
  const endpoint = await bareEndpoint()
  tell({ id: endpoint.id().toBytes(), addresses: endpoint.boundSockets() })
  const incoming = await endpoint.acceptNext()
  const connection = await (await incoming?.accept())?.connect()
  const stream = await connection?.acceptBi()
  // The byte that opened the stream; whatever comes behind it is the end.
  await stream?.recv.read(1)
  const array = Array.from({ length: barePiece }, () => 0x5a)
  await measured(async () => {
    for (let sent = 0; sent < bytes; sent += barePiece) await stream?.send.writeAll(array)
    await stream?.send.finish()
    // Its end, or that of the whole connection: the other end has everything and may have left.
    await stream?.recv.read(1).catch(() => {})
  })
  await endpoint.close()
}

async function bareSink(): Promise<void> {
  const { id, addresses } = (await told()) as { id: number[]; addresses: string[] }
  const endpoint = await bareEndpoint()
  const address = new EndpointAddr(EndpointId.fromBytes(id), null, addresses)
  const connection = await endpoint.connect(address, bareAlpn)
  const stream = await connection.openBi()
  await stream.send.writeAll([1])
  await measured(async () => {
    for (;;) {
      const array = await stream.recv.read(barePiece)
      if (array.length === 0) return
    }
  })
  await stream.send.finish()
  await endpoint.close()
}

async function run(): Promise<void> {
  switch (way) {
    case 'raw TCP':
      return isSource ? rawSource() : rawSink()
    case 'tcp lane':
      return tcpLane()
    case 'quic lane':
      return quicLane()
    case 'bare iroh':
      return isSource ? bareSource() : bareSink()
  }
}

await run()
process.exit(0)

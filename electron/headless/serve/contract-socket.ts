import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer, type RawData, type WebSocket } from 'ws'
import { maxRequestBytes } from '#shared/channel/messages.ts'
import { serveApi, type Outbound } from '#shared/channel/server.ts'
import type { Api } from '#shared/contract.ts'
import { Fault } from '#shared/faults.ts'
import type { Clock } from '#core/base/clock.ts'
import type { Log } from '#core/base/log.ts'

export interface ContractSocketOptions {
  readonly api: Api
  readonly clock: Clock
  readonly log: Log
}

export interface ContractSocket {
  readonly isFull: boolean
  /** Takes over a connection that the gate has let through. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void
  close(): Promise<void>
}

const maxClients = 32
const pingEveryMs = 30_000
/** Above this, items wait and are merged; above the second, the client is dropped. */
const fullBytes = 64 * 1024
const maxWaitingBytes = 8 << 20

const notJson = 1003
const goingAway = 1001

/** Carries the contract to pages over WebSockets. */
export function openContractSocket({ api, clock, log }: ContractSocketOptions): ContractSocket {
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: maxRequestBytes,
    perMessageDeflate: false,
  })

  function serve(socket: WebSocket): void {
    const report = (error: unknown) => log.warn('request failed', { error: Fault.of(error) })
    const serving = serveApi(api, outboundOf(socket), report)
    const undoPings = keepAlive(socket, clock)
    socket.on('message', (data, isBinary) => {
      const message = isBinary ? undefined : parse(data)
      if (message === undefined) socket.close(notJson)
      else serving.receive(message)
    })
    // What ws refuses (too long, not UTF-8) it also closes; this only keeps it from being thrown.
    socket.on('error', (error) => log.debug('page lost', { error }))
    socket.once('close', () => {
      undoPings()
      serving.close()
    })
  }

  return {
    get isFull() {
      return server.clients.size >= maxClients
    },
    accept: (request, socket, head) => server.handleUpgrade(request, socket, head, serve),
    close() {
      for (const client of server.clients) {
        client.close(goingAway)
        // A page that does not answer the farewell must not hold up closing.
        clock.after(500, () => client.terminate())
      }
      return new Promise((resolve) => {
        server.close(() => resolve())
      })
    },
  }
}

function outboundOf(socket: WebSocket): Outbound {
  const waiting = new Set<() => void>()
  const release = () => {
    if (socket.bufferedAmount > fullBytes && socket.readyState === socket.OPEN) return
    for (const resolve of waiting) resolve()
    waiting.clear()
  }
  socket.once('close', release)
  return {
    send(response) {
      if (socket.readyState !== socket.OPEN) return
      socket.send(JSON.stringify(response), release)
      if (socket.bufferedAmount > maxWaitingBytes) socket.terminate()
    },
    drained() {
      if (socket.bufferedAmount <= fullBytes || socket.readyState !== socket.OPEN) {
        return Promise.resolve()
      }
      return new Promise((resolve) => waiting.add(resolve))
    },
  }
}

/** A page that is gone without a word (a closed lid, a killed browser) is noticed by its silence. */
function keepAlive(socket: WebSocket, clock: Clock): () => void {
  let heard = true
  let undo = () => {}
  const beat = () => {
    if (!heard) return socket.terminate()
    heard = false
    socket.ping()
    undo = clock.after(pingEveryMs, beat)
  }
  socket.on('pong', () => (heard = true))
  undo = clock.after(pingEveryMs, beat)
  return () => undo()
}

function parse(data: RawData): unknown {
  try {
    return Buffer.isBuffer(data) ? JSON.parse(data.toString('utf8')) : undefined
  } catch {
    return undefined
  }
}

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { Fault } from '#shared/faults.ts'
import { Lifetime } from '#core/base/lifetime.ts'
import type { Core } from '#core/core.ts'
import { openContractSocket, type ContractSocketOptions } from './contract-socket.ts'
import { takeDroppedFile } from './dropped-file.ts'
import { decide, type Denial, type Route } from './gate.ts'
import { securityHeaders } from './headers.ts'
import { allowedHosts, hostInUrl, loopbackAddress } from './loopback.ts'
import { factsOf } from './request-facts.ts'
import { readToken } from './request-token.ts'
import { createSessions } from './sessions.ts'
import type { StaticFiles } from './static-files.ts'

export interface PageServerOptions extends ContractSocketOptions {
  readonly host: string
  readonly port: number
  readonly files: StaticFiles
  readonly version: string
  readonly drops: Core['drops']
}

export interface PageServer {
  readonly port: number
  /** The link with its secret: for the person at this computer, never for a log or an argument. */
  readonly url: string
  close(): Promise<void>
}

const limits = {
  maxHeaderSize: 16 * 1024,
  headersTimeout: 10_000,
  // A dropped file takes as long as it takes; what waits for a body has a bound of its own.
  requestTimeout: 0,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 2_000,
}
const maxConnections = 128
const bodyTimeoutMs = 5_000

/** The local page and its contract, for browsers on this computer only (safety 29, 30). */
export async function openPageServer(options: PageServerOptions): Promise<PageServer> {
  await using lifetime = new Lifetime()
  const { files, clock } = options
  const log = options.log.room('serve')
  const address = loopbackAddress(options.host)
  const server = createServer(limits)
  server.maxConnections = maxConnections
  const port = await listen(server, address, options.port)
  lifetime.defer(() => shut(server))
  const contract = lifetime.own(openContractSocket({ ...options, log }))

  const sessions = createSessions(clock)
  const cookie = `gangway_${port}`
  const hosts = allowedHosts(address, port)
  const site = { hosts, isStatic: (path: string) => files.has(path) }
  const judge = (request: IncomingMessage, upgrade: boolean) => {
    const facts = factsOf(request, upgrade, (id) => sessions.has(id), cookie)
    return { path: facts.path, verdict: decide(facts, site) }
  }

  server.on('request', (request, response) => {
    const { path, verdict } = judge(request, false)
    setSecurityHeaders(response, request, hosts)
    if ('deny' in verdict) return refuse(response, verdict)
    void answer(verdict.allow, path, request, response).catch(() => response.destroy())
  })
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy())
    const { verdict } = judge(request, true)
    if ('deny' in verdict) return refuseUpgrade(socket, verdict.deny)
    if (contract.isFull) return refuseUpgrade(socket, 503)
    contract.accept(request, socket, head)
  })
  server.on('clientError', (_, socket) => refuseUpgrade(socket, 400))
  server.on('error', (error) => log.warn('server failed', { error }))

  async function answer(
    route: Route,
    path: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    switch (route) {
      case 'static': {
        const file = files.get(path)
        if (!file) return refuse(response, { deny: 404, reason: 'There is nothing here.' })
        response.setHeader('content-type', file.type)
        response.setHeader('cache-control', file.cache)
        return end(response, 200, file.body)
      }
      case 'health':
        response.setHeader('content-type', 'application/json')
        return end(response, 200, JSON.stringify({ status: 'ok', version: options.version }))
      case 'check-session':
        return end(response, 204)
      case 'start-session':
        return startSession(request, response)
      case 'dropped-file': {
        const { status, body } = await takeDroppedFile(request, options.drops)
        response.setHeader('content-type', 'application/json')
        return end(response, status, body)
      }
      case 'contract':
        // Only an upgrade is routed there.
        return end(response, 404)
    }
  }

  async function startSession(request: IncomingMessage, response: ServerResponse): Promise<void> {
    request.setTimeout(bodyTimeoutMs, () => request.destroy())
    const token = await readToken(request)
    if (token === null) return end(response, 400)
    const redeemed = sessions.redeem(token)
    switch (redeemed.kind) {
      case 'session':
        response.setHeader(
          'set-cookie',
          `${cookie}=${redeemed.id}; Path=/; HttpOnly; SameSite=Strict`,
        )
        return end(response, 204)
      case 'wrong':
        log.warn('wrong token')
        return end(response, 401)
      case 'too-many':
        return end(response, 429)
    }
  }

  const kept = lifetime.keep()
  return {
    port,
    url: `http://${hostInUrl(address, port)}/#${sessions.token}`,
    close: () => kept.close(),
  }
}

function setSecurityHeaders(
  response: ServerResponse,
  request: IncomingMessage,
  hosts: ReadonlySet<string>,
): void {
  const { host } = request.headers
  const headers = securityHeaders(host !== undefined && hosts.has(host) ? host : null)
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) response.setHeader(name, value)
  }
  response.setHeader('cache-control', 'no-store')
}

function end(response: ServerResponse, status: number, body: string | Buffer = ''): void {
  response.statusCode = status
  // A body nobody read must not be taken for the next request.
  if (!response.req.complete) response.setHeader('connection', 'close')
  response.end(body)
}

function refuse(response: ServerResponse, { deny, reason }: Denial): void {
  response.setHeader('content-type', 'text/plain; charset=utf-8')
  end(response, deny, `${reason}\n`)
}

function refuseUpgrade(socket: Duplex, status: number): void {
  if (socket.writable) {
    socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
  } else socket.destroy()
}

function listen(server: Server, address: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const failed = (cause: Error) => reject(new Fault('endpoint.unavailable', { port }, { cause }))
    server.once('error', failed)
    server.listen(port, address, () => {
      server.off('error', failed)
      resolve((server.address() as AddressInfo).port)
    })
  })
}

function shut(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

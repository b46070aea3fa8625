import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { Fault } from '#shared/faults.ts'
import { opensWith } from '#shared/page-door.ts'
import type { Clock } from '#core/base/clock.ts'
import { Lifetime } from '#core/base/lifetime.ts'
import type { Log } from '#core/base/log.ts'
import type { Core } from '#core/core.ts'
import {
  openContractSocket,
  type ContractSocket,
  type ContractSocketOptions,
} from './contract-socket.ts'
import { takeDroppedFile } from './dropped-file.ts'
import { decide, type Denial, type Route } from './gate.ts'
import { securityHeaders } from './headers.ts'
import { factsOf } from './request-facts.ts'
import { readToken } from './request-token.ts'
import { openScripted, type Scripted } from './scripted.ts'
import { createSessions, wrongWindowMs } from './sessions.ts'
import type { StaticFiles } from './static-files.ts'
import { allowedHosts, originOf, type Hosts, type Where } from './where.ts'

interface PageServerOptions {
  readonly where: Where
  readonly port: number
  readonly files: StaticFiles
  readonly version: string
  readonly password?: string | undefined
  readonly isApiToken: (token: string) => boolean
  readonly clock: Clock
}

/** What there is to show once the core runs. */
interface Running extends ContractSocketOptions {
  readonly drops: Core['drops']
  readonly metrics: Core['metrics']
}

export interface PageServer {
  readonly port: number
  /** The link, with its secret where that is not a password: for the person, never for a log. */
  readonly url: string
  serve(running: Running): void
  /** From now on it only says that it is closing, until it closes. */
  windUp(): Promise<void>
  close(): Promise<void>
}

/** Before the core runs and while it closes there is nothing to show but that. */
type Phase =
  | { readonly name: 'starting' | 'closing' }
  | ({ readonly name: 'ok'; readonly drops: Core['drops']; readonly contract: ContractSocket } & {
      readonly scripted: Scripted
      readonly log: Log
    })

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

/** The local page and its contract; who may come near is decided in gate.ts (safety 29, 30). */
export async function openPageServer(options: PageServerOptions): Promise<PageServer> {
  await using lifetime = new Lifetime()
  const { where, files, clock, version, password } = options
  const server = createServer(limits)
  server.maxConnections = maxConnections
  const port = await listen(server, where.address, options.port)
  lifetime.defer(() => shut(server))

  const sessions = createSessions(clock, { password })
  const cookie = `gangway_${port}`
  const hosts = allowedHosts(where, port)
  const site = { hosts, isStatic: (path: string) => files.has(path) }
  const knows = { isSession: (id: string) => sessions.has(id), isToken: options.isApiToken, cookie }
  const judge = (request: IncomingMessage, upgrade: boolean) => {
    const facts = factsOf(request, upgrade, knows)
    return { path: facts.path, verdict: decide(facts, site) }
  }
  let phase: Phase = { name: 'starting' }

  server.on('request', (request, response) => {
    const { path, verdict } = judge(request, false)
    setSecurityHeaders(response, originIn(request, hosts))
    response.setHeader(opensWith, password === undefined ? 'link' : 'password')
    if ('deny' in verdict) return refuse(response, verdict)
    void answer(verdict.allow, path, request, response).catch(() => response.destroy())
  })
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy())
    const { verdict } = judge(request, true)
    if ('deny' in verdict) return refuseUpgrade(socket, verdict.deny)
    if (phase.name !== 'ok' || phase.contract.isFull) return refuseUpgrade(socket, 503)
    phase.contract.accept(request, socket, head)
  })
  server.on('clientError', (_, socket) => refuseUpgrade(socket, 400))
  server.on('error', (error) => {
    if (phase.name === 'ok') phase.log.warn('server failed', { error })
  })

  async function answer(
    route: Route,
    path: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    if (route === 'health') {
      const status = phase.name === 'ok' ? 200 : 503
      return endTyped(response, status, json({ status: phase.name, version }))
    }
    if (phase.name !== 'ok') return end(response, 503, `Gangway is ${phase.name}.\n`)
    switch (route) {
      case 'static': {
        const file = files.get(path)
        if (!file) return refuse(response, { deny: 404, reason: 'There is nothing here.' })
        response.setHeader('cache-control', file.cache)
        return endTyped(response, 200, file)
      }
      case 'peers':
        return endTyped(response, 200, await phase.scripted.peers())
      case 'metrics':
        return endTyped(response, 200, phase.scripted.metrics())
      case 'check-session':
        return end(response, 204)
      case 'start-session':
        return startSession(request, response, phase.log)
      case 'dropped-file': {
        const { status, body } = await takeDroppedFile(request, phase.drops)
        return endTyped(response, status, { type: 'application/json', body })
      }
      case 'contract':
        // Only an upgrade is routed there.
        return end(response, 404)
    }
  }

  async function startSession(
    request: IncomingMessage,
    response: ServerResponse,
    log: Log,
  ): Promise<void> {
    // In all: a byte now and then would keep a timeout of silence away for ever.
    const undo = clock.after(bodyTimeoutMs, () => request.destroy())
    const token = await readToken(request).finally(undo)
    if (token === null) return end(response, 400)
    const redeemed = sessions.redeem(token)
    switch (redeemed.kind) {
      case 'session': {
        const secure = originIn(request, hosts)?.startsWith('https:') ? '; Secure' : ''
        response.setHeader(
          'set-cookie',
          `${cookie}=${redeemed.id}; Path=/; HttpOnly; SameSite=Strict${secure}`,
        )
        return end(response, 204)
      }
      case 'wrong':
        log.warn('wrong token')
        return endTyped(response, 401, json(new Fault('host.password').toRecord()))
      case 'too-many':
        response.setHeader('retry-after', wrongWindowMs / 1_000)
        return endTyped(response, 429, json(new Fault('host.tries').toRecord()))
    }
  }

  const kept = lifetime.keep()
  return {
    port,
    url: `${originOf(where, port)}/${password === undefined ? `#${sessions.token}` : ''}`,
    serve({ drops, metrics, ...shared }) {
      const log = shared.log.room('serve')
      const contract = kept.own(openContractSocket({ ...shared, log }))
      const scripted = kept.own(openScripted(shared.api, metrics, version))
      phase = { name: 'ok', drops, contract, scripted, log }
    },
    async windUp() {
      const last = phase
      phase = { name: 'closing' }
      if (last.name === 'ok') await last.contract.close()
    },
    close: () => kept.close(),
  }
}

/** Where the request came to, if that is a place of ours. */
function originIn({ headers }: IncomingMessage, hosts: Hosts): string | null {
  const scheme = headers.host === undefined ? undefined : hosts.get(headers.host)
  return scheme === undefined ? null : `${scheme}://${headers.host}`
}

function setSecurityHeaders(response: ServerResponse, origin: string | null): void {
  for (const [name, value] of Object.entries(securityHeaders(origin))) {
    if (value !== undefined) response.setHeader(name, value)
  }
  response.setHeader('cache-control', 'no-store')
}

function json(value: unknown): Typed {
  return { type: 'application/json', body: JSON.stringify(value) }
}

interface Typed {
  readonly type: string
  readonly body: string | Buffer
}

function endTyped(response: ServerResponse, status: number, { type, body }: Typed): void {
  response.setHeader('content-type', type)
  end(response, status, body)
}

function end(response: ServerResponse, status: number, body: string | Buffer = ''): void {
  response.statusCode = status
  // A body nobody read must not be taken for the next request.
  if (!response.req.complete) response.setHeader('connection', 'close')
  response.end(body)
}

function refuse(response: ServerResponse, { deny, reason }: Denial): void {
  if (deny === 401) response.setHeader('www-authenticate', 'Bearer')
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

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Api } from '#shared/contract.ts'
import { Fault } from '#shared/faults.ts'
import { opensWith, type OpensWith } from '#shared/page-door.ts'
import { systemClock } from '#core/base/clock.ts'
import { silentLog } from '#core/base/log.ts'
import { openContractSocket } from '../../electron/headless/serve/contract-socket.ts'
import { securityHeaders } from '../../electron/headless/serve/headers.ts'
import { loadStaticFiles } from '../../electron/headless/serve/static-files.ts'
import { builtRenderer } from './build-renderer.ts'

const cookie = 'fake=known'
export const fakeToken = 'a-token'

/**
 * The built page over an api of the test, under the policy of the real server. Unlike that one it
 * can go away and come back as a test wishes, and knows a single token.
 */
export async function openFakePage(api: Api) {
  const files = await loadStaticFiles(builtRenderer)
  const openSocket = () => openContractSocket({ api, clock: systemClock, log: silentLog })
  let contract = openSocket()
  let away = false
  let knows = true
  let opens: OpensWith = 'link'
  let refusal = new Fault('host.password')
  let attempts = 0
  const dropped = new Map<string, Buffer>()
  let dropFault: Fault | null = null
  let dropGate = Promise.resolve()

  const isKnown = (request: IncomingMessage) =>
    knows && (request.headers.cookie ?? '').includes(cookie)

  const server = createServer((request, response) => {
    const headers = securityHeaders(request.headers.host ?? null)
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value ?? '')
    response.setHeader(opensWith, opens)
    const path = new URL(request.url ?? '/', 'http://fake').pathname
    const file = files.get(path)
    if (path.startsWith('/drops/')) {
      void takeDrop(request, response)
    } else if (path === '/session') {
      void answerSession(request, response)
    } else {
      response.writeHead(file ? 200 : 404, file ? { 'content-type': file.type } : {})
      response.end(file?.body)
    }
  })

  async function answerSession(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (away) return void response.writeHead(503).end()
    if (request.method !== 'POST')
      return void response.writeHead(isKnown(request) ? 204 : 401).end()
    let body = ''
    for await (const chunk of request) body += String(chunk)
    const right = knows && body === JSON.stringify({ token: fakeToken })
    const granted = { 'set-cookie': `${cookie}; Path=/; HttpOnly; SameSite=Strict` }
    response.writeHead(right ? 204 : 401, right ? granted : {})
    response.end(right ? '' : JSON.stringify(refusal.toRecord()))
  }

  async function takeDrop(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '', 'http://fake').searchParams.get('path') ?? ''
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    await dropGate
    if (dropFault) return void response.writeHead(507).end(JSON.stringify(dropFault.toRecord()))
    dropped.set(path, Buffer.concat(parts))
    response.writeHead(201).end('{}')
  }

  server.on('upgrade', (request, socket, head) => {
    attempts += 1
    if (away || !isKnown(request)) socket.end('HTTP/1.1 401 Unauthorized\r\n\r\n')
    else contract.accept(request, socket, head)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`

  return {
    origin,
    /** The link as `gangway serve` prints it. */
    url: `${origin}#${fakeToken}`,
    /** What was dropped on the page, by the path it was to have. */
    dropped,
    refuseDrops(fault: Fault | null) {
      dropFault = fault
    },
    /** The token is a password from now on; what is not it is refused with this. */
    askPassword(fault = new Fault('host.password')) {
      opens = 'password'
      refusal = fault
    },
    /** Drops are answered when this is done. */
    holdDrops(until: Promise<void>) {
      dropGate = until
    },
    /** How often a page tried to open the contract. */
    get attempts() {
      return attempts
    },
    async goAway() {
      away = true
      await contract.close()
    },
    comeBack() {
      contract = openSocket()
      away = false
    },
    /** As after a restart of Gangway: tokens and cookies of earlier are worth nothing. */
    forgetEveryone() {
      knows = false
    },
    rememberAgain() {
      knows = true
    },
    async close() {
      await contract.close()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

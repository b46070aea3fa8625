import { silentLog } from '#core/base/log.ts'
import { systemClock, type Clock } from '#core/base/clock.ts'
import type { Core } from '#core/core.ts'
import { tokenChecker } from '../../electron/headless/api-token.ts'
import { openPageServer } from '../../electron/headless/serve/server.ts'
import type { StaticFiles } from '../../electron/headless/serve/static-files.ts'
import { whereToListen } from '../../electron/headless/serve/where.ts'
import { fakeApi, fakeDrops, fakeMetrics } from './fake-api.ts'
import { rawHttp, type RawAnswer } from './raw-http.ts'

const files: StaticFiles = new Map(
  [
    ['/', 'text/html; charset=utf-8', 'no-store', '<!doctype html><title>Gangway</title>'],
    ['/assets/app-1.js', 'text/javascript; charset=utf-8', 'public, immutable', 'void 0'],
  ].map(([path = '', type = '', cache = '', body = '']) => [
    path,
    { type, cache, body: Buffer.from(body) },
  ]),
)

interface PageOptions {
  readonly clock?: Clock
  readonly port?: number
  readonly host?: string
  readonly allowHosts?: readonly string[]
  readonly password?: string
  /** Left before the core runs, which is then up to the test. */
  readonly starting?: boolean
  readonly metrics?: Core['metrics']
}

export const apiToken = 'a-token-for-scripts-of-tests'

/** The page server in this process, over a made-up core. */
export async function startPageServer(options: PageOptions = {}) {
  const { clock = systemClock, host = '127.0.0.1', allowHosts = [], password } = options
  const fake = fakeApi()
  const server = await openPageServer({
    where: whereToListen({ host, allowHosts, hasPassword: password !== undefined }),
    clock,
    port: options.port ?? 0,
    files,
    version: '1.2.3',
    password,
    isApiToken: tokenChecker(apiToken),
  })
  const { metrics = fakeMetrics } = options
  const serve = () =>
    server.serve({ api: fake.api, clock, log: silentLog, drops: fakeDrops, metrics })
  if (!options.starting) serve()
  const { port } = server
  const token = new URL(server.url).hash.slice(1)
  return { ...fake, server, serve, port, token, origin: `http://127.0.0.1:${port}` }
}

/** Exchanges the token as the page does. */
export function postToken(port: number, token: string, headers: string[] = []): Promise<RawAnswer> {
  const body = JSON.stringify({ token })
  return rawHttp({
    port,
    line: 'POST /session HTTP/1.1',
    headers: [
      `Host: 127.0.0.1:${port}`,
      `Origin: http://127.0.0.1:${port}`,
      'Content-Type: application/json',
      `Content-Length: ${Buffer.byteLength(body)}`,
      ...headers,
    ],
    body,
  })
}

/** `name=value` of the session cookie, as a browser would send it back. */
export async function cookieFor(port: number, token: string): Promise<string> {
  const answer = await postToken(port, token)
  const cookie = answer.headers.get('set-cookie')?.split(';')[0]
  if (answer.status !== 204 || !cookie) throw new Error(`refused with ${answer.status}`)
  return cookie
}

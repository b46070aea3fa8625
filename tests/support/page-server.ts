import { silentLog } from '#core/base/log.ts'
import { systemClock, type Clock } from '#core/base/clock.ts'
import { openPageServer } from '../../electron/headless/serve/server.ts'
import type { StaticFiles } from '../../electron/headless/serve/static-files.ts'
import { fakeApi, fakeDrops } from './fake-api.ts'
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

/** The page server in this process, over a made-up core. */
export async function startPageServer({
  clock = systemClock,
  port: wanted = 0,
}: { clock?: Clock; port?: number } = {}) {
  const fake = fakeApi()
  const server = await openPageServer({
    api: fake.api,
    clock,
    log: silentLog,
    host: '127.0.0.1',
    port: wanted,
    files,
    version: '1.2.3',
    drops: fakeDrops,
  })
  const { port } = server
  const token = new URL(server.url).hash.slice(1)
  return { ...fake, server, port, token, origin: `http://127.0.0.1:${port}` }
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

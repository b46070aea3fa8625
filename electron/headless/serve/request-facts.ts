import type { IncomingMessage } from 'node:http'
import type { RequestFacts } from './gate.ts'

interface Knows {
  readonly isSession: (id: string) => boolean
  readonly isToken: (token: string) => boolean
  /** The name of the session's cookie. */
  readonly cookie: string
}

/** What the gate judges, taken from a request without interpreting anything twice. */
export function factsOf(
  request: IncomingMessage,
  upgrade: boolean,
  { isSession, isToken, cookie }: Knows,
): RequestFacts {
  const headers = request.headersDistinct
  return {
    method: request.method ?? '',
    path: (request.url ?? '').split('?', 1)[0] ?? '',
    upgrade,
    host: headers['host'] ?? [],
    origin: headers['origin'] ?? [],
    fetchSite: headers['sec-fetch-site']?.join(),
    fetchMode: headers['sec-fetch-mode']?.join(),
    fetchDest: headers['sec-fetch-dest']?.join(),
    upgradesInsecure: headers['upgrade-insecure-requests'] !== undefined,
    hasToken: bearerOf(headers['authorization'] ?? []).some((token) => isToken(token)),
    hasSession: cookieValues(headers['cookie'] ?? [], cookie).some((id) => isSession(id)),
  }
}

function bearerOf([line, ...more]: readonly string[]): string[] {
  const token = more.length > 0 ? undefined : /^Bearer +(\S+)$/i.exec(line ?? '')?.[1]
  return token === undefined ? [] : [token]
}

function cookieValues(lines: readonly string[], name: string): string[] {
  return lines
    .flatMap((line) => line.split(';'))
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1))
}

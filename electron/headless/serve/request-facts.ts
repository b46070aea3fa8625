import type { IncomingMessage } from 'node:http'
import type { RequestFacts } from './gate.ts'

/** What the gate judges, taken from a request without interpreting anything twice. */
export function factsOf(
  request: IncomingMessage,
  upgrade: boolean,
  isSession: (id: string) => boolean,
  cookie: string,
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
    hasSession: cookieValues(headers['cookie'] ?? [], cookie).some((id) => isSession(id)),
  }
}

function cookieValues(lines: readonly string[], name: string): string[] {
  return lines
    .flatMap((line) => line.split(';'))
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1))
}

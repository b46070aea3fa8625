import type { Hosts } from './where.ts'

/**
 * Decides, from the facts of a request alone, whether the local page may answer it. Everything a
 * foreign web page, a rebound name or a stranger on this computer could try ends here.
 */
export interface RequestFacts {
  readonly method: string
  /** The request target without its query. */
  readonly path: string
  readonly upgrade: boolean
  /** Each header as often as it was sent: two Hosts are no Host. */
  readonly host: readonly string[]
  readonly origin: readonly string[]
  readonly fetchSite: string | undefined
  readonly fetchMode: string | undefined
  readonly fetchDest: string | undefined
  /** Said by browsers alone, with TLS and without. */
  readonly upgradesInsecure: boolean
  /** Whether the cookie names a session of this run. */
  readonly hasSession: boolean
  /** Whether it bears the token for scripts. */
  readonly hasToken: boolean
}

export interface Site {
  /** What a Host header may say, exactly, and the scheme of an Origin there. */
  readonly hosts: Hosts
  isStatic(path: string): boolean
}

export type Route =
  | 'static'
  | 'health'
  | 'peers'
  | 'metrics'
  | 'start-session'
  | 'check-session'
  | 'contract'
  | 'dropped-file'

export interface Denial {
  readonly deny: 401 | 403 | 404 | 405
  readonly reason: string
}
export type Verdict = { readonly allow: Route } | Denial

/** Where the page puts a file that was dropped on it; which one is in the query. */
const dropPath = /^\/drops\/[0-9a-f]{32}$/

/** For scripts: a token or a session, and nothing but reading. */
const scripted: ReadonlyMap<string, Route> = new Map([
  ['/api/peers', 'peers'],
  ['/metrics', 'metrics'],
])

const isRead = (method: string) => method === 'GET' || method === 'HEAD'

export function decide(facts: RequestFacts, site: Site): Verdict {
  const [host] = facts.host
  const scheme = host === undefined || facts.host.length > 1 ? undefined : site.hosts.get(host)
  if (scheme === undefined) return { deny: 403, reason: 'This address is not served here.' }
  if (!isOurOrigin(facts, `${scheme}://${host}`) || !isOurFetch(facts)) {
    return { deny: 403, reason: 'Only the page of Gangway itself may ask for this.' }
  }
  if (scheme === 'https' && isInTheClear(facts)) {
    return { deny: 403, reason: 'Open this page by its safe address: it begins with https://' }
  }
  return routeOf(facts, site)
}

/** Browsers name the origin of whatever is not a plain read; without one, it is not our page. */
function isOurOrigin({ origin, method, upgrade }: RequestFacts, ours: string): boolean {
  if (origin.length === 0) return isRead(method) && !upgrade
  return origin.length === 1 && origin[0] === ours
}

function isOurFetch({ path, method, fetchSite, fetchMode, fetchDest }: RequestFacts): boolean {
  if (['iframe', 'frame', 'embed', 'object'].includes(fetchDest ?? '')) return false
  if (fetchSite === undefined || fetchSite === 'none' || fetchSite === 'same-origin') {
    // A form would say 'navigate', a hidden request 'no-cors'.
    return isRead(method) || ['cors', 'same-origin', undefined].includes(fetchMode)
  }
  // Following a link to the page is the one thing another site may do: the shell holds no secret.
  return path === '/' && isRead(method) && fetchMode === 'navigate' && fetchDest === 'document'
}

/** Browsers say what they fetch for to no server that others on the way could listen to. */
function isInTheClear({ upgradesInsecure, fetchMode }: RequestFacts): boolean {
  return upgradesInsecure && fetchMode === undefined
}

function routeOf(
  { method, path, upgrade, hasSession, hasToken }: RequestFacts,
  site: Site,
): Verdict {
  if (upgrade) {
    if (path !== '/contract' || method !== 'GET') return unknown(hasSession)
    return hasSession ? { allow: 'contract' } : unknown(false)
  }
  if (path === '/session') {
    if (method === 'POST') return { allow: 'start-session' }
    if (!isRead(method)) return notPossible
    return hasSession ? { allow: 'check-session' } : unknown(false)
  }
  if (dropPath.test(path)) {
    if (!hasSession) return unknown(false)
    return method === 'PUT' ? { allow: 'dropped-file' } : notPossible
  }
  const script = scripted.get(path)
  if (script !== undefined) {
    if (!hasSession && !hasToken) return tokenless
    return isRead(method) ? { allow: script } : notPossible
  }
  const open: Route | null = path === '/health' ? 'health' : site.isStatic(path) ? 'static' : null
  if (open === null) return unknown(hasSession)
  return isRead(method) ? { allow: open } : notPossible
}

const notPossible: Denial = { deny: 405, reason: 'This is not possible here.' }
const tokenless: Denial = {
  deny: 401,
  reason: 'Send what `gangway token` prints as `Authorization: Bearer …`.',
}

/** Without a session there is nothing to learn here, not even what exists. */
function unknown(hasSession: boolean): Verdict {
  return hasSession
    ? { deny: 404, reason: 'There is nothing here.' }
    : { deny: 401, reason: 'Open the link that Gangway printed when it started.' }
}

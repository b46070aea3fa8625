import type { Protocol } from 'electron'

/**
 * Chromium without Electron knows no schemes of ours: `app://gangway/x` is shown to it as
 * `https://gangway.app.invalid/x`, and to the shell as it should be. No such host can exist.
 */
const suffix = '.invalid'
const schemes = new Map<string, Parameters<Protocol['handle']>[1] | null>()

export const protocol = {
  registerSchemesAsPrivileged(customSchemes) {
    for (const { scheme, privileges } of customSchemes) {
      if (!privileges?.standard || !privileges.secure || privileges.bypassCSP) {
        throw new Error('the stand-in knows only standard, secure schemes under CSP')
      }
      schemes.set(scheme, null)
    }
  },
  handle(scheme, handler) {
    if (!schemes.has(scheme)) throw new Error(`${scheme} was not registered before ready`)
    schemes.set(scheme, handler)
  },
} satisfies Pick<Protocol, 'registerSchemesAsPrivileged' | 'handle'>

export function toBrowser(url: string): string {
  const { protocol: named, host, pathname, search, hash } = new URL(url)
  const scheme = named.slice(0, -1)
  if (!schemes.has(scheme)) return url
  return `https://${host}.${scheme}${suffix}${pathname}${search}${hash}`
}

export function toShell(url: string): string {
  if (!URL.canParse(url)) return url
  const { protocol: named, hostname, pathname, search, hash } = new URL(url)
  const [host, scheme, ...rest] = hostname.slice(0, -suffix.length).split('.')
  const ours = named === 'https:' && hostname.endsWith(suffix) && rest.length === 0
  if (!ours || !host || !scheme || !schemes.has(scheme)) return url
  return `${scheme}://${host}${pathname}${search}${hash}`
}

export function originOf(url: string): string {
  const shown = toShell(url)
  if (shown === url) return URL.canParse(url) ? new URL(url).origin : 'null'
  const { protocol: scheme, host } = new URL(shown)
  return `${scheme}//${host}`
}

/** Null for a request that is none of ours. */
export async function answerRequest(url: string, method: string): Promise<Response | null> {
  const handler = schemes.get(new URL(url).protocol.slice(0, -1))
  if (!handler) return null
  // A handler throws when it fails; Electron then fails the request.
  return handler(new Request(url, { method }))
}

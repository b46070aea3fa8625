import { readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import type { Protocol } from 'electron'

/**
 * The page comes from its own scheme, so that it has an origin of its own and no right to files.
 * Only what the build put into the page's folder is ever served.
 */

const scheme = 'app'
const host = 'gangway'
export const appOrigin = `${scheme}://${host}`
export const appPage = `${appOrigin}/index.html`

const kinds: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
}

const policy = [
  `default-src 'none'`,
  `script-src 'self'`,
  `style-src 'self'`,
  `font-src 'self'`,
  `img-src 'self' data:`,
  `connect-src 'self'`,
  `base-uri 'none'`,
  `form-action 'none'`,
  `frame-ancestors 'none'`,
].join('; ')

const safety = {
  'content-security-policy': policy,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-store',
}

/** Must run before Electron is ready. */
export function registerScheme(protocol: Protocol): void {
  const privileges = { standard: true, secure: true, supportFetchAPI: true }
  protocol.registerSchemesAsPrivileged([{ scheme, privileges }])
}

export function servePage(protocol: Protocol, folder: string): void {
  const files = filesIn(folder)
  protocol.handle(scheme, async (request) => {
    const url = new URL(request.url)
    const found = url.host === host ? files.get(url.pathname) : undefined
    if (!found) return new Response('Not here.', { status: 404, headers: safety })
    if (request.method !== 'GET') return new Response(null, { status: 405, headers: safety })
    const headers = { ...safety, 'content-type': found.kind }
    return new Response(new Uint8Array(await readFile(found.file)), { headers })
  })
}

interface Served {
  readonly file: string
  readonly kind: string
}

/** The list is made once: no request ever becomes a path. */
function filesIn(folder: string): ReadonlyMap<string, Served> {
  const files = new Map<string, Served>()
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const kind = kinds[extname(name)]
    if (kind) files.set(`/${name.replaceAll('\\', '/')}`, { file: join(folder, name), kind })
  }
  return files
}

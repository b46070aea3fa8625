import { describe, expect, test } from 'vitest'
import { decide, type RequestFacts, type Site } from '../../../electron/headless/serve/gate.ts'
import { allowedHosts, originOf, whereToListen } from '../../../electron/headless/serve/where.ts'

const allowHosts = ['nas.example', 'Box:8443', 'localhost:9090']
const here = whereToListen({ host: '127.0.0.1', allowHosts: [], hasPassword: false })
const site: Site = {
  hosts: allowedHosts(here, 4000),
  isStatic: (path) => ['/', '/assets/app-1234.js'].includes(path),
}

const plain: RequestFacts = {
  method: 'GET',
  path: '/',
  upgrade: false,
  host: ['127.0.0.1:4000'],
  origin: [],
  fetchSite: undefined,
  fetchMode: undefined,
  fetchDest: undefined,
  upgradesInsecure: false,
  hasSession: false,
  hasToken: false,
}
const ownPage = { fetchSite: 'same-origin', fetchMode: 'cors', origin: ['http://127.0.0.1:4000'] }

function outcome(facts: Partial<RequestFacts>): string | number {
  const verdict = decide({ ...plain, ...facts }, site)
  return 'allow' in verdict ? verdict.allow : verdict.deny
}

describe('safety 29: every route × authorisation', () => {
  const own = { ...ownPage, method: 'POST' }
  const drop = `/drops/${'0'.repeat(32)}`
  const socket = { upgrade: true, origin: ['http://127.0.0.1:4000'] }
  test.each([
    ['GET /', {}, 'static', 'static'],
    ['HEAD /', { method: 'HEAD' }, 'static', 'static'],
    ['GET an asset', { path: '/assets/app-1234.js' }, 'static', 'static'],
    ['GET /health', { path: '/health' }, 'health', 'health'],
    ['GET /api/peers', { path: '/api/peers' }, 401, 'peers'],
    ['GET /metrics', { path: '/metrics' }, 401, 'metrics'],
    ['POST /api/peers', { path: '/api/peers', ...own }, 401, 405],
    ['GET beneath /api', { path: '/api/peers/1' }, 401, 404],
    ['POST /session', { path: '/session', ...own }, 'start-session', 'start-session'],
    ['GET /session', { path: '/session' }, 401, 'check-session'],
    ['upgrade /contract', { path: '/contract', ...socket }, 401, 'contract'],
    ['GET /contract', { path: '/contract' }, 401, 404],
    ['PUT a dropped file', { path: drop, ...own, method: 'PUT' }, 401, 'dropped-file'],
    ['GET a drop', { path: drop }, 401, 405],
    ['PUT to no drop', { path: '/drops/../x', ...own, method: 'PUT' }, 401, 404],
    ['upgrade elsewhere', { path: '/', ...socket }, 401, 404],
    ['an upgrade by POST', { path: '/contract', ...socket, method: 'POST' }, 401, 404],
    ['GET what is not there', { path: '/secret' }, 401, 404],
    ['GET an asset that is not there', { path: '/assets/app-9.js' }, 401, 404],
    ['POST /', { ...own }, 405, 405],
    ['DELETE /session', { path: '/session', ...own, method: 'DELETE' }, 405, 405],
    ['OPTIONS /session', { path: '/session', ...own, method: 'OPTIONS' }, 405, 405],
    ['POST /health', { path: '/health', ...own }, 405, 405],
    ['POST elsewhere', { path: '/secret', ...own }, 401, 404],
  ] as const)('%s', (_name, facts, stranger, known) => {
    expect(outcome({ ...facts, hasSession: false })).toBe(stranger)
    expect(outcome({ ...facts, hasSession: true })).toBe(known)
  })
})

test('safety 29: the token for scripts reads two things, and opens nothing else', () => {
  const shown = (facts: Partial<RequestFacts>) => outcome({ ...facts, hasToken: true })
  expect(shown({ path: '/api/peers' })).toBe('peers')
  expect(shown({ path: '/metrics', method: 'HEAD' })).toBe('metrics')
  expect(shown({ ...ownPage, path: '/metrics', method: 'DELETE' })).toBe(405)
  for (const route of everyRoute) {
    if (route.path === '/api/peers' || route.path === '/metrics') continue
    expect(shown(route)).toBe(outcome(route))
  }
})

const everyRoute: Partial<RequestFacts>[] = [
  { path: '/' },
  { path: '/assets/app-1234.js' },
  { path: '/health' },
  { path: '/api/peers', hasToken: true },
  { path: '/metrics', hasToken: true },
  { path: '/session' },
  { path: '/session', method: 'POST' },
  { path: '/contract', upgrade: true },
  { path: `/drops/${'0'.repeat(32)}`, method: 'PUT' },
  { path: '/elsewhere' },
]

describe('safety 29: the Host header', () => {
  test.each([
    [[]],
    [['evil.example']],
    [['evil.example:4000']],
    [['127.0.0.1']],
    [['127.0.0.1:4001']],
    [['localhost']],
    [['localhost.:4000']],
    [['[::1]:4000']],
    [['0.0.0.0:4000']],
    [['127.0.0.2:4000']],
    [['127.1:4000']],
    [['LOCALHOST:4000']],
    [['127.0.0.1:4000', '127.0.0.1:4000']],
    [['127.0.0.1:4000 ']],
    [['']],
  ])('%j is refused on every route, with and without a session', (host) => {
    for (const route of everyRoute) {
      for (const hasSession of [true, false]) {
        const origin = [`http://${host[0] ?? ''}`]
        expect(outcome({ ...ownPage, ...route, host, hasSession, origin })).toBe(403)
        expect(outcome({ ...route, host, hasSession })).toBe(403)
      }
    }
  })

  test('both names of this computer are served', () => {
    expect(outcome({ host: ['localhost:4000'] })).toBe('static')
    expect(outcome({ host: ['127.0.0.1:4000'] })).toBe('static')
  })
})

describe('safety 29: the Origin header', () => {
  const foreign = [
    ['https://evil.example'],
    ['http://evil.example:4000'],
    ['null'],
    ['http://127.0.0.1'],
    ['http://127.0.0.1:4001'],
    ['https://127.0.0.1:4000'],
    // The other name of this computer is another origin to the browser.
    ['http://localhost:4000'],
    ['http://127.0.0.1:4000', 'http://127.0.0.1:4000'],
    ['http://127.0.0.1:4000/'],
  ]
  test.each(foreign.map((origin) => [origin]))('%j is refused on every route', (origin) => {
    for (const route of everyRoute) {
      expect(outcome({ ...ownPage, ...route, origin, hasSession: true })).toBe(403)
    }
  })

  test('whatever changes something, or opens a socket, must name it', () => {
    const nothing = { ...ownPage, origin: [], hasSession: true }
    expect(outcome({ ...nothing, path: '/session', method: 'POST' })).toBe(403)
    expect(outcome({ ...nothing, path: '/contract', upgrade: true })).toBe(403)
    expect(outcome({ ...nothing, path: '/health' })).toBe('health')
  })
})

describe('safety 29: the Sec-Fetch headers', () => {
  test.each(['cross-site', 'same-site', 'nonsense', ''])(
    'a request that comes from %j is refused on every route',
    (fetchSite) => {
      for (const route of everyRoute) {
        for (const fetchMode of ['cors', 'no-cors', 'same-origin', 'websocket', undefined]) {
          expect(
            outcome({ ...ownPage, ...route, fetchSite, fetchMode, hasSession: true }),
            JSON.stringify({ route, fetchMode }),
          ).toBe(403)
        }
      }
    },
  )

  test('another site may link to the page, and to nothing else', () => {
    const link = { fetchSite: 'cross-site', fetchMode: 'navigate', fetchDest: 'document' }
    expect(outcome(link)).toBe('static')
    for (const route of everyRoute.slice(1)) {
      expect(outcome({ ...link, ...route, hasSession: true })).toBe(403)
    }
  })

  test.each(['iframe', 'frame', 'embed', 'object'])(
    'nothing is shown inside an %s',
    (fetchDest) => {
      for (const fetchSite of ['same-origin', 'same-site', 'cross-site', 'none']) {
        expect(outcome({ fetchSite, fetchMode: 'navigate', fetchDest })).toBe(403)
      }
    },
  )

  test('a form cannot start a session', () => {
    const form = { path: '/session', method: 'POST', origin: ownPage.origin }
    expect(outcome({ ...form, fetchSite: 'same-origin', fetchMode: 'navigate' })).toBe(403)
    expect(outcome({ ...form, fetchSite: 'same-origin', fetchMode: 'no-cors' })).toBe(403)
    expect(outcome({ ...form, fetchSite: 'same-origin', fetchMode: 'cors' })).toBe('start-session')
  })
})

describe('safety 29: where it listens', () => {
  const listen = (host: string, allowed: string[] = [], hasPassword = false) =>
    whereToListen({ host, allowHosts: allowed, hasPassword })

  test.each([
    ['127.0.0.1', '127.0.0.1'],
    ['127.5.0.9', '127.5.0.9'],
    ['localhost', '127.0.0.1'],
    ['::1', '::1'],
    ['0:0:0:0:0:0:0:1', '::1'],
  ])('%s is this computer', (host, address) => {
    expect(listen(host)).toEqual({ address, names: [], isExposed: false })
  })

  test.each([
    '0.0.0.0',
    '::',
    '192.168.1.5',
    '::ffff:127.0.0.1',
    'example.org',
    '127.0.0.1.example.org',
    '127.1',
    '1::1',
    '',
    'fe80::1',
  ])('%j is not, and is refused', (host) => {
    const refusal = expect.objectContaining({ code: 'host.exposed' })
    expect(() => listen(host)).toThrow(refusal)
    expect(() => listen(host, [], true)).toThrow(refusal)
    expect(() => listen(host, ['nas.example'])).toThrow(refusal)
  })

  test('another address needs its names and a password, and so does another name', () => {
    expect(() => listen('0.0.0.0')).toThrow('--allow-host')
    expect(() => listen('0.0.0.0', allowHosts)).toThrow('a password')
    expect(() => listen('127.0.0.1', allowHosts)).toThrow('a password')
    expect(() => listen('nas.example', allowHosts, true)).toThrow('an address')
    expect(listen('0.0.0.0', allowHosts, true)).toEqual({
      address: '0.0.0.0',
      names: ['nas.example', 'box:8443', 'localhost:9090'],
      isExposed: true,
    })
  })

  test('port 80 is left out of names, as browsers do', () => {
    expect([...allowedHosts(listen('127.0.0.1'), 80).keys()]).toEqual(['127.0.0.1', 'localhost'])
    expect([...allowedHosts(listen('::1'), 8080).keys()]).toEqual(['[::1]:8080', 'localhost:8080'])
  })
})

describe('safety 29: beyond this computer', () => {
  const wide = whereToListen({ host: '0.0.0.0', allowHosts, hasPassword: true })
  const hosts = allowedHosts(wide, 4000)
  const wideOutcome = (facts: Partial<RequestFacts>) => {
    const verdict = decide({ ...plain, ...facts }, { ...site, hosts })
    return 'allow' in verdict ? verdict.allow : verdict.deny
  }
  const login = (host: string, origin: string) =>
    wideOutcome({ path: '/session', method: 'POST', host: [host], origin: [origin] })

  test('names that were allowed are served, and no others', () => {
    for (const host of ['nas.example', 'nas.example:4000', 'box:8443', 'localhost:9090']) {
      expect(wideOutcome({ host: [host] })).toBe('static')
    }
    for (const host of ['0.0.0.0:4000', 'evil.example', 'box', 'nas.example:4001', 'x.nas.example'])
      expect(wideOutcome({ host: [host] })).toBe(403)
  })

  test('there a browser has to come through TLS', () => {
    expect(login('nas.example', 'https://nas.example')).toBe('start-session')
    expect(login('nas.example', 'http://nas.example')).toBe(403)
    const browser = { upgradesInsecure: true, host: ['nas.example'] }
    const throughTls = { fetchSite: 'none', fetchMode: 'navigate', fetchDest: 'document' }
    expect(wideOutcome(browser)).toBe(403)
    expect(wideOutcome({ ...browser, ...throughTls })).toBe('static')
    expect(wideOutcome({ ...browser, host: ['localhost:9090'] })).toBe('static')
    expect(login('localhost:9090', 'http://localhost:9090')).toBe('start-session')
    expect(login('127.0.0.1:4000', 'http://127.0.0.1:4000')).toBe('start-session')
    expect(login('127.0.0.1:4000', 'https://127.0.0.1:4000')).toBe(403)
    expect(originOf(wide, 4000)).toBe('https://nas.example')
  })
})

import { createConnection } from 'node:net'
import { describe, expect, test } from 'vitest'
import { FakeClock } from '../../support/fake-clock.ts'
import { fakePaired, idleOver } from '../../support/fake-paired.ts'
import { apiToken, cookieFor, postToken, startPageServer } from '../../support/page-server.ts'
import { closing } from '../../support/closing.ts'
import { rawHttp, type RawAnswer } from '../../support/raw-http.ts'
import { until } from '../../support/until.ts'

const own = closing()

async function running() {
  const page = await startPageServer()
  own(page.server)
  const ask = (line: string, headers: string[] = [], body = ''): Promise<RawAnswer> =>
    rawHttp({
      port: page.port,
      line: `${line} HTTP/1.1`,
      headers: [`Host: 127.0.0.1:${page.port}`, ...headers],
      body,
    })
  return { ...page, ask }
}

describe('the page', () => {
  test('is there without a session, and /health tells the version', async () => {
    const { ask } = await running()
    expect((await ask('GET /')).body).toContain('Gangway')
    expect(await ask('GET /assets/app-1.js')).toMatchObject({ status: 200, body: 'void 0' })
    const health = await ask('GET /health')
    expect(JSON.parse(health.body)).toEqual({ status: 'ok', version: '1.2.3' })
    expect(await ask('HEAD /')).toMatchObject({ status: 200 })
  })

  test('says that it is starting or closing, and does nothing else meanwhile', async () => {
    const page = await startPageServer({ starting: true })
    own(page.server)
    const { port, token, server, serve } = page
    const ask = (path: string) =>
      rawHttp({ port, line: `GET ${path} HTTP/1.1`, headers: [`Host: 127.0.0.1:${port}`] })
    const health = async () => {
      const { status, body } = await ask('/health')
      return { status, says: JSON.parse(body) }
    }
    expect(await health()).toEqual({ status: 503, says: { status: 'starting', version: '1.2.3' } })
    expect((await ask('/')).status).toBe(503)
    expect((await postToken(port, token)).status).toBe(503)
    serve()
    expect((await health()).status).toBe(200)
    expect((await postToken(port, token)).status).toBe(204)
    await server.windUp()
    expect(await health()).toEqual({ status: 503, says: { status: 'closing', version: '1.2.3' } })
    expect((await postToken(port, token)).status).toBe(503)
  })

  test('safety 30: every answer carries the policy, refusals too', async () => {
    const { ask, port } = await running()
    const answers = await Promise.all([
      ask('GET /'),
      ask('GET /health'),
      ask('GET /nothing'),
      ask('POST /session', [`Origin: http://127.0.0.1:${port}`, 'Content-Length: 0']),
      ask('GET /', ['Origin: https://evil.example']),
      rawHttp({ port, line: 'GET / HTTP/1.1', headers: ['Host: evil.example'] }),
    ])
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 401, 400, 403, 403])
    for (const { headers } of answers) {
      const policy = headers.get('content-security-policy') ?? ''
      expect(policy).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self';/)
      expect(policy).toContain("frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
      expect(policy).not.toMatch(/unsafe|evil|\*/)
      expect(Object.fromEntries(headers)).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'cache-control': 'no-store',
      })
      expect(headers.has('access-control-allow-origin')).toBe(false)
    }
  })

  test.each([
    '/../package.json',
    '/assets/../../../etc/passwd',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/..%2f..%2fetc%2fpasswd',
    '/assets%2fapp-1.js',
    '/assets\\app-1.js',
    '//assets/app-1.js',
    '/assets/app-1.js/',
    '/assets/app-1.js%00.html',
    '/index.html',
    '/__proto__',
    'http://127.0.0.1/assets/app-1.js',
    '*',
  ])('safety 29: %s is nothing that was built', async (path) => {
    const { ask, port, token } = await running()
    expect((await ask(`GET ${path}`)).status).toBe(401)
    const cookie = await cookieFor(port, token)
    expect((await ask(`GET ${path}`, [`Cookie: ${cookie}`])).status).toBe(404)
  })

  test('a port that is taken is said, not worked around', async () => {
    const { port } = await running()
    await expect(startPageServer({ port })).rejects.toMatchObject({
      code: 'endpoint.unavailable',
      details: { port },
    })
  })
})

describe('what scripts read', () => {
  const bearer = [`Authorization: Bearer ${apiToken}`]

  test('safety 29: needs the token or a session', async () => {
    const { ask, port, token } = await running()
    const cookie = [`Cookie: ${await cookieFor(port, token)}`]
    for (const path of ['/api/peers', '/metrics']) {
      const none = await ask(`GET ${path}`)
      expect({ status: none.status, how: none.headers.get('www-authenticate') }).toEqual({
        status: 401,
        how: 'Bearer',
      })
      for (const wrong of ['Bearer x', `Basic ${apiToken}`, `Bearer ${apiToken}x`, apiToken, ''])
        expect((await ask(`GET ${path}`, [`Authorization: ${wrong}`])).status).toBe(401)
      expect((await ask(`GET ${path}`, [...bearer, ...bearer])).status).toBeGreaterThanOrEqual(400)
      expect((await ask(`GET ${path}?token=${apiToken}`)).status).toBe(401)
      expect((await ask(`GET ${path}`, bearer)).status).toBe(200)
      expect((await ask(`GET ${path}`, cookie)).status).toBe(200)
      const foreign = [...bearer, 'Origin: https://evil.example']
      expect((await ask(`GET ${path}`, foreign)).status).toBe(403)
    }
    expect((await ask('GET /session', bearer)).status).toBe(401)
  })

  test('/api/peers: id, name, address, status and last seen of each', async () => {
    const { ask, devices } = await running()
    devices.put(fakePaired(1, { name: 'Studio', lastSeen: 86_400_000 }, idleOver()))
    devices.put(fakePaired(2, { name: 'Cabin' }, { state: 'disconnected', reason: 'away' }))
    const { headers, body } = await ask('GET /api/peers', bearer)
    expect(headers.get('content-type')).toBe('application/json')
    expect(JSON.parse(body)).toEqual({
      count: 2,
      peers: [
        {
          id: devices.rows[0]?.id,
          name: 'Studio',
          address: '192.0.2.8:41000',
          status: 'idle',
          lastSeen: '1970-01-02T00:00:00.000Z',
        },
        expect.objectContaining({ name: 'Cabin', status: 'disconnected' }),
      ],
    })
  })

  test('/metrics: the text format of Prometheus', async () => {
    const { ask } = await running()
    const { headers, body } = await ask('GET /metrics', bearer)
    expect(headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
    expect(body).toContain('# TYPE gangway_build_info gauge\ngangway_build_info{version="1.2.3",')
    expect(body).toMatch(/^gangway_event_loop_delay_p99_seconds \d+(\.\d+)?(e-\d+)?$/m)
  })
})

describe('safety 29: the page behind TLS, for others', () => {
  const password = 'correct-horse-battery-staple'

  test('takes the password for a cookie that only TLS carries', async () => {
    const page = await startPageServer({ allowHosts: ['nas.example'], password })
    own(page.server)
    const { port, server, token } = page
    expect({ url: server.url, token }).toEqual({ url: 'https://nas.example/', token: '' })
    const post = (secret: string, origin: string) => {
      const body = JSON.stringify({ token: secret })
      const headers = [
        'Host: nas.example',
        `Origin: ${origin}`,
        'Content-Type: application/json',
        `Content-Length: ${body.length}`,
      ]
      return rawHttp({ port, line: 'POST /session HTTP/1.1', headers, body })
    }
    const answer = await post(password, 'https://nas.example')
    expect(answer.status).toBe(204)
    expect(answer.headers.get('set-cookie')).toMatch(/; HttpOnly; SameSite=Strict; Secure$/)
    expect(answer.headers.get('content-security-policy')).toContain('wss://nas.example')
    expect((await post(password, 'http://nas.example')).status).toBe(403)
    const guessed = await post('guess', 'https://nas.example')
    expect(guessed.status).toBe(401)
    expect(guessed.headers.get('gangway-opens-with')).toBe('password')
    expect(JSON.parse(guessed.body)).toMatchObject({ code: 'host.password' })
    expect((await postToken(port, password)).headers.get('set-cookie')).not.toContain('Secure')
    for (let guess = 2; guess <= 10; guess++) await post(`guess ${guess}`, 'https://nas.example')
    const late = await post(password, 'https://nas.example')
    expect([late.status, late.headers.get('retry-after')]).toEqual([429, '60'])
    expect(JSON.parse(late.body)).toMatchObject({ code: 'host.tries' })
  })
})

describe('safety 29: the token', () => {
  test('is exchanged for a cookie that scripts cannot read and other sites do not send', async () => {
    const { port, token, ask } = await running()
    const answer = await postToken(port, token)
    expect(answer.status).toBe(204)
    const set = answer.headers.get('set-cookie') ?? ''
    expect(set).toMatch(
      new RegExp(`^gangway_${port}=[\\w-]{43}; Path=/; HttpOnly; SameSite=Strict$`),
    )
    expect(set).not.toContain(token)
    const cookie = set.split(';')[0] ?? ''
    expect((await ask('GET /session', [`Cookie: a=b; ${cookie}`])).status).toBe(204)
    expect((await ask('GET /session')).status).toBe(401)
    expect((await ask('GET /session', [`Cookie: gangway_${port}=${token}`])).status).toBe(401)
    expect((await ask('GET /session', [`Cookie: x${cookie}`])).status).toBe(401)
  })

  test('of another run is refused, and so is its cookie', async () => {
    const earlier = await running()
    const cookie = await cookieFor(earlier.port, earlier.token)
    const { port, token, ask } = await running()
    expect((await postToken(port, earlier.token)).status).toBe(401)
    const value = cookie.split('=')[1] ?? ''
    expect((await ask('GET /session', [`Cookie: gangway_${port}=${value}`])).status).toBe(401)
    expect((await postToken(port, token)).status).toBe(204)
  })

  test('guesses are counted', async () => {
    const { port, token } = await running()
    for (let guess = 0; guess < 10; guess++) await postToken(port, `guess ${guess}`)
    expect((await postToken(port, token)).status).toBe(429)
  })

  test.each([
    ['a form', 'application/x-www-form-urlencoded', 'token=x'],
    ['text', 'text/plain', '{"token":"x"}'],
    ['not JSON', 'application/json', '{'],
    ['another shape', 'application/json', '{"token":1}'],
    ['more than a token', 'application/json', '{"token":"x","admin":true}'],
    ['nothing', 'application/json', ''],
    ['too much', 'application/json', JSON.stringify({ token: 'x'.repeat(2_000) })],
  ])('%s in its place is refused', async (_name, type, body) => {
    const { ask, origin } = await running()
    const headers = [`Origin: ${origin}`, `Content-Type: ${type}`, `Content-Length: ${body.length}`]
    expect((await ask('POST /session', headers, body)).status).toBe(400)
  })

  test('safety 29: a body that trickles is not waited for longer than any other', async () => {
    const clock = new FakeClock()
    const page = await startPageServer({ clock })
    own(page.server)
    const socket = createConnection(page.port, '127.0.0.1')
    let isClosed = false
    socket.on('error', () => {})
    socket.on('close', () => (isClosed = true))
    const head = [
      'POST /session HTTP/1.1',
      `Host: 127.0.0.1:${page.port}`,
      `Origin: ${page.origin}`,
      'Content-Type: application/json',
      'Content-Length: 100',
    ]
    socket.write([...head, '', '{'].join('\r\n'))
    await until('it is being read', () => clock.pending > 0)
    await clock.advance(5_000)
    await until('it is cut', () => isClosed, 2_000)
    expect(clock.pending).toBe(0)
  })

  test('a body without end is cut', async () => {
    const { ask, origin } = await running()
    const headers = [
      `Origin: ${origin}`,
      'Content-Type: application/json',
      'Transfer-Encoding: chunked',
    ]
    const body = `800\r\n${'x'.repeat(0x800)}\r\n`
    const answer = await ask('POST /session', headers, body)
    expect(answer.status).toBe(400)
    expect(answer.headers.get('connection')).toBe('close')
  })
})

describe('what is not HTTP as a browser speaks it', () => {
  test.each([
    ['no Host', 'GET / HTTP/1.1', []],
    ['HTTP/1.0 without Host', 'GET / HTTP/1.0', []],
    ['not HTTP', 'HELO gangway', []],
    ['a header too large', 'GET / HTTP/1.1', [`X-Large: ${'x'.repeat(20_000)}`]],
    ['a broken header', 'GET / HTTP/1.1', ['Host']],
    ['a method nobody knows', 'FETCH / HTTP/1.1', []],
  ])('%s: refused', async (_name, line, headers) => {
    const { port } = await running()
    const { status } = await rawHttp({ port, line, headers })
    expect(status).toBeGreaterThanOrEqual(400)
  })

  test('two Host headers: refused, whichever is right', async () => {
    const { port } = await running()
    const own = `Host: 127.0.0.1:${port}`
    for (const headers of [
      [own, 'Host: evil.example'],
      ['Host: evil.example', own],
      [own, own],
    ]) {
      const { status } = await rawHttp({ port, line: 'GET /health HTTP/1.1', headers })
      expect(status).toBeGreaterThanOrEqual(400)
    }
  })

  test('CONNECT and TRACE: nothing to learn', async () => {
    const { ask } = await running()
    await expect(ask('CONNECT example.org:443')).rejects.toThrow('closed without an answer')
    expect((await ask('TRACE /')).status).toBe(403)
  })
})

describe('a dropped file', () => {
  const drop = `/drops/${'0'.repeat(32)}`

  async function put(query: string, headers: string[]) {
    const { ask, port, token } = await running()
    const cookie = await cookieFor(port, token)
    const page = [`Origin: http://127.0.0.1:${port}`, `Cookie: ${cookie}`]
    return ask(`PUT ${drop}?${query}`, [...page, ...headers], headers.length > 0 ? 'bytes' : '')
  }

  test('is taken in with its name and time', async () => {
    expect(await put('path=a%2Fb.txt&mtime=1700000000000', ['Content-Length: 5'])).toMatchObject({
      status: 201,
    })
  })

  test.each([
    ['no name', 'mtime=1', ['Content-Length: 5']],
    ['no time', 'path=a', ['Content-Length: 5']],
    ['a time that is none', 'path=a&mtime=soon', ['Content-Length: 5']],
    ['no length', 'path=a&mtime=1', []],
  ])('with %s is refused with a sentence', async (_, query, headers) => {
    const answer = await put(query, headers)
    expect(answer.status).toBe(400)
    expect(JSON.parse(answer.body)).toMatchObject({ code: 'input.invalid' })
  })
})

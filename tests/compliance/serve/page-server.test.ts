import { describe, expect, test } from 'vitest'
import { cookieFor, postToken, startPageServer } from '../../support/page-server.ts'
import { closing } from '../../support/closing.ts'
import { rawHttp, type RawAnswer } from '../../support/raw-http.ts'

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

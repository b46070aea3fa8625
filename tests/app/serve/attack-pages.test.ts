import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { launchBrowser } from '../../support/browser.ts'
import { startPageServer } from '../../support/page-server.ts'

type PageServer = Awaited<ReturnType<typeof startPageServer>>

let browser: Browser
let attacker: { readonly port: number; close(): void }
let victim: PageServer
let context: BrowserContext

beforeAll(async () => {
  browser = await launchBrowser(['--host-resolver-rules=MAP *.test 127.0.0.1'])
  attacker = await startAttacker()
})
afterAll(async () => {
  await browser.close()
  attacker.close()
})
beforeEach(async () => {
  victim = await startPageServer()
  context = await browser.newContext()
  context.setDefaultTimeout(10_000)
})
afterEach(async () => {
  await context.close()
  await victim.server.close()
})

/** Serves an empty page under any name; what it tries is put in by the test. */
async function startAttacker() {
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'text/html')
    response.end('<!doctype html><title>Win a prize</title><body></body>')
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

/** The person's own page, with a session: its cookie is in the browser that the attacks run in. */
async function ownPage(): Promise<Page> {
  const page = await context.newPage()
  await page.goto(victim.origin)
  const status = await page.evaluate(async (token) => {
    const headers = { 'content-type': 'application/json' }
    const body = JSON.stringify({ token })
    return (await fetch('/session', { method: 'POST', headers, body })).status
  }, victim.token)
  expect(status).toBe(204)
  return page
}

async function attackFrom(host: string): Promise<Page> {
  await ownPage()
  const page = await context.newPage()
  await page.goto(`http://${host}:${attacker.port}/`)
  return page
}

interface Attempt {
  readonly method?: string
  readonly mode?: 'no-cors'
  readonly body?: string
  readonly headers?: Record<string, string>
}

function tryFetch(page: Page, url: string, options: Attempt = {}): Promise<string> {
  return page.evaluate(
    async ([url, options]) => {
      try {
        const response = await fetch(url, { credentials: 'include', ...options })
        return `${response.type} ${response.status}`
      } catch {
        return 'blocked'
      }
    },
    [url, options] as const,
  )
}

function trySocket(page: Page, url: string): Promise<string> {
  return page.evaluate(
    (url) =>
      new Promise<string>((resolve) => {
        const socket = new WebSocket(url)
        socket.addEventListener('open', () => resolve('open'))
        socket.addEventListener('error', () => resolve('refused'))
      }),
    url,
  )
}

test('the page itself gets in: what is refused below is refused for a reason', async () => {
  const page = await ownPage()
  expect(await tryFetch(page, '/session')).toBe('basic 204')
  expect(await trySocket(page, `ws://127.0.0.1:${victim.port}/contract`)).toBe('open')
  expect(await page.evaluate(() => document.cookie)).toBe('')
})

/** Another program of this computer is the same site to a browser, so it even sends our cookie. */
describe.each(['evil.test', '127.0.0.1', 'localhost'])('safety 29: a page from %s', (host) => {
  test('reads nothing', async () => {
    const page = await attackFrom(host)
    for (const path of ['/', '/health', '/session', '/assets/app-1.js']) {
      expect(await tryFetch(page, victim.origin + path)).toBe('blocked')
      expect(await tryFetch(page, victim.origin + path, { mode: 'no-cors' })).toBe('blocked')
    }
    const script = await page.evaluate(
      (src) =>
        new Promise((resolve) => {
          const script = document.createElement('script')
          script.addEventListener('load', () => resolve('loaded'))
          script.addEventListener('error', () => resolve('blocked'))
          script.src = src
          document.body.append(script)
        }),
      `${victim.origin}/assets/app-1.js`,
    )
    expect(script).toBe('blocked')
  })

  test('opens no WebSocket, by no name', async () => {
    const page = await attackFrom(host)
    for (const name of ['127.0.0.1', 'localhost', 'rebound.test']) {
      expect(await trySocket(page, `ws://${name}:${victim.port}/contract`)).toBe('refused')
    }
    expect(victim.nearby.watchers).toBe(0)
  })

  test('starts no session, not even with the token', async () => {
    const page = await attackFrom(host)
    await context.clearCookies()
    const body = JSON.stringify({ token: victim.token })
    const attempts: Attempt[] = [
      { method: 'POST', body, headers: { 'content-type': 'application/json' } },
      { method: 'POST', body, mode: 'no-cors' },
      { method: 'POST', body: 'token=x', mode: 'no-cors' },
    ]
    for (const attempt of attempts) {
      expect(await tryFetch(page, `${victim.origin}/session`, attempt)).toBe('blocked')
    }
    expect(await context.cookies(victim.origin)).toEqual([])
  })

  test('posts no form', async () => {
    const page = await attackFrom(host)
    await context.clearCookies()
    const answered = page.waitForResponse(`${victim.origin}/session`)
    await page.evaluate(
      ([action, token]) => {
        const form = document.createElement('form')
        form.method = 'POST'
        form.enctype = 'text/plain'
        form.action = action
        const field = document.createElement('input')
        field.name = `{"token":"${token}","x":"`
        field.value = '"}'
        form.append(field)
        document.body.append(form)
        form.submit()
      },
      [`${victim.origin}/session`, victim.token] as const,
    )
    expect((await answered).status()).toBe(403)
    expect(await context.cookies(victim.origin)).toEqual([])
  })

  test('shows nothing of it in a frame', async () => {
    const page = await attackFrom(host)
    const answered = page.waitForResponse(`${victim.origin}/`)
    await page.evaluate((src) => {
      const frame = document.createElement('iframe')
      frame.src = src
      document.body.append(frame)
    }, `${victim.origin}/`)
    expect((await answered).status()).toBe(403)
    for (const frame of page.frames().slice(1)) expect(frame.url()).not.toContain(victim.origin)
  })

  test('may link to it, and holds nothing of the window that opens', async () => {
    const page = await attackFrom(host)
    const opening = context.waitForEvent('page')
    const opened = await page.evaluateHandle((url) => window.open(url), `${victim.origin}/`)
    const popup = await opening
    await popup.waitForURL(`${victim.origin}/`)
    expect(await popup.title()).toBe('Gangway')
    expect(await popup.evaluate(() => window.opener)).toBeNull()
    expect(await opened.evaluate((window) => window?.closed)).toBe(true)
  })
})

test('safety 29: a name bent to this computer (DNS rebinding) is served nothing', async () => {
  await ownPage()
  const page = await context.newPage()
  const rebound = `http://rebound.test:${victim.port}`
  for (const path of ['/', '/health', '/session', '/assets/app-1.js']) {
    const answer = await page.goto(rebound + path)
    expect(answer?.status()).toBe(403)
    expect(await page.textContent('body')).toContain('This address is not served here.')
  }
  // The refusal is a page of the attacker's origin, so this is what it could do from there.
  expect(await tryFetch(page, `${rebound}/session`, { method: 'POST', body: '{}' })).toBe(
    'basic 403',
  )
  expect(await trySocket(page, `ws://rebound.test:${victim.port}/contract`)).toBe('refused')
})

test('safety 30: nothing inline runs in the page', async () => {
  const page = await ownPage()
  const ran = await page.evaluate(async () => {
    const violations: string[] = []
    document.addEventListener('securitypolicyviolation', (event) => {
      violations.push(event.effectiveDirective)
    })
    const marked = window as unknown as { ran?: string }
    const script = document.createElement('script')
    script.textContent = 'window.ran = "script"'
    document.body.append(script)
    const host = document.createElement('div')
    host.innerHTML = '<img src="data:," onerror="window.ran = `handler`"><p style="color:red"></p>'
    document.body.append(host)
    const frame = document.createElement('iframe')
    frame.src = 'javascript:parent.ran = "frame"'
    document.body.append(frame)
    // The handler of the broken image would have run by then.
    await new Promise((resolve) => host.querySelector('img')?.addEventListener('error', resolve))
    return { ran: marked.ran ?? null, violations }
  })
  expect(ran.ran).toBeNull()
  expect(ran.violations).toEqual(
    expect.arrayContaining(['script-src-elem', 'script-src-attr', 'style-src-attr']),
  )
})

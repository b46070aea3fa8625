import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Cdp, type CdpSession } from './cdp.ts'

export interface Chromium {
  readonly browser: CdpSession
  /** Opens a page that shows nothing yet. */
  readonly close: () => Promise<void>
  readonly newPage: () => Promise<{ session: CdpSession; targetId: string }>
}

const flags = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-extensions',
  '--no-startup-window',
  // Nothing a page asks for leaves this machine.
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
  '--remote-debugging-port=0',
  // It leaves when this pipe closes, however its owner came to an end.
  '--remote-debugging-pipe',
]

let running: Promise<Chromium> | null = null

/** One browser per process, started with its first window. */
export function chromium(): Promise<Chromium> {
  running ??= start()
  return running
}

/** Resolves when it is gone with all it wrote; at once when there is none. */
export async function closeChromium(): Promise<void> {
  if (!running) return
  await (await running).close()
}

async function start(): Promise<Chromium> {
  const profile = mkdtempSync(join(tmpdir(), 'gangway-chromium-'))
  const path = process.env['GANGWAY_BROWSER'] ?? 'chromium'
  const child = spawn(path, [...flags, `--user-data-dir=${profile}`], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
  })
  const url = await new Promise<string>((resolve, reject) => {
    let said = ''
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`Chromium left (${code}): ${said.slice(-500)}`)))
    child.stderr?.on('data', (data: Buffer) => {
      said = (said + data.toString()).slice(-10_000)
      const found = /DevTools listening on (ws:\/\/\S+)/.exec(said)?.[1]
      if (found) resolve(found)
    })
  })
  const cdp = await Cdp.connect(url)
  const browser = cdp.session()
  process.send?.({ event: 'browser', endpoint: url })
  return {
    browser,
    async close() {
      const gone = new Promise((resolve) => child.once('close', resolve))
      // It may be on its way out already, and then does not answer.
      browser.send('Browser.close').catch(() => {})
      await gone
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 })
    },
    async newPage() {
      const { targetId } = await browser.send<{ targetId: string }>('Target.createTarget', {
        url: 'about:blank',
        newWindow: true,
      })
      const { sessionId } = await browser.send<{ sessionId: string }>('Target.attachToTarget', {
        targetId,
        flatten: true,
      })
      return { session: cdp.session(sessionId), targetId }
    },
  }
}

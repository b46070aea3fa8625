import type { ChildProcess } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { chromium, type Browser, type Page } from 'playwright-core'
import { build } from 'vite'
import { findBrowser } from '../../../scripts/browser.js'
import { until } from '../until.ts'
import type { Desktop } from './launch.ts'
import { argumentsOf, start, type DesktopOptions, type DesktopProcess } from './process.ts'

/** The app on the stand-in for Electron: the same main, preload and page, as they were built. */

const root = join(import.meta.dirname, '../../..')
let built: Promise<string> | null = null

/** The stand-in is TypeScript of ours, and Node must be able to load it. */
function standInModule(): Promise<string> {
  built ??= buildStandIn()
  return built
}

async function buildStandIn(): Promise<string> {
  const outDir = join(root, 'node_modules/.cache/gangway-stand-in', String(process.pid))
  process.once('exit', () => rmSync(outDir, { recursive: true, force: true }))
  const entry = join(root, 'tests/desktop/stand-in/electron.ts')
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    build: { ssr: entry, target: 'node20', outDir, minify: false },
  })
  return pathToFileURL(join(outDir, 'electron.js')).href
}

export async function startStandIn(options: DesktopOptions): Promise<DesktopProcess> {
  const register = pathToFileURL(join(root, 'tests/desktop/stand-in/register.js')).href
  const main = join(root, 'dist/shell/main.js')
  return start(process.execPath, ['--import', register, main, ...argumentsOf(options)], {
    ...process.env,
    ...options.env,
    GANGWAY_STAND_IN: await standInModule(),
    GANGWAY_BROWSER: await findBrowser(),
  })
}

interface Told {
  readonly event?: 'browser'
  readonly endpoint?: string
  readonly probe?: number
  readonly value?: unknown
  readonly error?: string
}

export async function launchStandIn(options: DesktopOptions): Promise<Desktop> {
  const { child, exited, said } = await startStandIn(options)
  const browser = await chromium.connectOverCDP(await endpointOf(child, exited, said))
  return {
    page: await firstPage(browser),
    pid: child.pid ?? 0,
    said,
    exited,
    evaluate: probesOf(child) as Desktop['evaluate'],
    async close() {
      child.kill('SIGTERM')
      const code = await exited
      await browser.close()
      return code
    },
  }
}

/** Where its browser can be reached, told as soon as the first window needs one. */
function endpointOf(
  child: ChildProcess,
  exited: Promise<number | null>,
  said: () => string,
): Promise<string> {
  return new Promise((resolve, reject) => {
    child.on('message', ({ event, endpoint }: Told) => {
      if (event === 'browser' && endpoint !== undefined) resolve(endpoint)
    })
    void exited.then((code) =>
      reject(new Error(`the app left with code ${code} before its window opened:\n${said()}`)),
    )
  })
}

type Probe = (run: () => unknown, argument?: unknown) => Promise<unknown>

function probesOf(child: ChildProcess): Probe {
  const waiting = new Map<number, (told: Told) => void>()
  let next = 0
  child.on('message', (told: Told) => waiting.get(told.probe ?? -1)?.(told))
  child.once('close', () => {
    for (const settle of waiting.values()) settle({ error: 'the app left before it answered' })
  })
  return (run, argument) =>
    new Promise((resolve, reject) => {
      const probe = next++
      waiting.set(probe, ({ value, error }) => {
        waiting.delete(probe)
        if (error === undefined) resolve(value)
        else reject(new Error(error))
      })
      child.send({ probe, source: run.toString(), argument }, (error) => error && reject(error))
    })
}

async function firstPage(browser: Browser): Promise<Page> {
  const pages = () => browser.contexts().flatMap((context) => context.pages())
  const isOurs = (page: Page) => page.url().startsWith('https://gangway.app.invalid/')
  await until('the window shows its page', () => pages().some(isOurs), 20_000)
  const page = pages().find(isOurs)
  if (!page) throw new Error('the window is gone')
  await page.waitForLoadState('domcontentloaded')
  return page
}

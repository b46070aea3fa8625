import { fork, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type * as Electron from 'electron'
import { _electron, chromium, type Browser, type Page } from 'playwright-core'
import { build } from 'vite'
import { findBrowser } from '../../scripts/browser.js'
import { electronRuntime } from '../../scripts/electron.js'
import { until } from './until.ts'

/**
 * The desktop app as a person starts it: the built main, preload and page, in the real Electron where
 * its runtime is present, else on the stand-in. What a test sees of the two is the same.
 */

interface DesktopOptions {
  readonly dataDir: string
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

export interface Desktop {
  readonly page: Page
  /** Runs in the main process, which knows nothing of where the function was written. */
  evaluate<Result, Argument = undefined>(
    run: (electron: typeof Electron, argument: Argument) => Result | Promise<Result>,
    argument?: Argument,
  ): Promise<Result>
  /** All the app wrote to stderr so far. */
  readonly said: () => string
  /** Ends by itself: after a quit from inside. */
  exited(): Promise<number | null>
  /** Quits as a person would, and answers with the exit code. */
  close(): Promise<number | null>
}

const root = join(import.meta.dirname, '../..')
const runtime = electronRuntime()
export const desktopKind: 'electron' | 'stand-in' = runtime ? 'electron' : 'stand-in'
console.log(
  runtime ? `desktop tests: real Electron (${runtime})` : 'desktop tests: stand-in for Electron',
)

export function launchDesktop(options: DesktopOptions): Promise<Desktop> {
  return runtime ? launchReal(runtime, options) : launchStandIn(options)
}

export interface Refusal {
  readonly code: number | null
  readonly said: string
  readonly milliseconds: number
}

/** Starts the app where it is expected not to stay: it is refused, or another instance runs. */
export async function runDesktop(options: DesktopOptions): Promise<Refusal> {
  const started = performance.now()
  const running = runtime ? forkReal(runtime, options) : await forkStandIn(options)
  const code = await running.exited
  return { code, said: running.said(), milliseconds: performance.now() - started }
}

interface Running {
  readonly child: ChildProcess
  readonly exited: Promise<number | null>
  readonly said: () => string
}

function watched(child: ChildProcess): Running {
  let text = ''
  child.stderr?.on('data', (data: Buffer) => (text += data.toString()))
  // Unread output would stop the app once the pipe is full.
  child.stdout?.resume()
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve))
  return { child, exited, said: () => text }
}

function environment({ env }: DesktopOptions, more: Record<string, string>) {
  return { ...process.env, ...env, ...more }
}

function argumentsOf({ dataDir, args = [] }: DesktopOptions): string[] {
  return [`--data-dir=${dataDir}`, ...args]
}

// ── the real one ────────────────────────────────────────────────────────────────────────────────

// As root Chromium needs it, and only the variable below makes the app accept it.
const realFlags = ['--no-sandbox', '--password-store=basic']
const realEnv = { GANGWAY_DESKTOP_TEST: '1' }

function forkReal(path: string, options: DesktopOptions): Running {
  const args = [...realFlags, root, ...argumentsOf(options)]
  return watched(
    fork(args[0] ?? '', args.slice(1), {
      execPath: path,
      execArgv: [],
      silent: true,
      env: environment(options, realEnv),
    }),
  )
}

async function launchReal(path: string, options: DesktopOptions): Promise<Desktop> {
  const electron = await _electron.launch({
    executablePath: path,
    args: [...realFlags.slice(1), root, ...argumentsOf(options)],
    env: Object.fromEntries(
      Object.entries(environment(options, realEnv)).filter(
        (entry): entry is [string, string] => entry[1] !== undefined,
      ),
    ),
  })
  const running = watched(electron.process())
  const page = await electron.firstWindow()
  return {
    page,
    evaluate: (run, argument) => electron.evaluate(run as never, argument) as never,
    said: running.said,
    exited: () => running.exited,
    async close() {
      // The connection ends before it can answer.
      await electron.evaluate(({ app }) => app.quit()).catch(() => {})
      return running.exited
    },
  }
}

// ── the stand-in ────────────────────────────────────────────────────────────────────────────────

let built: Promise<string> | null = null

/** The stand-in is TypeScript of ours, and Node must be able to load it. */
function standInModule(): Promise<string> {
  built ??= buildStandIn()
  return built
}

async function buildStandIn(): Promise<string> {
  const outDir = join(root, 'node_modules/.cache/gangway-stand-in', String(process.pid))
  process.once('exit', () => rmSync(outDir, { recursive: true, force: true }))
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    build: {
      ssr: join(root, 'tests/desktop/stand-in/electron.ts'),
      target: 'node20',
      outDir,
      minify: false,
    },
  })
  return pathToFileURL(join(outDir, 'electron.js')).href
}

async function forkStandIn(options: DesktopOptions): Promise<Running> {
  const register = pathToFileURL(join(root, 'tests/desktop/stand-in/register.js')).href
  const browser = await findBrowser()
  const env = environment(options, {
    GANGWAY_STAND_IN: await standInModule(),
    GANGWAY_BROWSER: browser,
  })
  return watched(
    fork(join(root, 'dist/shell/main.js'), argumentsOf(options), {
      execArgv: ['--import', register],
      silent: true,
      env,
    }),
  )
}

interface Told {
  readonly event?: 'browser'
  readonly endpoint?: string
  readonly probe?: number
  readonly value?: unknown
  readonly error?: string
}

async function launchStandIn(options: DesktopOptions): Promise<Desktop> {
  const running = await forkStandIn(options)
  const { child, exited, said } = running
  const probes = new Map<number, (told: Told) => void>()
  const answered = new Promise<Told>((resolve) => {
    child.on('message', (told: Told) => {
      if (told.event === 'browser') resolve(told)
      else probes.get(told.probe ?? -1)?.(told)
    })
  })
  const left = exited.then((code) => {
    throw new Error(`the app left with code ${code} before its window opened:\n${said()}`)
  })
  const { endpoint = '' } = await Promise.race([answered, left])
  left.catch(() => {})
  const browser = await chromium.connectOverCDP(endpoint)
  const page = await firstPage(browser)
  let nextProbe = 0

  return {
    page,
    said,
    exited: () => exited,
    evaluate(run, argument) {
      const probe = nextProbe++
      return new Promise((resolve, reject) => {
        probes.set(probe, ({ value, error }) => {
          probes.delete(probe)
          if (error === undefined) resolve(value as never)
          else reject(new Error(error))
        })
        child.send({ probe, source: run.toString(), argument })
      })
    },
    async close() {
      child.kill('SIGTERM')
      const code = await exited
      await browser.close()
      return code
    },
  }
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

export function temporaryProfile(): { dataDir: string; remove(): void } {
  const dataDir = mkdtempSync(join(tmpdir(), 'gangway-desktop-'))
  return {
    dataDir,
    remove: () => rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 }),
  }
}

import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'
import { findBrowser } from '../../scripts/browser.js'

/** In a bare environment Chromium would leave out files whose names are not plain ASCII. */
export const browserEnvironment = { ...process.env, LC_ALL: 'C.UTF-8' }

export async function launchBrowser(args: readonly string[] = []): Promise<Browser> {
  return chromium.launch({
    executablePath: await findBrowser(),
    env: browserEnvironment,
    // As root, in a container, and everything it opens is ours.
    args: ['--no-sandbox', '--disable-dev-shm-usage', ...args],
  })
}

export interface Visit extends AsyncDisposable {
  readonly page: Page
  /** What the page complained about: errors of scripts, the console, the content policy. */
  readonly complaints: string[]
}

/** A person with a fresh profile opens a link. */
export async function visit(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
  prepare: (page: Page) => Promise<unknown> = async () => {},
): Promise<Visit> {
  const context = await browser.newContext({
    viewport: { width: 1200, height: 780 },
    locale: 'en-GB',
    ...options,
  })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  await prepare(page)
  await page.goto(url)
  return { page, complaints, [Symbol.asyncDispose]: () => context.close() }
}

import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll } from 'vitest'
import type { Api } from '#shared/contract.ts'
import { launchBrowser, visit } from './browser.ts'
import { fakeApi } from './fake-api.ts'
import { openFakePage } from './fake-page.ts'

interface Opening {
  /** What the core knows before the page is opened. */
  readonly before?: (fake: ReturnType<typeof fakeApi>) => void
  readonly api?: (api: Api) => Api
  readonly at?: string
  readonly browser?: BrowserContextOptions
  /** What the server does before the page is opened. */
  readonly serving?: (server: Awaited<ReturnType<typeof openFakePage>>) => void
  /** What is done to the empty page before it opens the link. */
  readonly prepare?: (page: Page) => Promise<unknown>
}

/** Call it once in a test file: one browser for all, a fresh server and profile for each page. */
export function openingPages() {
  let browser: Browser
  const undo: (() => Promise<void>)[] = []
  beforeAll(async () => {
    browser = await launchBrowser()
  })
  afterEach(async () => {
    for (const close of undo.splice(0).reverse()) await close()
  })
  afterAll(() => browser.close())

  return async (opening: Opening = {}) => {
    const { before, api = (same) => same, at } = opening
    const fake = fakeApi()
    before?.(fake)
    const server = await openFakePage(api(fake.api))
    undo.push(() => server.close())
    opening.serving?.(server)
    const url = at === undefined ? server.url : server.origin + at
    const visited = await visit(browser, url, opening.browser, opening.prepare)
    undo.push(async () => visited[Symbol.asyncDispose]())
    return { fake, server, page: visited.page, complaints: visited.complaints }
  }
}

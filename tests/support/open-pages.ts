import type { Browser, BrowserContextOptions } from 'playwright-core'
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

  return async ({ before, api = (same) => same, at, browser: options = {} }: Opening = {}) => {
    const fake = fakeApi()
    before?.(fake)
    const server = await openFakePage(api(fake.api))
    undo.push(() => server.close())
    const visited = await visit(
      browser,
      at === undefined ? server.url : server.origin + at,
      options,
    )
    undo.push(() => visited[Symbol.asyncDispose]())
    return { fake, server, page: visited.page, complaints: visited.complaints }
  }
}

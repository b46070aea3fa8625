import { afterEach, expect, test } from 'vitest'
import { createServer, type ViteDevServer } from 'vite'
import { join } from 'node:path'
import { launchBrowser, visit } from '../support/browser.ts'
import { startPageServer } from '../support/page-server.ts'

let vite: ViteDevServer | null = null

afterEach(async () => {
  delete process.env['GANGWAY_DEV_TARGET']
  await vite?.close()
})

test('with live reload in front, the page passes every check of its node', async () => {
  const node = await startPageServer()
  process.env['GANGWAY_DEV_TARGET'] = node.origin
  vite = await createServer({
    configFile: join(import.meta.dirname, '../../vite.config.ts'),
    logLevel: 'error',
    server: { port: 0 },
  })
  await vite.listen()
  const url = `${vite.resolvedUrls?.local[0] ?? ''}#${node.token}`
  const browser = await launchBrowser()
  try {
    const { page, complaints } = await visit(browser, url)
    await page.getByRole('heading', { level: 1, name: 'Laptop' }).waitFor({ timeout: 30_000 })
    await page.reload()
    await page.getByRole('heading', { level: 1, name: 'Laptop' }).waitFor({ timeout: 30_000 })
    expect(complaints.filter((line) => !line.includes('React DevTools'))).toEqual([])
  } finally {
    await browser.close()
    await node.server.close()
  }
})

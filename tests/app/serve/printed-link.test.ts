import { describe, expect, test } from 'vitest'
import { browserBehind } from '../../support/browser-behind.ts'
import { closing } from '../../support/closing.ts'
import { whyNoNamespaces } from '../../support/namespaces.ts'
import { startNode } from '../../support/node-process.ts'
import { openSmallLan } from '../../support/small-lan.ts'

const own = closing()

describe.runIf(whyNoNamespaces() === null)('a browser at the printed link', () => {
  test('shows both devices, live, and its link is used up where others look', async () => {
    const { prefix } = own(openSmallLan())
    const start = async (name: string) =>
      own(await startNode({ prefix, args: ['--visible', '--name', name] }))
    const [kitchen, attic] = await Promise.all([start('Kitchen'), start('Attic')])
    const { browser } = own(await browserBehind(prefix))
    const page = await browser.newPage()
    const complaints: string[] = []
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text())
    })

    await page.goto(kitchen.url)
    await page.getByText('Kitchen').first().waitFor()
    await page.getByText('Attic').first().waitFor()
    expect(page.url()).not.toContain(kitchen.token)

    await page.reload()
    await page.getByText('Attic').first().waitFor()

    await attic.stop()
    await page.getByText('Attic').first().waitFor({ state: 'detached' })
    expect(complaints).toEqual([])
  })

  test('without the token shows nothing of them', async () => {
    const { prefix } = own(openSmallLan())
    const node = own(await startNode({ prefix, args: ['--name', 'Kitchen'] }))
    const { browser } = own(await browserBehind(prefix))
    const page = await browser.newPage()
    for (const url of [new URL('/', node.url).href, `${new URL('/', node.url).href}#wrong`]) {
      const refused = page.waitForResponse((response) => response.url().endsWith('/session'))
      await page.goto(url)
      expect((await refused).status()).toBe(401)
      expect(await page.textContent('body')).not.toContain('Kitchen')
    }
  })
})

import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'

/** What tests of the page do on it, in the words of a person. */

export async function goTo(page: Page, hash: string): Promise<void> {
  await page.locator('#app :is(h1, h2)').first().waitFor()
  await page.evaluate((hash) => {
    location.hash = hash
  }, hash)
}

/** The accessible name, or else the words, of what has the focus. */
export function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const element = document.activeElement
    return element?.getAttribute('aria-label') ?? element?.textContent ?? ''
  })
}

export async function violations(page: Page): Promise<string[]> {
  const { violations: found } = await new AxeBuilder({ page }).analyze()
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)
}

/** As if it were pasted with the keyboard, wherever the focus is. */
export async function paste(page: Page, text: string): Promise<void> {
  await page.evaluate((text) => navigator.clipboard.writeText(text), text)
  await page.keyboard.press('ControlOrMeta+v')
}

export const clipboard = { permissions: ['clipboard-read', 'clipboard-write'] }

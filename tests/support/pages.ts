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
    if (!(element instanceof HTMLElement) || element === document.body) return ''
    const [label] = (element instanceof HTMLInputElement ? element.labels : null) ?? []
    return element.getAttribute('aria-label') ?? label?.textContent ?? element.textContent ?? ''
  })
}

/** WCAG 2.2 AA; what is new in 2.2 is left out unless it is named. */
const levels = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** What fades in is judged as it stays. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const ending = document
      .getAnimations()
      .filter(({ effect, playState }) => {
        const end = Number(effect?.getComputedTiming().endTime ?? Infinity)
        return playState === 'running' && Number.isFinite(end)
      })
      .map(({ finished }) => finished)
    await Promise.allSettled(ending)
  })
}

export async function violations(page: Page): Promise<string[]> {
  await settled(page)
  const { violations: found } = await new AxeBuilder({ page }).withTags(levels).analyze()
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)
}

/** As if it were pasted with the keyboard, wherever the focus is. */
export async function paste(page: Page, text: string): Promise<void> {
  await page.evaluate((text) => navigator.clipboard.writeText(text), text)
  await page.keyboard.press('ControlOrMeta+v')
}

export const clipboard = { permissions: ['clipboard-read', 'clipboard-write'] }

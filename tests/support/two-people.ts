import type { Browser, Locator, Page } from 'playwright-core'
import { expect } from 'vitest'
import { browserBehind } from './browser-behind.ts'
import { visit } from './browser.ts'
import type { closing } from './closing.ts'
import { startNode } from './node-process.ts'
import { violations } from './pages.ts'
import { openSmallLan } from './small-lan.ts'

/** What happens between two computers takes as long as it takes. */
export const slow = { timeout: 15_000 }

export interface Person {
  readonly page: Page
  readonly complaints: string[]
}

type Theme = 'light' | 'dark'

interface Meeting {
  readonly colorScheme?: Theme
  /** More for `gangway serve` on each of the two. */
  readonly args?: { readonly kitchen: readonly string[]; readonly attic: readonly string[] }
}

/** Two computers on one network, each with Gangway and a window of it open. */
export async function twoPeople(
  own: ReturnType<typeof closing>,
  { colorScheme = 'light', args = { kitchen: [], attic: [] } }: Meeting = {},
) {
  const { prefix } = own(openSmallLan())
  const start = async (name: string, more: readonly string[]) =>
    own(await startNode({ prefix, args: ['--visible', '--name', name, ...more] }))
  const [kitchen, attic] = await Promise.all([
    start('Kitchen', args.kitchen),
    start('Attic', args.attic),
  ])
  const { browser } = own(await browserBehind(prefix))
  const window = (url: string) => windowOf(browser, url, colorScheme)
  return { kitchen, attic, ada: await window(kitchen.url), ben: await window(attic.url) }
}

async function windowOf(browser: Browser, url: string, colorScheme: Theme): Promise<Person> {
  return visit(browser, url, { colorScheme, reducedMotion: 'reduce' })
}

export function heading({ page }: Person, name: string | RegExp): Locator {
  return page.getByRole('heading', { level: 1, name })
}

export async function press({ page }: Person, name: string | RegExp): Promise<void> {
  await page.getByRole('button', { name, exact: true }).click()
}

/** Read off the screen, as Ada would say them to Ben. */
export async function readWords({ page }: Person): Promise<string[]> {
  await page.getByRole('link', { name: 'Pair a device' }).click()
  const items = page.getByRole('list', { name: 'Your five words' }).getByRole('listitem')
  await items.first().waitFor(slow)
  return (await items.allInnerTexts()).map((text) => text.replace(/^\d\s+/, ''))
}

export async function typeWords({ page }: Person, words: readonly string[]): Promise<void> {
  await page.getByRole('link', { name: 'Pair a device' }).click()
  await page.getByRole('tab', { name: 'Type words' }).click()
  await page.keyboard.type(words.join(' '))
  await page.keyboard.press('Enter')
}

export async function pair(ada: Person, ben: Person): Promise<void> {
  await typeWords(ben, await readWords(ada))
  await heading(ada, 'Attic⁩ wants to pair').waitFor(slow)
  const lines = await ada.page.locator('dl').innerText()
  expect(await violations(ada.page), 'who is it').toEqual([])
  await press(ada, 'Accept')
  await heading(ben, 'Kitchen⁩ wants to pair').waitFor(slow)
  expect(await ben.page.locator('dl').innerText()).toBe(lines)
  await press(ben, 'Accept')
  await Promise.all([ada, ben].map((one) => heading(one, 'Paired with').waitFor(slow)))
}

import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import type { Api } from '#shared/contract.ts'
import { Fault } from '#shared/faults.ts'
import { fakeId } from '../support/fake-devices.ts'
import { fakePaired, idleOver } from '../support/fake-paired.ts'
import { notingCalls } from '../support/noted-calls.ts'
import { openingPages } from '../support/open-pages.ts'
import { clipboard, goTo, paste } from '../support/pages.ts'

const open = openingPages()
const from = fakeId(1)

type Fake = Awaited<ReturnType<typeof open>>['fake']

function studio({ devices }: Fake): void {
  devices.put(fakePaired(1, { name: 'Studio' }, idleOver()))
}

function arrive({ texts }: Fake, id: string, text: string): void {
  texts.put({ id, from, text, at: Date.now() })
}

async function atStudio(page: Page): Promise<void> {
  await goTo(page, `#/device/${from}`)
  await page.getByRole('heading', { level: 1, name: 'Studio' }).waitFor()
}

describe('a text that arrives', () => {
  test('is shown and read out wherever one is, and leads to its sender', async () => {
    const { fake, page, complaints } = await open({ before: studio })
    await page.getByRole('heading', { level: 1, name: 'Laptop' }).waitFor()
    arrive(fake, 'a', 'The train leaves at 10:42.')
    const toast = page.getByRole('region', { name: 'Text from' })
    await toast.getByText('The train leaves').waitFor()
    await page.getByRole('status').filter({ hasText: 'Text from' }).waitFor()
    await page.getByRole('link', { name: 'Studio Ready One text' }).waitFor()
    arrive(fake, 'b', 'Later, at 11:10.')
    await toast.getByText('and one more').waitFor()
    await toast.getByRole('link', { name: 'Show' }).click()
    await page.getByRole('heading', { level: 1, name: 'Studio' }).waitFor()
    expect(await toast.count()).toBe(0)
    const all = page.getByRole('region', { name: 'Texts' }).getByRole('article')
    expect(await all.count()).toBe(2)
    expect(await all.first().innerText()).toContain('Later')
    // What stood there need not be said again elsewhere.
    await goTo(page, '#/here')
    await page.getByRole('heading', { level: 1, name: 'Laptop' }).waitFor()
    expect(await toast.count()).toBe(0)
    arrive(fake, 'c', 'Or not at all.')
    await toast.getByText('Or not at all').waitFor()
    expect(await toast.getByText('more').count()).toBe(0)
    expect(complaints).toEqual([])
  })

  test('is copied, and dismissed in both places at once', async () => {
    const { fake, page } = await open({ before: studio, browser: clipboard })
    await page.getByRole('heading', { level: 1, name: 'Laptop' }).waitFor()
    arrive(fake, 'a', 'two\nlines')
    await page.getByRole('button', { name: 'Copy' }).click()
    await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe('two\nlines')
    await page.getByRole('button', { name: 'Dismiss' }).click()
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByRole('button', { name: 'Dismiss' }).click()
    await page.getByText('The text was dismissed').waitFor()
    expect(fake.texts.rows).toHaveLength(1)
    await page.evaluate(() => dispatchEvent(new Event('pagehide')))
    await expect.poll(() => fake.texts.rows).toEqual([])
    await atStudio(page)
    expect(await page.getByRole('article').count()).toBe(0)
  })

  test('of any length takes little room until one wants it all', async () => {
    const { fake, page } = await open({ before: studio })
    await atStudio(page)
    arrive(fake, 'a', 'a line\n'.repeat(400))
    const words = page.getByRole('article').locator('p').first()
    await words.waitFor()
    const height = async () => (await words.boundingBox())?.height ?? 0
    expect(await height()).toBeLessThan(200)
    await page.getByRole('button', { name: 'Show all' }).click()
    expect(await height()).toBeGreaterThan(4_000)
    await page.getByRole('button', { name: 'Show less' }).click()
    expect(await height()).toBeLessThan(200)
  })

  test.each([
    ['https://example.org/minutes?a=1', 'https://example.org/minutes?a=1'],
    [' http://192.0.2.9:8080 ', 'http://192.0.2.9:8080/'],
    ['HTTPS://example.org', 'https://example.org/'],
  ])('safety 30: %j opens as a link that tells nothing of here', async (text, href) => {
    const { fake, page } = await open({ before: studio })
    await atStudio(page)
    arrive(fake, 'a', text)
    const link = page.getByRole('link', { name: 'Open link' })
    await link.waitFor()
    expect(await link.getAttribute('href')).toBe(href)
    expect(await link.getAttribute('rel')).toBe('noopener noreferrer')
    expect(await link.getAttribute('target')).toBe('_blank')
  })

  test.each([
    'javascript:window.hit=1',
    ' java\tscript:window.hit=1',
    'data:text/html,<script>window.hit=1</script>',
    'file:///etc/passwd',
    'https://example.org and more words',
    'gangway://pair?x',
    '<a href="https://example.org">Click</a><script>window.hit=1</script>',
    'https://',
  ])('safety 30: %j stays text', async (text) => {
    const { fake, page, complaints } = await open({ before: studio })
    await atStudio(page)
    arrive(fake, 'a', text)
    await page.getByRole('article').waitFor()
    expect(await page.getByRole('article').locator('p').first().textContent()).toBe(text)
    expect(await page.getByRole('link', { name: 'Open link' }).count()).toBe(0)
    expect(await page.evaluate(() => 'hit' in window)).toBe(false)
    expect(complaints).toEqual([])
  })
})

describe('sending a text', () => {
  const failing = (fault: Fault) => (api: Api) => ({
    ...api,
    calls: {
      ...api.calls,
      'text.send': async () => {
        throw fault
      },
    },
  })

  test('says when it is there, and is ready for the next', async () => {
    const noted = notingCalls()
    const { page } = await open({ before: studio, api: noted.api })
    await atStudio(page)
    await page.getByRole('button', { name: 'Send text' }).click()
    const field = page.getByRole('textbox', { name: 'Text or link' })
    expect(await field.evaluate((area) => area === document.activeElement)).toBe(true)
    await page.keyboard.type('https://example.org')
    await page.keyboard.press('Control+Enter')
    await page.getByRole('status').filter({ hasText: 'Delivered' }).waitFor()
    expect(noted.of('text.send')).toEqual([{ to: from, text: 'https://example.org' }])
    expect(await field.inputValue()).toBe('')
    await page.keyboard.press('Escape')
    await expect.poll(() => field.count()).toBe(0)
  })

  test('begins with what is pasted on the page of a device', async () => {
    const { page } = await open({ before: studio, browser: clipboard })
    await atStudio(page)
    await paste(page, 'see you at 10:42')
    const field = page.getByRole('textbox', { name: 'Text or link' })
    expect(await field.inputValue()).toBe('see you at 10:42')
    await paste(page, ', platform 3')
    expect(await field.inputValue()).toBe('see you at 10:42, platform 3')
  })

  test('that failed keeps what was typed, says why, and goes again', async () => {
    const fault = new Fault('peer.unreachable')
    const { page } = await open({ before: studio, api: failing(fault) })
    await atStudio(page)
    await page.getByRole('button', { name: 'Send text' }).click()
    await page.getByRole('textbox', { name: 'Text or link' }).fill('hello')
    await page.getByRole('button', { name: 'Send', exact: true }).click()
    await page
      .getByRole('alert')
      .filter({ hasText: `Not delivered. ${fault.message}` })
      .waitFor()
    expect(await page.getByRole('textbox', { name: 'Text or link' }).inputValue()).toBe('hello')
    expect(await page.getByRole('button', { name: 'Send again' }).isVisible()).toBe(true)
  })

  test('of nothing, or of too much, is not tried', async () => {
    const noted = notingCalls()
    const { page } = await open({ before: studio, api: noted.api })
    await atStudio(page)
    await page.getByRole('button', { name: 'Send text' }).click()
    await page.getByRole('button', { name: 'Send', exact: true }).click()
    await page.getByText('Write something first.').waitFor()
    await page.getByRole('textbox', { name: 'Text or link' }).fill('x'.repeat(16_002))
    await page.getByText('Too long by 2 characters.').waitFor()
    await page.getByRole('button', { name: 'Send', exact: true }).click()
    expect(noted.of('text.send')).toEqual([])
  })
})

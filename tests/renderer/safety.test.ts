import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { fakeDevice, fakeId, fakeNearby } from '../support/fake-devices.ts'
import { openingPages } from '../support/open-pages.ts'

const open = openingPages()

/** What a hostile device might call itself, were its name ever taken for markup, code or a link. */
const corpus = [
  '<script>window.hit = 1</script>',
  '<img src=x onerror="window.hit = 1">',
  '"><svg onload=window.hit=1>',
  "'-window.hit=1-'",
  '</title><script>window.hit=1</script>',
  'javascript:window.hit=1',
  '{{constructor.constructor("window.hit=1")()}}',
  '${window.hit=1}',
  '<iframe srcdoc="<script>parent.hit=1</script>">',
  '<style>*{display:none}</style>',
  '<base href="https://example.invalid/">',
  '&lt;b&gt;&#x3C;script&#x3E;',
  'data:text/html,<script>window.hit=1</script>',
  '__proto__',
  '<a href="https://example.invalid">Click</a>',
]

async function harmed(page: Page): Promise<unknown> {
  return page.evaluate(() => ({
    hit: 'hit' in window,
    elements: document.querySelectorAll('#app :is(script, iframe, style, base, object, embed)')
      .length,
    images: document.querySelectorAll('#app img').length,
    links: [...document.querySelectorAll('#app a')].filter(
      (link) => !link.getAttribute('href')?.startsWith('#/'),
    ).length,
  }))
}

const unharmed = { hit: false, elements: 0, images: 0, links: 0 }

describe('safety 30: text of other devices', () => {
  test('stays text in the list and on the page of each device', async () => {
    const { page, complaints } = await open({
      before: ({ nearby }) => {
        for (const [n, name] of corpus.entries()) nearby.put(fakeNearby(n + 1, { name }))
      },
    })
    await page.getByText(`${corpus.length} devices are nearby`).waitFor()
    for (const [n, name] of corpus.entries()) {
      await page.evaluate((id) => (location.hash = `#/device/${id}`), fakeId(n + 1))
      const heading = page.getByRole('heading', { level: 1 })
      await expect.poll(() => heading.textContent(), { timeout: 4_000 }).toBe(name)
      expect(await page.locator('nav bdi').getByText(name, { exact: true }).count()).toBe(1)
    }
    expect(await harmed(page)).toEqual(unharmed)
    expect(complaints).toEqual([])
  })

  test('stays text where this device speaks of itself', async () => {
    const { fake, page, complaints } = await open()
    const heading = page.getByRole('heading', { level: 1 })
    for (const name of corpus) {
      const problem = { code: 'internal', message: name, details: {} } as const
      fake.device.set(
        fakeDevice(
          { name, lanOnly: false },
          {
            os: name,
            version: name,
            problems: [problem],
            endpoint: { addresses: [], relay: name },
          },
        ),
      )
      await expect.poll(() => heading.textContent(), { timeout: 4_000 }).toBe(name)
    }
    await page.getByRole('button', { name: 'Rename' }).click()
    await page.getByRole('textbox').waitFor()
    expect(await harmed(page)).toEqual(unharmed)
    expect(complaints).toEqual([])
  })

  test('that turns direction turns nothing around it', async () => {
    const { page } = await open({
      before: ({ nearby }) => nearby.put(fakeNearby(1, { name: 'אבג 123' })),
    })
    const row = page.getByRole('link', { name: 'אבג 123' })
    await row.waitFor()
    const order = await row.evaluate((link) => {
      const left = (text: string) => {
        const walker = document.createTreeWalker(link, NodeFilter.SHOW_TEXT)
        for (let node = walker.nextNode(); node; node = walker.nextNode()) {
          const at = node.textContent?.indexOf(text) ?? -1
          if (at < 0) continue
          const range = document.createRange()
          range.setStart(node, at)
          range.setEnd(node, at + text.length)
          return range.getBoundingClientRect().left
        }
        return -1
      }
      return left('Not paired') < left('here since')
    })
    expect(order).toBe(true)
  })
})

describe('safety 30: the page', () => {
  test('runs under the policy of the server without a single violation', async () => {
    const { page, complaints } = await open({ before: ({ nearby }) => nearby.put(fakeNearby(1)) })
    await page.getByRole('button', { name: 'Rename' }).hover()
    await page.getByRole('tooltip', { name: 'Rename' }).waitFor()
    await page.getByRole('switch', { name: 'Visible nearby' }).click()
    await page.getByRole('link', { name: 'Device 1' }).click()
    await page.getByRole('heading', { level: 1, name: 'Device 1' }).waitFor()
    expect(complaints).toEqual([])
  })

  test('would say so if something were blocked', async () => {
    const { page, complaints } = await open()
    await page.getByRole('heading', { level: 1 }).waitFor()
    await page.evaluate(() => {
      const script = document.createElement('script')
      script.textContent = 'window.hit = 1'
      document.head.append(script)
    })
    await expect.poll(() => complaints.join()).toContain('Content Security Policy')
    expect(await page.evaluate(() => 'hit' in window)).toBe(false)
  })

  test('asks nobody but its own server', async () => {
    const { server, page } = await open()
    const asked: string[] = []
    page.on('request', (request) => asked.push(request.url()))
    await page.reload()
    await page.getByRole('heading', { level: 1, name: 'Laptop' }).waitFor()
    expect(asked.length).toBeGreaterThan(3)
    for (const url of asked) expect(url.startsWith(server.origin), url).toBe(true)
  })
})

test('a bug in one screen is a sentence with a way on, and the others go on', async () => {
  const { addresses: _, ...broken } = fakeNearby(2, { name: 'Broken' })
  const { page } = await open({
    before: ({ nearby }) => {
      nearby.put(fakeNearby(1, { name: 'Whole' }))
      nearby.put(broken as ReturnType<typeof fakeNearby>)
    },
  })
  await page.getByRole('link', { name: 'Broken' }).click()
  await page.getByRole('heading', { level: 1, name: 'This screen stopped working' }).waitFor()
  expect(await page.getByRole('button', { name: 'Reload' }).isVisible()).toBe(true)
  await page.getByRole('link', { name: 'Whole' }).click()
  await page.getByRole('heading', { level: 1, name: 'Whole' }).waitFor()
})

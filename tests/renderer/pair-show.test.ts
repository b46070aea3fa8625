import { describe, expect, test } from 'vitest'
import { Fault } from '#shared/faults.ts'
import { failing, fakeCode, fakeWords, showing } from '../support/fake-pairing.ts'
import { notingCalls } from '../support/noted-calls.ts'
import { openingPages } from '../support/open-pages.ts'
import { clipboard, focused, goTo } from '../support/pages.ts'

const open = openingPages()

describe('showing words', () => {
  test('asks for them once, holds their place, and shows five with the time they have', async () => {
    const noted = notingCalls()
    const { fake, page, complaints } = await open({ api: noted.api })
    await page.getByRole('link', { name: 'Pair a device' }).click()
    await page.getByRole('heading', { name: 'Type these five words' }).waitFor()
    await expect.poll(() => fake.pairing.value.state).toBe('preparing')
    const before = await page.getByRole('heading', { name: 'Connection files' }).boundingBox()

    showing(fake)
    const words = page.getByRole('list', { name: 'Your five words' }).getByRole('listitem')
    await words.first().waitFor()
    expect(await words.allInnerTexts()).toEqual(fakeWords.map((word, n) => `${n + 1}\n${word}`))
    await page
      .getByRole('timer')
      .filter({ hasText: /^3:4\d left$/ })
      .waitFor()
    const after = await page.getByRole('heading', { name: 'Connection files' }).boundingBox()
    expect(after?.y).toBe(before?.y)
    expect(noted.of('pairing.show')).toHaveLength(1)
    expect(complaints).toEqual([])
  })

  test('that another window shows already are shown here, and not replaced', async () => {
    const noted = notingCalls()
    const { page } = await open({ api: noted.api, before: (fake) => showing(fake) })
    await goTo(page, '#/pair')
    await page.getByText('sunset').waitFor()
    expect(noted.of('pairing.show')).toEqual([])
  })

  test('copies the phrase and the link, which also is a QR code', async () => {
    const { page } = await open({ before: (fake) => showing(fake), browser: clipboard })
    await goTo(page, '#/pair')
    const copied = () => page.evaluate(() => navigator.clipboard.readText())
    await page.getByRole('button', { name: 'Copy the words' }).click()
    await page.getByRole('status').filter({ hasText: 'Copied' }).waitFor()
    expect(await copied()).toBe('brave lion sunset orbit maple')

    expect(await page.getByRole('img').count()).toBe(0)
    await page.getByRole('button', { name: 'QR and link' }).click()
    await page.getByRole('img', { name: 'QR code of the pairing link' }).waitFor()
    await page.getByText('192.0.2.7:41234').last().waitFor()
    await page.getByRole('button', { name: 'Copy link' }).click()
    await expect.poll(copied).toBe(fakeCode().link)
  })

  test('gives other words when asked to', async () => {
    const noted = notingCalls()
    const { fake, page } = await open({ api: noted.api, before: (fake) => showing(fake) })
    await goTo(page, '#/pair')
    await page.getByRole('button', { name: 'New words' }).click()
    await expect.poll(() => noted.of('pairing.show')).toHaveLength(1)
    showing(fake, { words: ['zoo', 'zone', 'zero', 'zebra', 'youth'] })
    await page.getByText('zebra').waitFor()
    expect(await page.getByText('sunset').count()).toBe(0)
  })

  test('says that somebody typed other words, and what to do', async () => {
    const { fake, page } = await open({ before: (fake) => showing(fake) })
    await goTo(page, '#/pair')
    await page.getByText('sunset').waitFor()
    expect(await page.getByText('Somebody typed other words').count()).toBe(0)
    showing(fake, { triesLeft: 2 })
    await page.getByText('2 tries are left. If it was not you, show new words.').waitFor()
    showing(fake, { triesLeft: 1 })
    await page.getByText('One more time and they are withdrawn').waitFor()
  })

  test('that have expired are replaced by a sentence and a button for new ones', async () => {
    const noted = notingCalls()
    const { fake, page } = await open({ api: noted.api, before: (fake) => showing(fake) })
    await goTo(page, '#/pair')
    await page.getByText('sunset').waitFor()
    failing(fake, 'pairing.expired')
    await page.getByRole('heading', { level: 1, name: 'These words have expired' }).waitFor()
    expect(await focused(page)).toBe('These words have expired')
    await page.getByRole('button', { name: 'Show new words' }).click()
    await expect.poll(() => noted.of('pairing.show')).toHaveLength(1)
    showing(fake)
    await page.getByText('sunset').waitFor()
  })

  test('safety 3: withdrawn because somebody guessed are told also to who comes later', async () => {
    const { fake, page } = await open({ before: (fake) => failing(fake, 'pairing.guessed') })
    await goTo(page, '#/pair')
    await page.getByRole('heading', { name: 'Somebody tried to guess' }).waitFor()
    await page.getByText('nobody got in').waitFor()
    await page.getByRole('button', { name: 'Show new words' }).click()
    await page.getByRole('heading', { name: 'Type these five words' }).waitFor()
    expect(fake.pairing.value.state).toBe('preparing')
  })

  test('does not bring back how an earlier pairing ended', async () => {
    const noted = notingCalls()
    const { fake, page } = await open({
      api: noted.api,
      before: (fake) => failing(fake, 'pairing.expired'),
    })
    await goTo(page, '#/pair')
    await expect.poll(() => fake.pairing.value.state).toBe('preparing')
    expect(noted.of('pairing.show')).toHaveLength(1)
    expect(await page.getByText('expired').count()).toBe(0)
  })

  test('that cannot be had say why, and are asked for again', async () => {
    const fault = new Fault('endpoint.unavailable', { port: 41641 })
    let broken = true
    const { fake, page } = await open({
      api: (api) => ({
        ...api,
        calls: {
          ...api.calls,
          'pairing.show': async (input, signal) => {
            if (broken) throw fault
            return api.calls['pairing.show'](input, signal)
          },
        },
      }),
    })
    await goTo(page, '#/pair')
    await page.getByRole('alert').filter({ hasText: fault.message }).waitFor()
    broken = false
    await page.getByRole('button', { name: 'Try again' }).click()
    await expect.poll(() => fake.pairing.value.state).toBe('preparing')
    expect(await page.getByRole('alert').filter({ hasText: fault.message }).count()).toBe(0)
  })

  test('speaks of the time once, a minute before the end, and not every second', async () => {
    const { fake, page } = await open({ before: (fake) => showing(fake) })
    await goTo(page, '#/pair')
    await page.getByText('sunset').waitFor()
    const spoken = () => page.getByRole('status').allTextContents()
    expect((await spoken()).join('')).toBe('')
    showing(fake, { expiresAt: Date.now() + 59_000 })
    await expect.poll(spoken).toContain('The words are good for one more minute.')
  })

  test.each([
    ['reduce', 0],
    ['no-preference', 1],
  ] as const)(
    'counts down in figures, with a ring only where motion is welcome: %s',
    async (reducedMotion, rings) => {
      const { page } = await open({
        before: (fake) => showing(fake),
        browser: { reducedMotion },
      })
      await goTo(page, '#/pair')
      await page.getByRole('timer').waitFor()
      const ring = page.locator('[role=tabpanel] svg').filter({ has: page.locator('circle') })
      expect(await ring.filter({ visible: true }).count()).toBe(rings)
    },
  )
})

describe('the tabs of pairing', () => {
  test('move with arrows, keep what was typed, and are no steps for going back', async () => {
    const { page } = await open({ before: (fake) => showing(fake) })
    await page.getByRole('heading', { level: 1, name: 'Laptop' }).waitFor()
    await page.getByRole('link', { name: 'Pair a device' }).click()
    const tab = (name: string) => page.getByRole('tab', { name })
    await tab('Show words').focus()
    await page.keyboard.press('ArrowRight')
    expect(await focused(page)).toBe('Type words')
    expect(await tab('Type words').getAttribute('aria-selected')).toBe('true')
    await page.getByRole('textbox', { name: 'Word 1 of 5' }).fill('brave')
    await tab('Type words').press('ArrowLeft')
    await page.getByText('sunset').waitFor()
    await tab('Type words').click()
    const first = page.getByRole('textbox', { name: 'Word 1 of 5' })
    expect(await first.inputValue()).toBe('brave')
    expect(await focused(page)).toBe('Word 1 of 5')
    await page.goBack()
    await page.getByRole('heading', { level: 1, name: 'Laptop' }).waitFor()
  })
})

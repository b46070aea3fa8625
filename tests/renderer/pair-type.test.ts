import { Buffer } from 'node:buffer'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { Fault } from '#shared/faults.ts'
import type { Api } from '#shared/contract.ts'
import { failing, fakeCode } from '../support/fake-pairing.ts'
import { notingCalls } from '../support/noted-calls.ts'
import { openingPages } from '../support/open-pages.ts'
import { clipboard, focused, goTo, paste } from '../support/pages.ts'

const open = openingPages()
const phrase = 'brave lion sunset orbit maple'

function word(page: Page, place: number) {
  return page.getByRole('textbox', { name: `Word ${place} of 5` })
}

async function words(page: Page): Promise<string[]> {
  const fields = page.getByRole('group', { name: 'The five words' }).getByRole('textbox')
  return fields.evaluateAll((inputs) => inputs.map((input) => Reflect.get(input, 'value')))
}

async function typing(opening: Parameters<typeof open>[0] = {}) {
  const noted = notingCalls()
  const api = (api: Api) => noted.api(opening.api?.(api) ?? api)
  const opened = await open({ browser: clipboard, ...opening, api })
  await goTo(opened.page, '#/pair/type')
  await word(opened.page, 1).click()
  return { ...opened, noted, joined: () => noted.of('pairing.join') }
}

describe('typing words', () => {
  test('needs four letters of each, space between, and enter to pair', async () => {
    const { page, joined } = await typing()
    await page.keyboard.type('brav lion suns orbi mapl')
    await page.keyboard.press('Enter')
    await expect.poll(joined).toEqual([{ code: phrase, address: null }])
    await page.getByRole('heading', { name: 'Looking for the other device' }).waitFor()
  })

  test('shows in grey what a word will be, and takes it with space, tab, arrow or enter', async () => {
    const { page } = await typing()
    const cell = page.locator('label').filter({ has: word(page, 1) })
    await page.keyboard.type('orb')
    expect(await cell.textContent()).toBe('1orbit')
    for (const [place, key] of [' ', 'Tab', 'ArrowRight', 'Enter'].entries()) {
      await word(page, place + 1).fill('orb')
      await page.keyboard.press(key)
      expect(await word(page, place + 1).inputValue(), key).toBe('orbit')
    }
    expect(await focused(page)).toBe('Word 5 of 5')
  })

  test('does not guess where a word is whole already or could be any', async () => {
    const { page } = await typing()
    const cell = page.locator('label').filter({ has: word(page, 1) })
    await page.keyboard.type('a')
    expect(await cell.textContent()).toBe('1a')
    await page.keyboard.type('ct')
    expect(await cell.textContent()).toBe('1act')
    await page.keyboard.press('Tab')
    expect(await words(page)).toEqual(['act', '', '', '', ''])
  })

  test('goes back with backspace and arrows', async () => {
    const { page } = await typing()
    await page.keyboard.type('brave lion ')
    await page.keyboard.press('Backspace')
    expect(await focused(page)).toBe('Word 2 of 5')
    await page.keyboard.press('Backspace')
    expect(await words(page)).toEqual(['brave', 'lio', '', '', ''])
    await page.keyboard.type('n')
    await page.keyboard.press('Home')
    await page.keyboard.press('ArrowLeft')
    expect(await focused(page)).toBe('Word 1 of 5')
    await page.keyboard.press('End')
    await page.keyboard.press('ArrowRight')
    expect(await focused(page)).toBe('Word 2 of 5')
  })

  test('marks a wrong word at once, and a click on the nearest puts it right', async () => {
    const { page, noted } = await typing()
    await page.keyboard.type('brave lion sunsit ')
    expect(await word(page, 3).getAttribute('aria-invalid')).toBe('true')
    expect(await word(page, 1).getAttribute('aria-invalid')).toBe('false')
    await page.getByRole('status').filter({ hasText: 'is not one of the words' }).waitFor()
    const before = await page.getByRole('button', { name: 'Paste' }).boundingBox()
    await page.getByRole('button', { name: 'Use sunset' }).click()
    expect(await words(page)).toEqual(['brave', 'lion', 'sunset', '', ''])
    expect(await focused(page)).toBe('Word 4 of 5')
    const after = await page.getByRole('button', { name: 'Paste' }).boundingBox()
    expect(after?.y).toBe(before?.y)
    expect(noted.of('pairing.join')).toEqual([])
  })

  test('marks letters with which no word begins while they are typed', async () => {
    const { page } = await typing()
    await page.keyboard.type('orb')
    expect(await word(page, 1).getAttribute('aria-invalid')).toBe('false')
    await page.keyboard.type('x')
    expect(await word(page, 1).getAttribute('aria-invalid')).toBe('true')
  })

  test('asks for nothing before there are five words, and says how many are missing', async () => {
    const { page, joined } = await typing()
    await page.keyboard.type('brave lion ')
    await page.getByRole('button', { name: 'Pair', exact: true }).press('Enter')
    await page.getByRole('alert').filter({ hasText: '3 words are missing' }).waitFor()
    expect(joined()).toEqual([])
  })
})

describe('pasting', () => {
  test.each([
    ['as it is copied', phrase],
    ['with dashes and capitals', 'Brave-Lion-SUNSET-orbit-maple'],
    ['as a numbered list', '1. brave\n2. lion\n3. sunset\n4. orbit\n5. maple\n'],
    ['with a greeting around it', 'Gangway says: brave, lion, sunset, orbit, maple.'],
    ['shortened to four letters', 'brav lion suns orbi mapl'],
  ])('a phrase %s fills all five fields', async (_, text) => {
    const { page } = await typing()
    await word(page, 3).focus()
    await paste(page, text)
    expect(await words(page)).toEqual(phrase.split(' '))
  })

  test('works anywhere on the page', async () => {
    const { page } = await typing()
    await page.getByRole('tab', { name: 'Type words' }).focus()
    await paste(page, phrase)
    expect(await words(page)).toEqual(phrase.split(' '))
  })

  test('with the button, leaves only Pair to press', async () => {
    const { page, joined } = await typing()
    await page.evaluate((text) => navigator.clipboard.writeText(text), phrase)
    await page.getByRole('button', { name: 'Paste' }).click()
    await expect.poll(() => words(page)).toEqual(phrase.split(' '))
    await expect.poll(() => focused(page)).toBe('Pair')
    await page.keyboard.press('Enter')
    await expect.poll(joined).toHaveLength(1)
  })

  test('that the browser does not allow says how to do it by hand', async () => {
    const { page } = await typing({ browser: {} })
    await page.evaluate(() => {
      navigator.clipboard.readText = () => Promise.reject(new Error('not allowed'))
    })
    await page.getByRole('button', { name: 'Paste' }).click()
    await page.getByText('Press Ctrl+V').waitFor()
    expect(await words(page)).toEqual(['', '', '', '', ''])
  })

  test('two words goes on from where one is, and marks the wrong one', async () => {
    const { page } = await typing()
    await page.keyboard.type('brave ')
    await paste(page, 'lion sunsit')
    expect(await words(page)).toEqual(['brave', 'lion', 'sunsit', '', ''])
    await page.getByRole('button', { name: 'Use sunset' }).waitFor()
  })

  test('a link makes it the way in, with one button to press', async () => {
    const { page, joined } = await typing()
    const { link } = fakeCode()
    await paste(page, `  ${link}\n`)
    await page.getByRole('heading', { name: 'Paste the pairing link' }).waitFor()
    expect(await focused(page)).toBe('Pair')
    await page.keyboard.press('Enter')
    await expect.poll(joined).toEqual([{ code: link, address: null }])
  })
})

describe('other ways in', () => {
  test('a link can be typed; what is none is said to be none', async () => {
    const { page, joined } = await typing()
    await page.getByRole('button', { name: 'a link' }).click()
    const field = page.getByRole('textbox', { name: 'Pairing link' })
    expect(await field.evaluate((input) => input === document.activeElement)).toBe(true)
    await field.fill('https://example.org')
    await page.getByText('A pairing link begins with gangway://').waitFor()
    await page.keyboard.press('Enter')
    expect(joined()).toEqual([])
    await page.getByRole('button', { name: 'Type words instead' }).click()
    await word(page, 1).waitFor()
  })

  test('an address goes along with the words, once it is one', async () => {
    const { page, joined } = await typing()
    await word(page, 1).fill(phrase)
    await page.getByRole('button', { name: 'Add an address' }).click()
    const field = page.getByRole('textbox', { name: 'Address of the other device' })
    await field.fill('192.0.2.9')
    await page.getByText('An address looks like').waitFor()
    await page.getByRole('button', { name: 'Pair', exact: true }).press('Enter')
    expect(joined()).toEqual([])
    await field.fill(' 192.0.2.9:41000 ')
    await page.getByRole('button', { name: 'Pair', exact: true }).click()
    await expect.poll(joined).toEqual([{ code: phrase, address: '192.0.2.9:41000' }])
  })

  test('a connection file opens with its password; a wrong one stays to be put right', async () => {
    const fault = new Fault('pairing.password')
    const { page, noted } = await typing({
      api: (api) => ({
        ...api,
        calls: {
          ...api.calls,
          'pairing.joinFile': async (input, signal) => {
            if (input.password !== 'six right words') throw fault
            return api.calls['pairing.joinFile'](input, signal)
          },
        },
      }),
    })
    await page.getByRole('button', { name: 'a connection file' }).click()
    await page.getByLabel('Connection file').setInputFiles({
      name: 'from Studio.gangway',
      mimeType: 'application/octet-stream',
      buffer: Buffer.from([0, 1, 254, 255]),
    })
    await page.getByText('from Studio.gangway').waitFor()
    const password = page.getByRole('textbox', { name: 'Password of the file' })
    await password.fill('six wrong words')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').filter({ hasText: fault.message }).waitFor()
    expect(await password.inputValue()).toBe('six wrong words')
    await password.fill('six right words')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Looking for the other device' }).waitFor()
    expect(noted.of('pairing.joinFile').at(-1)).toEqual({
      file: 'AAH+/w==',
      password: 'six right words',
    })
  })

  test('a file that is none is refused before anything is sent', async () => {
    const { page, noted } = await typing()
    await page.getByRole('button', { name: 'a connection file' }).click()
    await page.getByLabel('Connection file').setInputFiles({
      name: 'film.mp4',
      mimeType: 'video/mp4',
      buffer: Buffer.alloc(9_000),
    })
    await page.getByRole('alert').filter({ hasText: 'This is no connection file' }).waitFor()
    expect(await page.getByText('film.mp4').count()).toBe(0)
    expect(noted.of('pairing.joinFile')).toEqual([])
  })
})

describe('words that did not pair', () => {
  test('are there to be checked, with the likeliest mistakes as buttons', async () => {
    const { fake, page, joined } = await typing()
    await word(page, 1).fill('lion brave sunset orbit maple')
    await page.getByRole('button', { name: 'Pair', exact: true }).click()
    await expect.poll(joined).toHaveLength(1)
    failing(fake, 'pairing.mismatch')
    await page.getByRole('heading', { level: 1, name: 'The words are not the same' }).waitFor()
    await page.getByRole('button', { name: 'Check the words' }).click()
    expect(await words(page)).toEqual(['lion', 'brave', 'sunset', 'orbit', 'maple'])
    await page.getByText('Perhaps you meant').waitFor()
    const repair = page.getByRole('button', { name: /the other way round$|→/ })
    expect(await repair.count()).toBe(3)
    await page.getByRole('button', { name: 'Pair', exact: true }).click()
    await expect.poll(joined).toHaveLength(2)
  })

  test('because nobody was there go again as they are, or with an address', async () => {
    const { fake, page, joined } = await typing()
    await word(page, 1).fill(phrase)
    await page.getByRole('button', { name: 'Pair', exact: true }).click()
    await expect.poll(joined).toHaveLength(1)
    failing(fake, 'pairing.nobody')
    await page.getByRole('button', { name: 'Try the same words again' }).click()
    await expect.poll(joined).toHaveLength(2)
    await page.getByRole('heading', { level: 1, name: 'Looking for the other device' }).waitFor()
    failing(fake, 'pairing.nobody')
    await page.getByRole('button', { name: 'Add an address' }).click()
    await page.getByRole('textbox', { name: 'Address of the other device' }).fill('192.0.2.9:41000')
    await page.getByRole('button', { name: 'Pair', exact: true }).click()
    await expect.poll(joined).toHaveLength(3)
    expect(joined().at(-1)).toEqual({ code: phrase, address: '192.0.2.9:41000' })
  })

  test('refused before anything is tried say why where they stand', async () => {
    const fault = new Fault('pairing.itself')
    const { page } = await typing({
      api: (api) => ({
        ...api,
        calls: {
          ...api.calls,
          'pairing.join': async () => {
            throw fault
          },
        },
      }),
    })
    await word(page, 1).fill(phrase)
    await page.getByRole('button', { name: 'Pair', exact: true }).click()
    await page.getByRole('alert').filter({ hasText: fault.message }).waitFor()
    expect(await words(page)).toEqual(phrase.split(' '))
    await word(page, 1).fill('zoo')
    await expect.poll(() => page.getByText(fault.message).count()).toBe(0)
  })
})

import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { Fault } from '#shared/faults.ts'
import type { fakeApi } from '../support/fake-api.ts'
import { fakeDevice } from '../support/fake-devices.ts'
import { fakePaired } from '../support/fake-paired.ts'
import { openingPages } from '../support/open-pages.ts'
import { goTo, violations } from '../support/pages.ts'

const open = openingPages()
const german = { locale: 'de-DE' }

function inhabited({ device, devices }: ReturnType<typeof fakeApi>): void {
  const problem = new Fault('disk.full', { folder: '/daten' }).toRecord()
  device.set(fakeDevice({}, { problems: [problem] }))
  devices.put(fakePaired(1, { name: 'Studio' }))
  devices.put(fakePaired(2, { name: 'Attic' }))
}

const languageOf = (page: Page) => page.evaluate(() => document.documentElement.lang)

describe('the language of the screens', () => {
  test('is that of the computer, in words, plurals, numbers and the reasons of faults', async () => {
    const { page, complaints } = await open({ before: inhabited, browser: german })
    await page.getByRole('heading', { name: '2 gekoppelte Geräte' }).waitFor()
    await page.getByText('Der Datenträger mit /daten ist voll.').waitFor()
    await page.getByText('Eine Sache braucht dich').waitFor({ state: 'attached' })
    expect(await languageOf(page)).toBe('de')
    expect(await violations(page)).toEqual([])
    expect(complaints).toEqual([])
  })

  test('changes while one looks, loses nothing that is typed, and is kept by the device', async () => {
    const { fake, page, complaints } = await open({ before: inhabited })
    await goTo(page, '#/settings')
    expect(await languageOf(page)).toBe('en')
    await page.getByRole('textbox', { name: 'Downloads folder' }).fill('/half/typed')
    await page.getByLabel('Language of the screens').focus()
    await page.getByLabel('Language of the screens').selectOption('Deutsch')
    await page.getByRole('heading', { level: 1, name: 'Einstellungen' }).waitFor()
    expect(fake.device.value.settings.language).toBe('de')
    expect(await languageOf(page)).toBe('de')
    expect(await page.getByRole('textbox', { name: 'Download-Ordner' }).inputValue()).toBe(
      '/half/typed',
    )
    expect(
      await page
        .getByLabel('Sprache von Gangway')
        .evaluate((element) => element === document.activeElement),
    ).toBe(true)
    expect(await violations(page)).toEqual([])

    await page.reload()
    await page.getByRole('heading', { level: 1, name: 'Einstellungen' }).waitFor()
    fake.device.set(fakeDevice({ language: 'system' }))
    await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor()
    expect(await languageOf(page)).toBe('en')
    expect(complaints).toEqual([])
  })
})

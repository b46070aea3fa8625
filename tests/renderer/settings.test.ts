import { describe, expect, test } from 'vitest'
import type { Api } from '#shared/contract.ts'
import { Fault } from '#shared/faults.ts'
import { heldSettings } from '../support/fake-api.ts'
import { fakeDevice, fakeId, fakeNetwork, fakeNetworkKey } from '../support/fake-devices.ts'
import { fakePaired } from '../support/fake-paired.ts'
import { openingPages } from '../support/open-pages.ts'
import { goTo, violations } from '../support/pages.ts'

const open = openingPages()

async function atSettings(api?: (api: Api) => Api) {
  const opened = await open({
    before: ({ devices }) => {
      devices.put(fakePaired(1, { name: 'Studio' }))
      devices.put(fakePaired(2, { name: 'Attic', trust: 'trusted' }))
    },
    ...(api ? { api } : {}),
  })
  await goTo(opened.page, '#/settings')
  await opened.page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor()
  const settings = () => opened.fake.device.value.settings
  return {
    ...opened,
    settings,
    field: (name: string) => opened.page.getByRole('textbox', { name }),
  }
}

describe('the settings', () => {
  test('let the router help, or not', async () => {
    const { page, settings, complaints } = await atSettings()
    const help = page.getByRole('switch', { name: 'Let the router help' })
    expect(await help.isChecked()).toBe(true)
    await help.click()
    await expect.poll(() => settings().routerPort).toBe(false)
    expect(complaints).toEqual([])
  })

  test('keep a downloads folder, and not an empty one', async () => {
    const { page, settings, field, complaints } = await atSettings()
    await field('Downloads folder').fill('')
    await page.keyboard.press('Enter')
    await page.getByText('Type the whole path of a folder.').waitFor()
    await field('Downloads folder').fill(' /srv/files ')
    await page.getByRole('button', { name: 'Save' }).click()
    await expect.poll(() => settings().downloads).toBe('/srv/files')
    await page.getByText('Saved').waitFor()
    expect(complaints).toEqual([])
  })

  test('keep a relay, or none, and nothing that is no address', async () => {
    const { page, settings, field } = await atSettings()
    await field('Relay of your own').fill('relay.example.org')
    await page.keyboard.press('Enter')
    await page.getByText('This is no address').waitFor()
    await field('Relay of your own').fill('https://relay.example.org')
    await page.keyboard.press('Enter')
    await expect.poll(() => settings().relay).toBe('https://relay.example.org')
    await field('Relay of your own').fill('')
    await page.keyboard.press('Enter')
    await expect.poll(() => settings().relay).toBe(null)
  })

  test('taken back while they are being saved are taken back', async () => {
    const { hold, answer } = heldSettings()
    const { page, settings, field } = await atSettings(hold)
    for (const relay of ['https://relay.example.org', '']) {
      await field('Relay of your own').fill(relay)
      await page.keyboard.press('Enter')
    }
    answer()
    await page.getByText('Saved').waitFor()
    expect(settings().relay).toBe(null)
    await expect.poll(() => field('Relay of your own').inputValue()).toBe('')
  })

  test('cap all transfers and each device, in numbers that mean something', async () => {
    const { page, settings, field } = await atSettings()
    await field('For all transfers together').fill('fast')
    await page.keyboard.press('Enter')
    await page.getByText('Type a number greater than 0').waitFor()
    await field('For all transfers together').fill('2.5')
    await page.keyboard.press('Enter')
    await expect.poll(() => settings().caps.all).toBe(2_500_000)
    await field('To and from ⁨Studio').fill('1')
    await page.keyboard.press('Enter')
    await expect.poll(() => settings().caps.devices[fakeId(1)]).toBe(1_000_000)
    expect(settings().caps.all).toBe(2_500_000)
    await field('For all transfers together').fill('')
    await page.keyboard.press('Enter')
    await expect.poll(() => settings().caps.all).toBe(null)
  })

  test('of two devices, changed before the first change is answered, both count', async () => {
    const { hold, answer } = heldSettings()
    const { page, settings, field } = await atSettings(hold)
    for (const [label, amount] of [
      ['For all transfers together', '2.5'],
      ['To and from ⁨Studio', '1'],
    ] as const) {
      await field(label).fill(amount)
      await page.keyboard.press('Enter')
    }
    answer()
    const wanted = { all: 2_500_000, devices: { [fakeId(1)]: 1_000_000 } }
    await expect.poll(() => settings().caps).toEqual(wanted)
  })

  test('accept from a device without asking: where, and up to which size', async () => {
    const { page, settings, field } = await atSettings()
    await page.getByText('Trusted: its files arrive without asking').waitFor()
    const rule = page.getByRole('switch', { name: /Accept from .*Studio/ })
    await rule.click()
    await expect
      .poll(() => settings().acceptRules)
      .toEqual({ [fakeId(1)]: { folder: null, maxBytes: null } })
    await field('Folder for ⁨Studio').fill('/srv/studio')
    await page.keyboard.press('Enter')
    await expect.poll(() => settings().acceptRules[fakeId(1)]?.folder).toBe('/srv/studio')
    await field('Ask when larger than, for ⁨Studio').fill('4')
    await page.keyboard.press('Enter')
    await expect
      .poll(() => settings().acceptRules[fakeId(1)])
      .toEqual({ folder: '/srv/studio', maxBytes: 4_000_000_000 })
    await page.getByRole('switch', { name: /Leave out files of .*Studio/ }).click()
    await expect.poll(() => settings().acceptRules[fakeId(1)]?.conflicts).toBe('skip')
    await rule.click()
    await expect.poll(() => settings().acceptRules).toEqual({})
  })

  test('a private network is created, its key shown and copied, left and taken back, and joined', async () => {
    const { page, fake } = await atSettings()
    const section = page.getByRole('region', { name: 'Private network' })
    const press = (name: string) => section.getByRole('button', { name, exact: true }).click()
    await press('Create one')
    await section.getByText(fakeNetwork.fingerprint).waitFor()
    expect(await section.getByText(fakeNetworkKey).count()).toBe(0)
    await press('Show the key')
    await section.getByText(fakeNetworkKey).waitFor()
    expect(await violations(page)).toEqual([])
    await press('Hide it')
    await press('Leave the private network')
    await section.getByText('None', { exact: true }).waitFor()
    expect(fake.device.value.privateNetwork).toEqual(fakeNetwork)
    await page.keyboard.press('Control+z')
    await section.getByText(fakeNetwork.fingerprint).waitFor()
    fake.device.set({ ...fake.device.value, privateNetwork: null })
    const key = section.getByRole('textbox', { name: 'Key of a private network' })
    await key.fill('gwnet1nonsense')
    await press('Join')
    await section.getByText('That is no network key').waitFor()
    await key.fill(` ${fakeNetworkKey} `)
    await press('Join')
    await section.getByText(fakeNetwork.fingerprint).waitFor()
  })

  test('that are refused stay typed and say why', async () => {
    const fault = new Fault('transfer.destinationUnwritable', { folder: '/root' })
    const { page, field } = await atSettings((api) => ({
      ...api,
      calls: {
        ...api.calls,
        'settings.change': async () => {
          throw fault
        },
      },
    }))
    await field('Downloads folder').fill('/root')
    await page.keyboard.press('Enter')
    await page.getByText(fault.message).waitFor()
    expect(await field('Downloads folder').inputValue()).toBe('/root')
  })

  test('changed from elsewhere change here', async () => {
    const { fake, field } = await atSettings()
    await field('Downloads folder').waitFor()
    fake.device.set(fakeDevice({ downloads: '/mnt/disk' }))
    await expect.poll(() => field('Downloads folder').inputValue()).toBe('/mnt/disk')
  })
})

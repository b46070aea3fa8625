import { describe, expect, test } from 'vitest'
import type { Api } from '#shared/contract.ts'
import { Fault } from '#shared/faults.ts'
import { heldSettings } from '../support/fake-api.ts'
import { fakeDevice, fakeId, fakeNearby } from '../support/fake-devices.ts'
import { median } from '../support/median.ts'
import { openingPages } from '../support/open-pages.ts'

const open = openingPages()

describe('nearby devices', () => {
  test('none: the screen says how one would appear', async () => {
    const { page, complaints } = await open()
    await page.getByText('Nobody nearby yet').waitFor()
    expect(await page.getByText('None yet').isVisible()).toBe(true)
    expect(await page.getByText('Open Gangway on another computer').count()).toBe(2)
    expect(complaints).toEqual([])
  })

  test('come, are named, and go while one looks at them', async () => {
    const { fake, page } = await open()
    await page.getByText('Nobody nearby yet').waitFor()

    fake.nearby.put(fakeNearby(7, { name: 'Studio', kind: 'desktop' }))
    await page.getByRole('link', { name: 'Studio' }).click()
    await page.getByRole('heading', { level: 1, name: 'Studio' }).waitFor()
    await page.getByText('192.0.2.7:4000').waitFor()

    fake.nearby.put(fakeNearby(7, { name: 'Studio two' }))
    await page.getByRole('heading', { level: 1, name: 'Studio two' }).waitFor()

    fake.nearby.remove(fakeId(7))
    await page.getByText('Studio two⁩ is no longer nearby').first().waitFor()
    expect(await page.getByRole('link', { name: 'Studio two' }).count()).toBe(0)
  })

  test('without a name is shown as such, and told apart by its short id', async () => {
    const { page } = await open({
      before: ({ nearby }) => nearby.put(fakeNearby(7, { name: null, kind: null })),
    })
    const row = page.getByRole('link', { name: 'Unnamed device' })
    await row.waitFor()
    expect(await row.textContent()).toContain('00000000 ·')
  })

  test('of one name are told apart by their short ids', async () => {
    const { page } = await open({
      before: ({ nearby }) => {
        nearby.put(fakeNearby(1, { name: 'Twin' }))
        nearby.put(fakeNearby(2, { name: 'Twin' }))
        nearby.put(fakeNearby(3, { name: 'Single' }))
      },
    })
    await page.getByText('Single').waitFor()
    expect(await page.getByRole('link', { name: 'Twin 00000000' }).count()).toBe(2)
    expect(await page.getByRole('link', { name: 'Single Not paired' }).count()).toBe(1)
  })

  test('are announced politely, many as one sentence, and not those there at first', async () => {
    const { fake, page } = await open({ before: ({ nearby }) => nearby.put(fakeNearby(1)) })
    await page.getByRole('link', { name: 'Device 1' }).waitFor()
    const said = page.locator('output').filter({ hasText: /nearby/ })
    fake.nearby.put(fakeNearby(2, { name: 'Studio' }))
    await expect
      .poll(() => said.allTextContents(), { timeout: 4_000 })
      .toEqual(['\u2068Studio\u2069 is nearby.'])
    for (let n = 10; n < 15; n++) fake.nearby.put(fakeNearby(n))
    fake.nearby.remove(fakeId(1))
    await expect
      .poll(() => said.allTextContents(), { timeout: 4_000 })
      .toEqual(['5 devices appeared nearby. \u2068Device 1\u2069 is no longer nearby.'])
  })

  test('whose stream fails leave the reason in their place, and come back by themselves', async () => {
    let broken = true
    const { page } = await open({
      api: (api) => ({
        ...api,
        streams: {
          ...api.streams,
          'nearby.watch': (signal) => {
            if (broken) throw new Fault('discovery.unavailable', { problem: 'no multicast' })
            return api.streams['nearby.watch'](signal)
          },
        },
      }),
    })
    await page
      .getByText('cannot listen for devices on this network (no multicast)')
      .first()
      .waitFor()
    broken = false
    await page.getByText('Nobody nearby yet').waitFor({ timeout: 8_000 })
    expect(await page.getByText('no multicast').count()).toBe(0)
  })

  test('may be 5,000: few exist in the page, and all can be reached', async () => {
    const { page, complaints } = await open({
      before: ({ nearby }) => {
        for (let n = 1; n <= 5_000; n++) nearby.put(fakeNearby(n))
      },
    })
    const rows = page
      .getByRole('listitem')
      .filter({ has: page.getByRole('link', { name: /^Device \d/ }) })
    await page.getByText('5,000 devices are nearby').waitFor()
    expect(await rows.count()).toBeLessThan(40)

    await page.getByRole('link', { name: 'Device 1', exact: false }).first().focus()
    await page.keyboard.press('End')
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.textContent))
      .toContain('Device 5000')
    expect(await rows.count()).toBeLessThan(40)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: 'Device 5000' }).waitFor()
    await page.keyboard.press('Home')
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.textContent))
      .toContain('Device 1Not')
    expect(complaints).toEqual([])
  })

  test('5,000 scroll frame by frame, and stay calm while one changes', async () => {
    const { fake, page } = await open({
      before: ({ nearby }) => {
        for (let n = 1; n <= 5_000; n++) nearby.put(fakeNearby(n))
      },
    })
    await page.getByText('5,000 devices are nearby').waitFor()
    await page.mouse.move(150, 500)
    const frames = page.evaluate(
      () =>
        new Promise<number[]>((resolve) => {
          const times: number[] = []
          const count = (at: number) => {
            if (times.push(at) < 60) requestAnimationFrame(count)
            else resolve(times.slice(1).map((time, n) => time - (times[n] ?? time)))
          }
          requestAnimationFrame(count)
        }),
    )
    for (let n = 0; n < 20; n++) {
      await page.mouse.wheel(0, 2_000)
      fake.nearby.put(fakeNearby(5_001 + n))
    }
    // A single one may be long for reasons that lie elsewhere on the computer.
    expect(median(await frames)).toBeLessThan(100)
    await expect
      .poll(() => page.getByRole('link', { name: /^Device 6\d\d/ }).count())
      .toBeGreaterThan(3)
  })
})

describe('this device', () => {
  const refusing = (error: Error) => (api: Api) => ({
    ...api,
    calls: {
      ...api.calls,
      'settings.change': async () => {
        throw error
      },
    },
  })

  test('is renamed where its name stands', async () => {
    const { fake, page } = await open()
    await page.getByRole('button', { name: 'Rename' }).click()
    const field = page.getByRole('textbox', { name: 'Name of this device' })
    expect(await field.inputValue()).toBe('Laptop')
    await field.fill('  Kitchen  ')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: 'Kitchen' }).waitFor()
    await page.getByRole('link', { name: 'Kitchen This device' }).waitFor()
    expect(fake.device.value.settings.name).toBe('Kitchen')
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe(
      'Rename',
    )
  })

  test('shows the new name before it is saved', async () => {
    const { hold, answer } = heldSettings()
    const { fake, page } = await open({ api: hold })
    await page.getByRole('button', { name: 'Rename' }).click()
    await page.keyboard.type('Attic')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: 'Attic' }).waitFor()
    await page.getByRole('button', { name: 'Saving the name' }).waitFor()
    expect(fake.device.value.settings.name).toBe('Laptop')
    answer()
    await page.getByRole('button', { name: 'Rename' }).waitFor()
    await page.getByRole('link', { name: 'Attic This device' }).waitFor()
    expect(fake.device.value.settings.name).toBe('Attic')
  })

  test('keeps a refused name typed and says why; Escape takes it back', async () => {
    const fault = new Fault('profile.unwritable', { folder: '/srv/gangway' })
    const { page } = await open({ api: refusing(fault) })
    await page.getByRole('button', { name: 'Rename' }).click()
    await page.keyboard.type('Attic')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').filter({ hasText: fault.message }).waitFor()
    const field = page.getByRole('textbox', { name: 'Name of this device' })
    expect(await field.inputValue()).toBe('Attic')
    await field.press('Escape')
    await page.getByRole('heading', { level: 1, name: 'Laptop' }).waitFor()
  })

  test('is not left without a name', async () => {
    const { fake, page } = await open()
    await page.getByRole('button', { name: 'Rename' }).click()
    await page.getByRole('textbox').fill('   ')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Give this device a name').waitFor()
    await page.getByRole('button', { name: 'Cancel' }).click()
    await page.getByRole('heading', { level: 1, name: 'Laptop' }).waitFor()
    expect(fake.device.value.settings.name).toBe('Laptop')
  })

  test.each([
    ['Visible nearby', 'visible', true],
    ['This network only', 'lanOnly', false],
  ] as const)('has a switch: %s', async (label, setting, after) => {
    const { fake, page } = await open()
    const toggle = page.getByRole('switch', { name: label })
    await toggle.click()
    await expect.poll(() => toggle.isChecked()).toBe(after)
    await expect.poll(() => fake.device.value.settings[setting]).toBe(after)
  })

  test('whose switch is refused goes back and says why', async () => {
    const fault = new Fault('disk.full', { folder: '/srv/gangway' })
    const { page } = await open({ api: refusing(fault) })
    const toggle = page.getByRole('switch', { name: 'Visible nearby' })
    await toggle.click()
    await page.getByText(fault.message).waitFor()
    expect(await toggle.isChecked()).toBe(false)
  })

  test('changed from elsewhere changes here', async () => {
    const { fake, page } = await open()
    await page.getByRole('heading', { level: 1, name: 'Laptop' }).waitFor()
    fake.device.set(fakeDevice({ name: 'Renamed by the command line', visible: true }))
    await page.getByRole('heading', { level: 1, name: 'Renamed by the command line' }).waitFor()
    expect(await page.getByRole('switch', { name: 'Visible nearby' }).isChecked()).toBe(true)
  })

  test('says its problems with their remedy, and marks itself in the list', async () => {
    const problem = new Fault('discovery.unavailable', { problem: 'UDP 5353 is taken' })
    const { page } = await open({
      before: ({ device }) => device.set(fakeDevice({}, { problems: [problem.toRecord()] })),
    })
    await page.getByText(problem.message).waitFor()
    await page.getByRole('link', { name: 'One thing needs you' }).waitFor()
    await page.getByText('See this device for what to do').waitFor()
    expect(await page.getByText('Nobody nearby yet').count()).toBe(0)
  })

  test.each([
    ['unprotected', 'Not protected: other programs on this computer can read it'],
    ['key-file', 'In a file that only you can read'],
    ['passphrase', 'Sealed with your passphrase'],
    ['keychain', 'Kept in the keychain of this computer'],
  ] as const)('says plainly that its key is: %s', async (keyProtection, words) => {
    const { page } = await open({
      before: ({ device }) => device.set(fakeDevice({}, { keyProtection })),
    })
    await page.getByText('Key of this device').waitFor()
    expect(await page.getByText(words).count()).toBe(1)
  })

  test('shows its id only to who asks, and copies it', async () => {
    const { fake, page } = await open({
      browser: { permissions: ['clipboard-read', 'clipboard-write'] },
    })
    await page.getByRole('button', { name: 'Show' }).waitFor()
    expect(await page.locator('code').count()).toBe(0)
    await page.getByRole('button', { name: 'Show' }).click()
    await page.getByRole('button', { name: 'Copy' }).click()
    await page.getByRole('status').filter({ hasText: 'Copied' }).waitFor()
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(fake.device.value.id)
  })
})

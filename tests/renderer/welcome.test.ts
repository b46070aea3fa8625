import { describe, expect, test } from 'vitest'
import { Fault } from '#shared/faults.ts'
import type { fakeApi } from '../support/fake-api.ts'
import { fakeDevice } from '../support/fake-devices.ts'
import { fakePaired } from '../support/fake-paired.ts'
import { openingPages } from '../support/open-pages.ts'
import { focused, goTo, violations } from '../support/pages.ts'

const open = openingPages()
const fresh = ({ device }: ReturnType<typeof fakeApi>) =>
  device.set(fakeDevice({ welcomed: false }))

describe('the first run', () => {
  test('is walked with the keyboard alone, asks four things, and never comes back', async () => {
    const { fake, page, complaints } = await open({ before: fresh })
    const arrived = async (heading: RegExp) => {
      await page.getByRole('heading', { level: 1, name: heading }).waitFor()
      expect(await focused(page)).toMatch(heading)
      expect(await violations(page)).toEqual([])
    }
    await arrived(/What is this device called/)
    await page.keyboard.press('Tab')
    await page.keyboard.press('ControlOrMeta+a')
    await page.keyboard.press('Delete')
    await page.keyboard.press('Enter')
    await page.getByText('Give this device a name').waitFor()
    await page.keyboard.type('Writing desk')
    await page.keyboard.press('Enter')
    await arrived(/Where should files land/)
    expect(fake.device.value.settings.name).toBe('Writing desk')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await arrived(/May others nearby see/)
    await page.keyboard.press('Tab')
    await page.keyboard.press('Space')
    await expect.poll(() => fake.device.value.settings.visible).toBe(true)
    await page.getByRole('button', { name: 'Continue' }).press('Enter')
    await arrived(/Pair your first device/)
    await page.getByRole('button', { name: 'Back' }).press('Enter')
    await page.getByRole('button', { name: 'Continue' }).press('Enter')
    await page.getByRole('button', { name: 'Type words here' }).press('Enter')
    await page.getByRole('heading', { name: 'Type the five words' }).waitFor()
    expect(fake.device.value.settings).toMatchObject({
      welcomed: true,
      downloads: '/home/ada/Downloads',
    })
    await goTo(page, '#/')
    await page.reload()
    await page.getByRole('heading', { level: 1, name: 'Writing desk' }).waitFor()
    expect(complaints).toEqual([])
  })

  test('can be skipped, says when that fails, and keeps out of the way of links', async () => {
    let refuse = true
    const { fake, page } = await open({
      before: fresh,
      api: (api) => ({
        ...api,
        calls: {
          ...api.calls,
          'settings.change': async (change, signal) => {
            if (refuse) throw new Fault('disk.full', { folder: '/data' })
            return api.calls['settings.change'](change, signal)
          },
        },
      }),
    })
    await page.getByRole('button', { name: 'Skip all this' }).click()
    await page.getByText('The disk with /data is full').waitFor()
    await goTo(page, '#/pair/type')
    await page.getByRole('heading', { name: 'Type the five words' }).waitFor()
    await goTo(page, '#/')
    refuse = false
    await page.getByRole('button', { name: 'Skip all this' }).click()
    await page.getByRole('heading', { level: 1, name: 'Laptop' }).waitFor()
    expect(fake.device.value.settings).toMatchObject({ welcomed: true, name: 'Laptop' })
  })

  test('is not for whoever has devices already', async () => {
    const { page } = await open({
      before: (fake) => {
        fresh(fake)
        fake.devices.put(fakePaired(1, { name: 'Studio' }))
      },
    })
    await page.getByRole('heading', { level: 1, name: 'Laptop' }).waitFor()
    expect(await page.getByText('Skip all this').count()).toBe(0)
  })
})

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { Fault } from '#shared/faults.ts'
import { builtRenderer } from '../support/build-renderer.ts'
import type { fakeApi } from '../support/fake-api.ts'
import { fakeDevice, fakeId, fakeNearby } from '../support/fake-devices.ts'
import { openingPages } from '../support/open-pages.ts'

const open = openingPages()
const wide = { width: 1200, height: 780 }
const narrow = { width: 420, height: 800 }

function inhabited({ device, nearby }: ReturnType<typeof fakeApi>): void {
  const problem = new Fault('discovery.unavailable', { problem: 'UDP 5353 is taken' }).toRecord()
  device.set(fakeDevice({}, { problems: [problem], reach: 'relay', keyProtection: 'unprotected' }))
  nearby.put(fakeNearby(1, { name: 'Studio' }))
  nearby.put(fakeNearby(2, { name: null, kind: null }))
}

async function violations(page: Page): Promise<string[]> {
  const { violations: found } = await new AxeBuilder({ page }).analyze()
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)
}

describe.each([
  ['light', 'wide', wide],
  ['light', 'narrow', narrow],
  ['dark', 'wide', wide],
  ['dark', 'narrow', narrow],
] as const)('in the %s theme on a %s window', (colorScheme, _, viewport) => {
  const browser = { colorScheme, viewport, reducedMotion: 'reduce' } as const

  test('every view is accessible', async () => {
    const { server, page } = await open({ before: inhabited, browser })
    await page.getByRole('link', { name: 'Studio' }).waitFor()
    expect(await violations(page), 'list').toEqual([])

    await page.getByRole('link', { name: 'Laptop This device' }).click()
    await page.getByRole('button', { name: 'Show' }).click()
    expect(await violations(page), 'this device').toEqual([])
    await page.getByRole('button', { name: 'Rename' }).click()
    await page.getByRole('textbox').fill('')
    await page.keyboard.press('Enter')
    expect(await violations(page), 'renaming').toEqual([])

    await page.evaluate((id) => (location.hash = `#/device/${id}`), fakeId(1))
    await page.getByRole('heading', { level: 1, name: 'Studio' }).waitFor()
    expect(await violations(page), 'nearby').toEqual([])

    await server.goAway()
    await page.getByText('Connection to Gangway lost.').waitFor()
    expect(await violations(page), 'lost').toEqual([])
    server.forgetEveryone()
    server.comeBack()
    await page.getByText('Open Gangway with its link').waitFor({ timeout: 10_000 })
    expect(await violations(page), 'refused').toEqual([])
    server.askPassword()
    await page.reload()
    await page.getByLabel('Password').fill('not it')
    await page.keyboard.press('Enter')
    await page.getByText('That is not the password').waitFor()
    expect(await violations(page), 'password').toEqual([])
  })

  test('empty, it is accessible and nothing sticks out', async () => {
    const { page } = await open({ browser })
    await page.getByText('None yet').waitFor()
    expect(await violations(page)).toEqual([])
    const size = await page.evaluate(() => {
      const { scrollWidth: width, scrollHeight: height } = document.documentElement
      return { width, height }
    })
    expect(size).toEqual(viewport)
  })
})

describe('the keyboard', () => {
  test('reaches everything in order, and what has it can be seen', async () => {
    const { page } = await open({ before: inhabited })
    await page.getByRole('heading', { level: 1, name: 'Laptop' }).waitFor()
    const stops: string[] = []
    for (let n = 0; n < 10; n++) {
      await page.keyboard.press('Tab')
      const stop = await page.evaluate(() => {
        const element = document.activeElement
        const { outlineStyle, outlineWidth } = getComputedStyle(element ?? document.body)
        const name = element?.getAttribute('aria-label') ?? element?.textContent ?? ''
        const role = element?.getAttribute('role') ?? element?.tagName.toLowerCase()
        return { stop: `${role} ${name || element?.id}`, ring: `${outlineStyle} ${outlineWidth}` }
      })
      expect(stop.ring, stop.stop).toBe('solid 2px')
      stops.push(stop.stop)
    }
    expect(stops).toEqual([
      expect.stringMatching(/^a LaptopThis device/),
      expect.stringMatching(/^a Studio/),
      'a Pair a device',
      'a History',
      'a Doctor',
      'a Settings',
      'button Rename',
      expect.stringMatching(/^switch/),
      expect.stringMatching(/^switch/),
      'button Show the device id',
    ])
  })

  test('moves through the nearby list with arrows and opens with Enter', async () => {
    const { page } = await open({ before: inhabited })
    await page.getByRole('link', { name: 'Studio' }).focus()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: 'Unnamed device' }).waitFor()
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: 'Studio' }).waitFor()
    expect(await page.locator('nav [tabindex="0"]').count()).toBe(1)
  })

  test('flips a switch', async () => {
    const { fake, page } = await open()
    await page.getByRole('switch', { name: 'Visible nearby' }).press(' ')
    await expect.poll(() => fake.device.value.settings.visible).toBe(true)
  })
})

describe('a narrow window', () => {
  test('shows the list, then the device, and goes back both ways', async () => {
    const { page } = await open({ before: inhabited, browser: { viewport: narrow } })
    await page.getByRole('heading', { level: 1, name: 'Gangway' }).waitFor()
    await page.getByRole('link', { name: 'Studio' }).click()
    await page.getByRole('heading', { level: 1, name: 'Studio' }).waitFor()
    expect(await page.getByText('Your devices').count()).toBe(0)
    await page.getByRole('link', { name: 'Devices' }).click()
    await page.getByRole('link', { name: 'Laptop This device' }).click()
    await page.getByRole('heading', { level: 1, name: 'Laptop' }).waitFor()
    await page.goBack()
    await page.getByRole('heading', { level: 1, name: 'Gangway' }).waitFor()
  })
})

function countShifts(): void {
  const shifts: number[] = []
  Object.assign(window, { shifts })
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) shifts.push(Number(Reflect.get(entry, 'value')))
  }).observe({ type: 'layout-shift', buffered: true })
}

describe('loading', () => {
  test.each([
    ['wide', wide],
    ['narrow', narrow],
  ])('shifts nothing on a %s window', async (_, viewport) => {
    let go = () => {}
    const gate = new Promise<void>((resolve) => (go = resolve))
    const { page } = await open({
      before: inhabited,
      browser: { viewport },
      prepare: (page) => page.addInitScript(countShifts),
      api: (api) => ({
        ...api,
        streams: {
          ...api.streams,
          async *'device.watch'(signal) {
            await gate
            yield* api.streams['device.watch'](signal)
          },
          async *'nearby.watch'(signal) {
            await gate
            yield* api.streams['nearby.watch'](signal)
          },
        },
      }),
    })
    await page.getByText('Your devices').waitFor()
    go()
    await page.getByRole('link', { name: 'Studio' }).waitFor()
    const shifts = await page.evaluate(
      () =>
        new Promise<number[]>((resolve) => {
          requestAnimationFrame(() => setTimeout(() => resolve(Reflect.get(window, 'shifts')), 100))
        }),
    )
    expect(shifts.reduce((sum, shift) => sum + shift, 0)).toBeLessThan(0.001)
  })

  test('paints the page with fewer than 200 kB of script, zipped', () => {
    const assets = join(builtRenderer, 'assets')
    const scripts = readdirSync(assets).filter((name) => name.endsWith('.js'))
    const bytes = scripts.map((name) => gzipSync(readFileSync(join(assets, name))).length)
    expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThan(200_000)
  })

  test('has nothing inline in its document', () => {
    const html = readFileSync(join(builtRenderer, 'index.html'), 'utf8')
    expect(html).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=/)
  })
})

describe('themes and motion', () => {
  test('data-theme wins over the system', async () => {
    const { page } = await open({ browser: { colorScheme: 'light' } })
    const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
    expect(await ground()).toBe('rgb(247, 245, 241)')
    await page.evaluate(() => (document.documentElement.dataset['theme'] = 'dark'))
    expect(await ground()).toBe('rgb(14, 21, 32)')
  })

  test.each([
    ['reduce', 0],
    ['no-preference', 1],
  ] as const)('with %s, at most so much moves', async (reducedMotion, least) => {
    const { fake, page } = await open({ browser: { reducedMotion } })
    await page.getByText('Nobody nearby yet').waitFor()
    await page.evaluate(() => {
      const seen: string[] = []
      Object.assign(window, { seen })
      const note = (event: Event) => seen.push(event.type)
      document.addEventListener('transitionrun', note)
      document.addEventListener('animationstart', note)
    })
    fake.nearby.put(fakeNearby(1, { name: 'Studio' }))
    await page.getByRole('link', { name: 'Studio' }).click()
    await page.getByRole('heading', { level: 1, name: 'Studio' }).waitFor()
    const seen: unknown[] = await page.evaluate(() => Reflect.get(window, 'seen'))
    expect(Math.min(seen.length, 1)).toBe(least)
  })
})

import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import type { Api } from '#shared/contract.ts'
import { Fault } from '#shared/faults.ts'
import type { Transfer } from '#shared/transfers.ts'
import { busy, fakeFiles } from '../support/fake-busy.ts'
import type { fakeApi } from '../support/fake-api.ts'
import { fakeId } from '../support/fake-devices.ts'
import { fakePaired, idleOver } from '../support/fake-paired.ts'
import { fakeTransfer, fakeTransferId } from '../support/fake-transfers.ts'
import { openingPages } from '../support/open-pages.ts'
import { clipboard, goTo, violations } from '../support/pages.ts'

const open = openingPages()
type Fake = ReturnType<typeof fakeApi>

function studio({ devices }: Fake): void {
  devices.put(fakePaired(1, { name: 'Studio' }, idleOver('lan')))
}

function moving(n: number, rest: Partial<Transfer> = {}): Transfer {
  return fakeTransfer(n, { state: 'moving', lane: 'tcp', ...rest } as Partial<Transfer>)
}

async function atStudio(before: (fake: Fake) => void = () => {}, api?: (api: Api) => Api) {
  const opened = await open({
    before: (fake) => {
      studio(fake)
      before(fake)
    },
    browser: clipboard,
    ...(api ? { api } : {}),
  })
  await goTo(opened.page, `#/device/${fakeId(1)}`)
  await opened.page.getByRole('heading', { level: 1, name: 'Studio' }).waitFor()
  return opened
}

const row = (page: Page, name: string) =>
  page.getByRole('listitem').filter({ has: page.getByRole('progressbar', { name }) })

describe('a transfer under way', () => {
  test('says how far it is, how fast, how long and over what, and the list says it shortly', async () => {
    const { page, complaints } = await atStudio(({ transfers }) =>
      transfers.put(
        moving(1, {
          names: ['Shoot'],
          files: 2_870,
          doneFiles: 1_204,
          bytes: 18.4e9,
          totalBytes: 41.2e9,
          rate: 112e6,
          etaSeconds: 204,
        }),
      ),
    )
    const shown = row(page, 'Shoot')
    await shown.getByText('18.4 of 41.2 GB').waitFor()
    await shown
      .getByText('1,204 of 2,870 files · 112 MB/s · 3 min 24 s left · LAN', { exact: true })
      .waitFor()
    await page.getByRole('link', { name: 'Studio Sending 1 · 4 min left' }).waitFor()
    expect(complaints).toEqual([])
  })

  test.each([
    [{ state: 'queued' }, /Waiting for .*Studio/],
    [{ state: 'offered', expiresAt: null }, /Waiting for a yes on .*Studio/],
    [{ state: 'accepted' }, /Waits for its turn/],
    [{ state: 'paused', by: 'me', fault: null }, /Paused by you/],
    [{ state: 'paused', by: 'peer', fault: null }, /Paused on .*Studio/],
    [
      {
        state: 'paused',
        by: 'reason',
        fault: new Fault('disk.full', { folder: '/srv' }).toRecord(),
      },
      /\/srv/,
    ],
    [{ state: 'finishing' }, /Checking the last files/],
  ])('says in words how it stands: %j', async (state, words) => {
    const { page } = await atStudio(({ transfers }) =>
      transfers.put(moving(1, state as Partial<Transfer>)),
    )
    await expect.poll(() => row(page, 'file-1.txt').innerText()).toMatch(words)
  })

  test('is paused, goes on and is cancelled by its buttons', async () => {
    const { fake, page } = await atStudio(({ transfers }) => transfers.put(moving(1)))
    const state = () => fake.transfers.get(fakeTransferId(1))?.state
    await page.getByRole('button', { name: 'Pause: file-1.txt' }).click()
    await expect.poll(state).toBe('paused')
    await page.getByRole('button', { name: 'Resume: file-1.txt' }).click()
    await expect.poll(state).toBe('moving')
    await page.getByRole('button', { name: 'Cancel: file-1.txt' }).click()
    await expect.poll(state).toBe('cancelled')
    await page.getByText('Cancelled by you').waitFor()
    await page.getByRole('button', { name: 'Try again: file-1.txt' }).click()
    await expect.poll(state).toBe('queued')
  })

  test('whose button is refused says why, where it is', async () => {
    const fault = new Fault('transfer.notNow')
    const { page } = await atStudio(
      ({ transfers }) => transfers.put(moving(1)),
      (api) => ({
        ...api,
        calls: {
          ...api.calls,
          'transfer.pause': async () => {
            throw fault
          },
        },
      }),
    )
    await page.getByRole('button', { name: 'Pause: file-1.txt' }).click()
    const alert = row(page, 'file-1.txt').getByRole('alert')
    await expect.poll(() => alert.innerText()).toBe(fault.message)
  })

  test('goes before another one by keyboard', async () => {
    const { fake, page } = await atStudio(({ transfers }) => {
      for (const n of [1, 2, 3]) transfers.put(moving(n))
    })
    const names = () =>
      page.getByRole('progressbar').evaluateAll((bars) => bars.map((bar) => bar.ariaLabel ?? ''))
    await expect.poll(async () => (await names()).length).toBe(3)
    await page.getByRole('button', { name: 'Move up: file-2.txt' }).press('Enter')
    await expect.poll(async () => (await names())[0]).toContain('file-2.txt')
    expect(fake.transfers.get(fakeTransferId(2))?.order).toBeLessThan(1)
  })

  test('is read out when it starts, arrives or fails, and never in between', async () => {
    const { fake, page } = await atStudio()
    await page.getByRole('heading', { name: 'Drop files or folders here' }).waitFor()
    const said = () => page.locator('output').allTextContents()
    fake.transfers.put(moving(1))
    await expect.poll(async () => (await said()).join(' ')).toContain('Sending file-1.txt to')
    const before = await said()
    for (let n = 1; n < 5; n++) fake.transfers.put(moving(1, { bytes: n * 100, rate: n }))
    await page.getByText('400 of 1 kB').or(page.getByText('0.4 of 1 kB')).waitFor()
    expect(await said()).toEqual(before)
    fake.transfers.put(moving(1, { state: 'done', endedAt: Date.now() }))
    await expect.poll(async () => (await said()).join(' ')).toContain('file-1.txt arrived on')
  })

  test('draws its speed once there is something to draw', async () => {
    const { page } = await atStudio(({ transfers }) => transfers.put(moving(1, { rate: 1e6 })))
    const line = page.getByRole('img', { name: 'Speed over the last minute' })
    await line.waitFor({ timeout: 8_000 })
    expect(await line.locator('path').count()).toBe(2)
  })
})

describe('the files of a transfer', () => {
  test('may be 50,000: few exist in the page, all can be reached, each receipt copied', async () => {
    const { page, complaints } = await atStudio(({ transfers, files }) => {
      transfers.put(moving(1, { files: 50_000, doneFiles: 50_000 }))
      files.push(...fakeFiles(50_000))
    })
    await page.getByRole('button', { name: 'Show files: file-1.txt' }).click()
    const list = page.getByRole('list', { name: /^Files of/ })
    await list.getByText('IMG_00000.CR3').waitFor()
    expect(await list.getByRole('listitem').count()).toBeLessThan(60)
    await list.getByRole('button').first().focus()
    await page.keyboard.press('End')
    await list.getByText('IMG_49999.CR3').waitFor()
    await list.getByText('it is a link').first().waitFor()
    expect(await list.getByRole('listitem').count()).toBeLessThan(60)
    await page.keyboard.press('Home')
    await list.getByText('IMG_00000.CR3').waitFor()
    await list.getByRole('button', { name: /IMG_00000/ }).click()
    await page
      .getByRole('region', { name: /Receipt of/ })
      .getByRole('button', { name: 'Copy' })
      .click()
    await page.getByText('Copied').first().waitFor()
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('1'.padStart(64, '0'))
    expect(complaints).toEqual([])
  })

  test('come as they are done', async () => {
    const film = { path: 'film.mov', bytes: 430_000_000, size: 1_200_000_000 }
    const { fake, page } = await atStudio(({ transfers }) =>
      transfers.put(moving(1, { files: 3, current: [film] })),
    )
    await page.getByRole('button', { name: 'Show files: file-1.txt' }).click()
    const now = page.getByRole('list', { name: 'On the way now' })
    await now.getByText('0.4 of 1.2 GB').waitFor()
    await page.getByText('2 more files wait').waitFor()
    await page.getByText('Each file stands here as soon as it is done.').waitFor()
    fake.files.push(...fakeFiles(2))
    fake.transfers.put(moving(1, { files: 3, doneFiles: 2 }))
    await expect.poll(() => now.count()).toBe(0)
    await page.getByText('One more file waits').waitFor()
    await page.getByText('IMG_00001.CR3').waitFor({ timeout: 8_000 })
    expect(
      await page
        .getByRole('list', { name: /^Files of/ })
        .getByRole('listitem')
        .count(),
    ).toBe(2)
  })
})

describe('many', () => {
  test('200 that change 60 times a second leave the page its frames', async () => {
    const { fake, page } = await atStudio(({ transfers }) => {
      for (let n = 1; n <= 200; n++) transfers.put(moving(n, { rate: 1e6 }))
    })
    await page.getByRole('button', { name: 'Show 100 more' }).click()
    await page.getByRole('button', { name: 'Show 70 more' }).click()
    await row(page, 'file-200.txt').waitFor()
    const frames = page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          let count = 0
          const end = performance.now() + 3_000
          const frame = () => {
            count += 1
            if (performance.now() < end) requestAnimationFrame(frame)
            else resolve(count / 3)
          }
          requestAnimationFrame(frame)
        }),
    )
    let sent = 0
    const timer = setInterval(() => {
      sent += 1
      for (let n = 1; n <= 200; n += 10) {
        fake.transfers.put(moving(n, { bytes: (sent * 3) % 1_000, rate: 1e6 + sent }))
      }
    }, 1_000 / 60)
    const perSecond = await frames
    clearInterval(timer)
    console.info(`${Math.round(perSecond)} frames a second, ${sent} changes of 20 rows in 3 s`)
    expect(perSecond).toBeGreaterThan(15)
  })

  test.each([1280, 800])(
    'stay where they are when others come into view, %i wide',
    async (width) => {
      const { page } = await atStudio(({ transfers }) => {
        for (let n = 1; n <= 30; n++) transfers.put(moving(n))
      })
      await page.setViewportSize({ width, height: 700 })
      const last = row(page, 'file-30.txt')
      await last.waitFor()
      const place = () =>
        last.evaluate((element) => {
          const top = (of: Element | null | undefined) => of?.getBoundingClientRect().top ?? 0
          return top(element) - top(element.parentElement?.firstElementChild)
        })
      const before = await place()
      expect(before).toBeGreaterThan(1_000)
      for (let n = 1; n <= 30; n++) await row(page, `file-${n}.txt`).scrollIntoViewIfNeeded()
      expect(Math.abs((await place()) - before)).toBeLessThan(20)
    },
  )

  test('5,000 waiting: the first stand there, the others on request', async () => {
    const { page } = await atStudio(({ transfers }) => {
      for (let n = 1; n <= 5_000; n++) transfers.put(fakeTransfer(n))
    })
    await row(page, 'file-1.txt').first().waitFor()
    expect(await page.getByRole('progressbar').count()).toBe(30)
    await page.getByRole('button', { name: 'Show 100 more' }).click()
    await expect.poll(() => page.getByRole('progressbar').count()).toBe(130)
    await page.getByRole('link', { name: /Studio 5,000 waiting/ }).waitFor()
  })
})

describe.each([
  ['light', { width: 1200, height: 780 }],
  ['dark', { width: 420, height: 800 }],
] as const)('in the %s theme', (colorScheme, viewport) => {
  test('every view of transfers is accessible and fits', async () => {
    const { page } = await open({
      before: (fake) => {
        fake.devices.put(fakePaired(0x51, { name: 'Studio' }, idleOver('lan')))
        busy(fake)
      },
      browser: { colorScheme, viewport, reducedMotion: 'reduce' },
    })
    await goTo(page, `#/device/${fakeId(0x51)}`)
    await page.getByRole('button', { name: /^Show files: Shoot/ }).click()
    await page
      .getByRole('button', { name: /^Receipt of/ })
      .first()
      .click()
    expect(await violations(page), 'device').toEqual([])
    for (const place of ['#/here', '#/history', '#/settings']) {
      await goTo(page, place)
      await page.getByRole('heading', { level: 1 }).waitFor()
      await page.waitForTimeout(300)
      expect(await violations(page), place).toEqual([])
      const width = await page.evaluate(() => document.documentElement.scrollWidth)
      expect(width, place).toBeLessThanOrEqual(viewport.width)
    }
    // Beside the list there is least room for what a row says.
    await page.setViewportSize({ width: 768, height: 800 })
    for (const place of [`#/device/${fakeId(0x51)}`, '#/history']) {
      await goTo(page, place)
      const says = page.getByText('arrived and verified').first()
      await says.waitFor()
      expect((await says.boundingBox())?.width, place).toBeGreaterThan(240)
    }
  })
})

import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { Fault } from '#shared/faults.ts'
import { showing } from '../support/fake-pairing.ts'
import { openingPages } from '../support/open-pages.ts'
import { clipboard, focused, goTo } from '../support/pages.ts'

const open = openingPages()
const dayMs = 86_400_000

describe('connection files', () => {
  test('are made with their password, shown once, and saved by the browser', async () => {
    const { page, complaints } = await open({
      before: (fake) => showing(fake),
      browser: { ...clipboard, acceptDownloads: true },
    })
    await goTo(page, '#/pair')
    await page.getByRole('button', { name: 'Make a file' }).click()
    await page.getByRole('heading', { name: 'The file is made' }).waitFor()
    expect(await focused(page)).toBe('The file is made')
    await page.getByText('orbit-maple-velvet-stone-hero-zoo').waitFor()

    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Save the file' }).click()
    const saved = await download
    expect(saved.suggestedFilename()).toBe('gangway-invitation.gangway')
    expect(readFileSync(await saved.path())).toEqual(Buffer.from([0, 0, 0]))

    await page.getByRole('button', { name: 'Copy password' }).click()
    await expect
      .poll(() => page.evaluate(() => navigator.clipboard.readText()))
      .toBe('orbit-maple-velvet-stone-hero-zoo')
    await page.getByRole('button', { name: 'Done' }).click()
    expect(await page.getByText('orbit-maple').count()).toBe(0)
    expect(await page.getByRole('button', { name: /^Withdraw/ }).count()).toBe(1)
    expect(complaints).toEqual([])
  })

  test('that are open are listed, newest first, few at once, and can be withdrawn', async () => {
    const { fake, page } = await open({
      before: (fake) => {
        showing(fake)
        const now = Date.now()
        for (let n = 0; n < 8; n++) {
          const createdAt = now - n * 2 * dayMs
          fake.invites.put({ id: `i${n}`, createdAt, expiresAt: now + dayMs })
        }
      },
    })
    await goTo(page, '#/pair')
    const withdraw = page.getByRole('button', { name: /^Withdraw/ })
    await withdraw.first().waitFor()
    expect(await withdraw.count()).toBe(5)
    await page.getByRole('button', { name: '3 more' }).click()
    expect(await withdraw.count()).toBe(8)
    await withdraw.first().click()
    await expect.poll(() => withdraw.count()).toBe(7)
    expect(fake.invites.get('i0')).toBeUndefined()
  })

  test('that cannot be made or withdrawn say why', async () => {
    const fault = new Fault('disk.full', { folder: '/srv/gangway' })
    const refuse = async () => {
      throw fault
    }
    const { page } = await open({
      before: (fake) => {
        showing(fake)
        fake.invites.put({ id: 'i', createdAt: Date.now(), expiresAt: Date.now() + dayMs })
      },
      api: (api) => ({
        ...api,
        calls: { ...api.calls, 'invite.create': refuse, 'invite.withdraw': refuse },
      }),
    })
    await goTo(page, '#/pair')
    await page.getByRole('button', { name: 'Make a file' }).click()
    await page.getByText(fault.message).waitFor()
    await page.getByRole('button', { name: /^Withdraw/ }).click()
    await expect.poll(() => page.getByText(fault.message).count()).toBe(2)
  })
})

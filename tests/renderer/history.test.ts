import { describe, expect, test } from 'vitest'
import type { Api } from '#shared/contract.ts'
import { Fault } from '#shared/faults.ts'
import type { Transfer } from '#shared/transfers.ts'
import type { fakeApi } from '../support/fake-api.ts'
import { fakePaired } from '../support/fake-paired.ts'
import { fakeTransfer } from '../support/fake-transfers.ts'
import { openingPages } from '../support/open-pages.ts'
import { goTo, violations } from '../support/pages.ts'

const open = openingPages()

function ended(n: number, rest: Partial<Transfer> = {}): Transfer {
  const end = { state: 'done', endedAt: Date.UTC(2026, 0, 2) + n, doneFiles: 1, bytes: 1_000 }
  return fakeTransfer(n, { ...end, ...rest } as Partial<Transfer>)
}

async function atHistory(
  before: (fake: ReturnType<typeof fakeApi>) => void,
  api?: (api: Api) => Api,
) {
  const opened = await open({ before, ...(api ? { api } : {}) })
  await goTo(opened.page, '#/history')
  await opened.page.getByRole('heading', { level: 1, name: 'History' }).waitFor()
  return opened
}

describe('the history', () => {
  test('teaches while it is empty', async () => {
    const { page, complaints } = await atHistory(() => {})
    await page.getByText('Nothing yet').waitFor()
    expect(await violations(page)).toEqual([])
    expect(complaints).toEqual([])
  })

  test('finds by name, and says when nothing matches', async () => {
    const { page } = await atHistory(({ transfers }) => {
      transfers.put(ended(1, { names: ['minutes.pdf'] }))
      transfers.put(ended(2, { names: ['photo.jpg'] }))
    })
    await page.getByText('2 transfers').waitFor()
    await page.getByRole('searchbox').fill('photo')
    await page.getByText('One transfer').waitFor()
    expect(await page.getByText('minutes.pdf').count()).toBe(0)
    await page.getByRole('searchbox').fill('nowhere')
    await page.getByText(/Nothing matches/).waitFor()
  })

  test('is there again after a reload', async () => {
    const { page } = await atHistory(({ transfers }) => transfers.put(ended(1)))
    await page.getByText('file-1.txt').waitFor()
    await page.reload()
    await page.getByText('file-1.txt').waitFor()
    expect(await page.getByText('The history cannot be shown').count()).toBe(0)
  })

  test('of earlier runs stands with its device, after a reload too', async () => {
    const before = ended(1, { names: ['last-week.pdf'] })
    const { page } = await atHistory(
      ({ devices }) => devices.put(fakePaired(1)),
      (api) => ({
        ...api,
        calls: {
          ...api.calls,
          'history.list': async () => ({ total: 1, transfers: [before] }),
        },
      }),
    )
    await page.getByText('last-week.pdf').waitFor()
    await goTo(page, `#/device/${before.device}`)
    for (const again of [false, true]) {
      if (again) await page.reload()
      await page.getByRole('region', { name: 'Earlier' }).getByText('last-week.pdf').waitFor()
    }
    expect(await page.getByRole('button', { name: 'Show files: last-week.pdf' }).count()).toBe(1)
  })

  test('that was looked at while the link was lost comes as soon as it is back', async () => {
    const { page, server } = await atHistory(({ transfers }) => {
      for (let n = 1; n <= 300; n++) transfers.put(ended(n))
    })
    await page.getByText('300 transfers').waitFor()
    await server.goAway()
    await page.getByText('Connection to Gangway lost.').waitFor()
    const rows = page.getByRole('list', { name: 'History' }).getByRole('listitem')
    await rows
      .first()
      .getByRole('button', { name: /Show files/ })
      .focus()
    await page.keyboard.press('End')
    await page.getByText('The history cannot be shown').waitFor()
    server.comeBack()
    await page.getByText('file-300.txt').waitFor()
    expect(await page.getByText('The history cannot be shown').count()).toBe(0)
  })

  test('sends again what arrived, and says why where it cannot', async () => {
    const gone = new Fault('transfer.notThere')
    const { page, fake } = await atHistory(
      ({ transfers }) => {
        transfers.put(ended(1, { names: ['minutes.pdf'], direction: 'send' }))
        transfers.put(ended(2, { names: ['old.jpg'], direction: 'send' }))
        transfers.put(ended(3, { names: ['theirs.txt'], direction: 'receive' }))
        transfers.put(ended(4, { names: ['dropped.txt'], direction: 'send', isCopy: true }))
      },
      (api) => ({
        ...api,
        calls: {
          ...api.calls,
          'transfer.sendAgain': async (input, signal) => {
            if (input.id === fakeTransfer(2).id) throw gone
            return api.calls['transfer.sendAgain'](input, signal)
          },
        },
      }),
    )
    await page.getByRole('button', { name: 'Send again: minutes.pdf' }).click()
    await expect.poll(() => fake.transfers.rows.length).toBe(5)
    expect(fake.transfers.rows[4]).toMatchObject({ names: ['minutes.pdf'] })
    await page.getByRole('button', { name: 'Send again: old.jpg' }).click()
    await page.getByText(gone.message).waitFor()
    expect(await page.getByRole('button', { name: /Send again/ }).count()).toBe(2)
  })

  test('may be 5,000 long: few exist in the page, and all can be reached', async () => {
    const { page } = await atHistory(({ transfers }) => {
      for (let n = 1; n <= 5_000; n++) transfers.put(ended(n))
    })
    await page.getByText('5,000 transfers').waitFor()
    const rows = page.getByRole('list', { name: 'History' }).getByRole('listitem')
    expect(await rows.count()).toBeLessThan(40)
    await rows
      .first()
      .getByRole('button', { name: /Show files/ })
      .focus()
    await page.keyboard.press('End')
    await page.getByText('file-5000.txt').waitFor()
    expect(await rows.count()).toBeLessThan(40)
  })

  test('shows the files of a transfer with their receipts', async () => {
    const { page } = await atHistory(({ transfers, files }) => {
      transfers.put(ended(1, { folder: '/srv/files', direction: 'receive' }))
      files.push({
        path: 'file-1.txt',
        bytes: 1_000,
        state: 'landed',
        reason: null,
        blake3: 'ab'.repeat(32),
      })
    })
    await page.getByRole('button', { name: 'Show files: file-1.txt' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('/srv/files').waitFor()
    await dialog.getByRole('button', { name: /^Receipt of/ }).click()
    await dialog.getByText('abababab abababab').waitFor()
    expect(await violations(page)).toEqual([])
    await page.keyboard.press('Escape')
    await expect.poll(() => dialog.count()).toBe(0)
  })

  test('is cleared after a while in which it can be had back', async () => {
    const { fake, page } = await atHistory(({ transfers }) => transfers.put(ended(1)))
    const clear = page.getByRole('button', { name: 'Clear history' })
    await page.getByText('file-1.txt').waitFor()
    for (const undo of ['Control+z', null]) {
      await clear.click()
      await page.getByText('Files stay where they are').waitFor()
      await page.getByText('Nothing yet').waitFor()
      expect(await violations(page)).toEqual([])
      if (undo) await page.keyboard.press(undo)
      else await page.getByRole('button', { name: 'Undo' }).click()
      await page.getByText('file-1.txt').waitFor()
      expect(await page.getByRole('button', { name: 'Undo' }).count()).toBe(0)
    }
    await clear.click()
    await page.getByRole('button', { name: 'Undo' }).waitFor()
    expect(fake.transfers.rows).toHaveLength(1)
    // Whoever leaves meant it.
    await page.evaluate(() => dispatchEvent(new Event('pagehide')))
    await expect.poll(() => fake.transfers.rows).toEqual([])
    await page.getByText('Nothing yet').waitFor()
  })

  test('loses one transfer after a while in which it can be had back', async () => {
    const { fake, page } = await atHistory(({ transfers }) => {
      transfers.put(ended(1))
      transfers.put(ended(2))
    })
    const forget = page.getByRole('button', { name: 'Remove from history: file-1.txt' })
    const row = page.getByRole('listitem').filter({ hasText: 'file-1.txt' })
    for (const isMeant of [false, true]) {
      await forget.click()
      await page.getByText('One transfer').waitFor()
      expect(await row.count()).toBe(0)
      expect(fake.transfers.rows).toHaveLength(2)
      expect(await violations(page)).toEqual([])
      if (isMeant) await page.evaluate(() => dispatchEvent(new Event('pagehide')))
      else await page.getByRole('button', { name: 'Undo' }).click()
      if (!isMeant) await row.waitFor()
    }
    await expect
      .poll(() => fake.transfers.rows.map(({ names }) => names[0]))
      .toEqual(['file-2.txt'])
    await page.getByText('file-2.txt').waitFor()
    expect(await row.count()).toBe(0)
  })

  test('that could not be cleared says why, and is there again', async () => {
    const { page } = await atHistory(
      ({ transfers }) => transfers.put(ended(1)),
      (api) => ({
        ...api,
        calls: {
          ...api.calls,
          'history.clear': async () => {
            throw new Fault('disk.full', { folder: '/srv/gangway' })
          },
        },
      }),
    )
    await page.clock.install()
    await page.getByRole('button', { name: 'Clear history' }).click()
    await page.getByRole('button', { name: 'Undo' }).waitFor()
    await page.clock.fastForward(9_000)
    await page.getByText('The disk with /srv/gangway is full').waitFor()
    await page.getByText('file-1.txt').waitFor()
    await page.getByRole('button', { name: 'Dismiss' }).click()
    expect(await page.getByText('The disk with').count()).toBe(0)
  })

  test('that cannot be read says why, and is tried again', async () => {
    const fault = new Fault('profile.unwritable', { folder: '/srv/gangway' })
    let broken = true
    const { page } = await atHistory(
      ({ transfers }) => transfers.put(ended(1)),
      (api) => ({
        ...api,
        calls: {
          ...api.calls,
          'history.list': async (input, signal) => {
            if (broken) throw fault
            return api.calls['history.list'](input, signal)
          },
        },
      }),
    )
    await page.getByText(fault.message).waitFor()
    broken = false
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByText('file-1.txt').waitFor()
    expect(await page.getByText(fault.message).count()).toBe(0)
  })
})

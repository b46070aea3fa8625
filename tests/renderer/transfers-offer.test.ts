import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import type { CallInput } from '#shared/contract.ts'
import { Fault } from '#shared/faults.ts'
import type { Transfer } from '#shared/transfers.ts'
import { fakeOffer } from '../support/fake-busy.ts'
import { fakeId } from '../support/fake-devices.ts'
import { fakePaired, idleOver } from '../support/fake-paired.ts'
import { fakeTransferId } from '../support/fake-transfers.ts'
import { openingPages } from '../support/open-pages.ts'
import { focused, goTo, violations } from '../support/pages.ts'

const open = openingPages()

async function offered(offers: readonly Transfer[], refusal: Fault | null = null) {
  const answers: CallInput<'transfer.answer'>[] = []
  const opened = await open({
    before: ({ devices, transfers }) => {
      devices.put(fakePaired(0x52, { name: 'Work laptop' }, idleOver('lan')))
      for (const offer of offers) transfers.put(offer)
    },
    api: (api) => ({
      ...api,
      calls: {
        ...api.calls,
        'transfer.answer': async (input, signal) => {
          answers.push(input)
          if (refusal) throw refusal
          return api.calls['transfer.answer'](input, signal)
        },
      },
    }),
  })
  return { ...opened, answers, dialog: opened.page.getByRole('dialog') }
}

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })

describe('an offer', () => {
  test('says who, what, how much and where to, in the title too, and is accepted with Enter', async () => {
    const { page, answers, dialog, complaints } = await offered([fakeOffer(1)])
    await dialog.getByRole('heading', { name: 'wants to send you a folder' }).waitFor()
    expect(await dialog.innerText()).toMatch(/Quarterly report[\s\S]*44 files[\s\S]*318 MB/)
    expect(await dialog.innerText()).toMatch(/Saves to\s+Downloads · 214 GB free/)
    expect(await dialog.innerText()).toContain('abandon · ability · able · about')
    await expect.poll(() => page.title()).toBe('Work laptop wants to send you something · Gangway')
    expect(await violations(page)).toEqual([])
    expect(await focused(page)).toBe('Accept')
    await page.keyboard.press('Enter')
    await expect.poll(() => dialog.count()).toBe(0)
    expect(answers).toEqual([{ id: fakeTransferId(1), accept: true }])
    await expect.poll(() => page.title()).not.toContain('wants to send')
    expect(complaints).toEqual([])
  })

  test('is declined', async () => {
    const { page, answers, dialog } = await offered([fakeOffer(1)])
    await button(page, 'Decline').click()
    await expect.poll(() => dialog.count()).toBe(0)
    expect(answers).toEqual([{ id: fakeTransferId(1), accept: false }])
  })

  test('lands elsewhere, and always, when the person says so', async () => {
    const { page, answers, dialog } = await offered([fakeOffer(1)])
    await button(page, 'Change').click()
    const folder = dialog.getByRole('textbox', { name: 'Folder on this computer' })
    expect(await folder.inputValue()).toBe('/home/ada/Downloads')
    await folder.fill('  ')
    await button(page, 'Accept').click()
    await dialog.getByText('Type the whole path of a folder').waitFor()
    await folder.fill('/srv/reports')
    await page.getByRole('checkbox', { name: 'Leave out files whose name' }).check()
    await page.getByRole('checkbox', { name: 'Always accept from' }).check()
    expect(await violations(page)).toEqual([])
    await button(page, 'Accept').click()
    await expect
      .poll(() => answers)
      .toEqual([
        {
          id: fakeTransferId(1),
          accept: true,
          folder: '/srv/reports',
          conflicts: 'skip',
          always: true,
        },
      ])
  })

  test('that cannot be answered says why and stays', async () => {
    const fault = new Fault('transfer.destinationUnwritable', { folder: '/srv' })
    const { page, dialog } = await offered([fakeOffer(1)], fault)
    await button(page, 'Accept').click()
    await dialog.getByText(fault.message).waitFor()
    expect(await button(page, 'Accept').isEnabled()).toBe(true)
  })

  test('too large for the disk says so before it is accepted', async () => {
    const { dialog } = await offered([fakeOffer(1, { freeBytes: 1e6 })])
    await expect.poll(() => dialog.innerText()).toContain('Only 1 MB free: it does not fit')
  })

  test('put off with Escape waits in the list, and comes back when asked for', async () => {
    const { page, answers, dialog } = await offered([fakeOffer(1)])
    await dialog.waitFor()
    await page.keyboard.press('Escape')
    await expect.poll(() => dialog.count()).toBe(0)
    expect(answers).toEqual([])
    await page.getByRole('link', { name: 'Work laptop Asks to send' }).waitFor()
    await goTo(page, `#/device/${fakeId(0x52)}`)
    await page.getByRole('button', { name: 'Answer: Quarterly report' }).click()
    await dialog.waitFor()
  })

  test('comes after another one, one at a time, and goes when it is withdrawn', async () => {
    const second = fakeOffer(2, { names: ['photo.jpg'], files: 1 })
    const { fake, page, answers, dialog } = await offered([fakeOffer(1), second])
    await dialog.getByText('and one more asks').waitFor()
    await button(page, 'Accept').hover()
    await page.mouse.down()
    await page.mouse.up()
    await dialog.getByRole('heading', { name: 'wants to send you a file' }).waitFor()
    // Who clicks twice has not seen the second offer.
    await button(page, 'Accept').hover()
    await page.mouse.down({ clickCount: 2 })
    await page.mouse.up({ clickCount: 2 })
    expect(answers).toEqual([{ id: fakeTransferId(1), accept: true }])
    fake.transfers.remove(second.id)
    await expect.poll(() => dialog.count()).toBe(0)
  })
})

import { describe, expect, test } from 'vitest'
import type { Desktop, Opened } from '#shared/desktop.ts'
import { fakePaired } from '../support/fake-paired.ts'
import { openingPages } from '../support/open-pages.ts'
import { goTo, violations } from '../support/pages.ts'

const open = openingPages()

function inApp(opened: Opened | null): Desktop {
  const habits = { stay: true, startAtLogin: false, updates: false }
  return { kind: 'app', habits, can: { ...habits, startAtLogin: true }, opened }
}

describe('in the app', () => {
  test('opened files wait for a device to be chosen, and nothing goes before', async () => {
    const paths = ['/home/ada/Shoot', 'C:\\notes\\<b>.txt', '/c', '/d']
    const { page, fake, complaints } = await open({
      before: ({ devices, desktop }) => {
        devices.put(fakePaired(1, { name: 'Studio' }))
        devices.put(fakePaired(2, { name: 'Foe', trust: 'blocked' }))
        desktop.set(inApp({ what: 'files', id: 1, paths }))
      },
      api: (api) => ({
        ...api,
        calls: { ...api.calls, 'desktop.taken': async () => ({}) },
      }),
    })
    await page.getByText('Shoot, <b>.txt, c').waitFor()
    await page.getByText('and one more').waitFor()
    expect(await violations(page)).toEqual([])
    expect(await page.getByRole('button', { name: /^Send to/ }).count()).toBe(1)
    expect(fake.transfers.rows).toEqual([])
    await page.getByRole('button', { name: /^Send to/ }).click()
    await expect.poll(() => fake.transfers.rows.length).toBe(1)
    expect(complaints).toEqual([])
  })

  test('safety 33: an opened link is filled in, and no key that was meant for something else pairs', async () => {
    const taken: number[] = []
    const { page, fake } = await open({
      before: ({ desktop }) =>
        desktop.set(inApp({ what: 'link', id: 7, link: 'gangway://pair?v=1' })),
      api: (api) => ({
        ...api,
        calls: {
          ...api.calls,
          'desktop.taken': async ({ id }) => {
            taken.push(id)
            return {}
          },
        },
      }),
    })
    const field = page.getByRole('textbox', { name: 'Pairing link' })
    await expect.poll(() => field.inputValue()).toBe('gangway://pair?v=1')
    await expect.poll(() => taken).toEqual([7])
    await page.getByText('opened from outside').waitFor()
    await page.keyboard.press('Enter')
    await page.keyboard.press('Space')
    expect(await violations(page)).toEqual([])
    expect(fake.pairing.value.state).toBe('quiet')
  })

  test('only the habits this desktop allows are shown; a browser says that it has none', async () => {
    const { page, fake } = await open({ before: ({ desktop }) => desktop.set(inApp(null)) })
    await goTo(page, '#/settings')
    await page.getByRole('switch', { name: 'Start when you log in' }).waitFor()
    expect(await page.getByRole('switch', { name: 'Look for newer versions' }).count()).toBe(0)
    await page.getByRole('switch', { name: 'Start when you log in' }).click()
    await page.getByText('This works only in the window of the Gangway app').waitFor()
    fake.desktop.set({ kind: 'browser' })
    await page.getByText('Gangway runs as long as its terminal').waitFor()
  })
})

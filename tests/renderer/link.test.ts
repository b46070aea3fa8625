import { describe, expect, test } from 'vitest'
import { serveApi } from '#shared/channel/server.ts'
import { contract } from '#shared/contract.ts'
import { Fault } from '#shared/faults.ts'
import { fakeApi } from '../support/fake-api.ts'
import { fakeDevice, fakeNearby } from '../support/fake-devices.ts'
import { fakeToken } from '../support/fake-page.ts'
import { openingPages } from '../support/open-pages.ts'
import { focused, goTo } from '../support/pages.ts'

const open = openingPages()

describe('the link to Gangway', () => {
  test('safety 29: the token leaves the address at once and a reload needs none', async () => {
    const { page } = await open()
    await page.getByRole('heading', { level: 1, name: 'Laptop' }).waitFor()
    expect(page.url()).not.toContain(fakeToken)
    expect(await page.evaluate(() => document.cookie)).toBe('')
    await page.reload()
    await page.getByRole('heading', { level: 1, name: 'Laptop' }).waitFor()
  })

  test('that is opened slowly leaves who went on meanwhile where they are', async () => {
    let letThrough = () => {}
    const gate = new Promise<void>((resolve) => (letThrough = resolve))
    const { page } = await open({
      prepare: (page) => page.route('**/session', async (route) => (await gate, route.continue())),
    })
    await goTo(page, '#/settings')
    await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor()
    letThrough()
    // Drawn anew once the settings have come.
    await page.getByLabel('Name').waitFor()
    expect(new URL(page.url()).hash).toBe('#/settings')
  })

  test('that is lost is said without moving anything, and comes back live without a reload', async () => {
    const { fake, server, page } = await open({ before: ({ nearby }) => nearby.put(fakeNearby(1)) })
    await page.getByRole('link', { name: 'Device 1' }).waitFor()
    await page.evaluate(() => Object.assign(window, { sameDocument: true }))

    await server.goAway()
    await page.getByText('Connection to Gangway lost.').waitFor()
    await page.getByText(/Trying again in \d+ s/).waitFor()
    await page.getByText('This device · not connected').waitFor()
    expect(await page.getByRole('link', { name: 'Device 1' }).isVisible()).toBe(true)

    fake.nearby.put(fakeNearby(2, { name: 'Came meanwhile' }))
    fake.device.set(fakeDevice({ name: 'Renamed meanwhile' }))
    server.comeBack()
    await page.getByRole('link', { name: 'Came meanwhile' }).waitFor({ timeout: 10_000 })
    await page.getByRole('heading', { level: 1, name: 'Renamed meanwhile' }).waitFor()
    expect(await page.getByText('Connection to Gangway lost.').count()).toBe(0)
    expect(await page.evaluate(() => 'sameDocument' in window)).toBe(true)

    fake.nearby.put(fakeNearby(3, { name: 'Came after' }))
    await page.getByRole('link', { name: 'Came after' }).waitFor()
  })

  test('is tried at once when asked to', async () => {
    const { server, page } = await open()
    await page.getByRole('heading', { level: 1, name: 'Laptop' }).waitFor()
    await server.goAway()
    // Far enough into the backoff that only the button can be the reason.
    await expect.poll(() => server.attempts, { timeout: 20_000 }).toBeGreaterThan(4)
    await page.getByText(/Trying again in [4-9] s/).waitFor()
    server.comeBack()
    await page.getByRole('button', { name: 'Try now' }).click()
    await page.getByText('This device · on this network').waitFor({ timeout: 3_000 })
  })

  test('lost: a change says so and nothing pretends to have happened', async () => {
    const { server, page } = await open()
    await page.getByRole('heading', { level: 1, name: 'Laptop' }).waitFor()
    await server.goAway()
    await page.getByText('Connection to Gangway lost.').waitFor()
    const toggle = page.getByRole('switch', { name: 'Visible nearby' })
    await toggle.click()
    await page.getByText('The connection to Gangway on this computer was lost.').waitFor()
    expect(await toggle.isChecked()).toBe(false)
  })

  test.each([
    ['no token', ''],
    ['a wrong token', '#not-it'],
  ])('with %s is a calm page that says what to do', async (_, at) => {
    const { server, page } = await open({ at })
    await page.getByRole('heading', { level: 1, name: 'Open Gangway with its link' }).waitFor()
    await page.getByText('gangway serve').waitFor()
    expect(await page.getByText('Connection to Gangway lost').count()).toBe(0)
    expect(new URL(page.url()).hash).toBe('')
    expect(server.attempts).toBeLessThanOrEqual(1)
  })

  test('with a password is one field, says why it is not taken, and opens', async () => {
    const { server, page } = await open({
      at: '',
      serving: (server) => server.askPassword(),
    })
    await page.getByRole('heading', { level: 1, name: 'Open Gangway with its password' }).waitFor()
    const field = page.getByLabel('Password')
    expect(await page.locator('input').count()).toBe(1)
    expect(await field.getAttribute('type')).toBe('password')
    await expect.poll(() => focused(page)).toBe('Password')
    await page.keyboard.press('Enter')
    await page.keyboard.type('not it')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').getByText('That is not the password').waitFor()
    server.askPassword(new Fault('host.tries'))
    await page.keyboard.press('Enter')
    await page.getByRole('alert').getByText('Wait a minute').waitFor()
    await field.fill(fakeToken)
    await page.getByRole('button', { name: 'Open' }).click()
    await page.getByRole('heading', { level: 1, name: 'Laptop' }).waitFor()
    expect(page.url()).toBe(server.origin)
  })

  test('of an earlier run is refused after the loss, and a new link in the same tab opens it', async () => {
    const { server, page } = await open()
    await page.getByRole('heading', { level: 1, name: 'Laptop' }).waitFor()
    await server.goAway()
    server.forgetEveryone()
    server.comeBack()
    await page
      .getByRole('heading', { name: 'Open Gangway with its link' })
      .waitFor({ timeout: 10_000 })
    server.rememberAgain()
    await page.evaluate((token) => (location.hash = token), fakeToken)
    await page.getByRole('heading', { level: 1, name: 'Laptop' }).waitFor()
    expect(page.url()).not.toContain(fakeToken)
  })

  test('goes through the preload where there is one, and opens no socket', async () => {
    const { api } = fakeApi()
    let asked = 0
    const { server, page } = await open({
      prepare: async (page) => {
        const serving = serveApi(
          api,
          {
            send: (response) => void page.evaluate(`deliver(${JSON.stringify(response)})`),
            drained: async () => {},
          },
          () => {},
        )
        await page.exposeFunction('toCore', (message: unknown) => {
          asked += 1
          serving.receive(message)
        })
        await page.addInitScript(exposePipe)
      },
    })
    await page.getByRole('heading', { level: 1, name: 'Laptop' }).waitFor()
    expect(asked).toBe(Object.keys(contract.streams).length)
    expect(server.attempts).toBe(0)
  })
})

/** Runs in the page, in the place of the preload. */
function exposePipe(): void {
  const listeners = new Set<(message: unknown) => void>()
  const deliver = (message: unknown) => {
    for (const listener of listeners) listener(message)
  }
  const gangway = Object.freeze({
    send: (message: unknown) => void Reflect.get(window, 'toCore')(message),
    receive: (listener: (message: unknown) => void) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    closed: () => () => {},
  })
  Object.assign(window, { deliver, gangway })
}

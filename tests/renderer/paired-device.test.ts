import { describe, expect, test } from 'vitest'
import type { Api, CallName } from '#shared/contract.ts'
import { Fault } from '#shared/faults.ts'
import type { Presence } from '#shared/devices.ts'
import { fakeDevice, fakeId, fakeNearby } from '../support/fake-devices.ts'
import { fakePaired, fakeStatus, idleOver } from '../support/fake-paired.ts'
import { notingCalls } from '../support/noted-calls.ts'
import { openingPages } from '../support/open-pages.ts'
import { clipboard, focused, goTo } from '../support/pages.ts'

const open = openingPages()
const at = `#/device/${fakeId(1)}`

function refusing(name: CallName, error: Error) {
  const refuse = async () => {
    throw error
  }
  return (api: Api): Api => ({ ...api, calls: { ...api.calls, [name]: refuse } })
}

type Facts = Parameters<typeof fakePaired>[1]

async function atDevice(
  facts: Facts = {},
  presence: Presence = idleOver(),
  opening: Parameters<typeof open>[0] = {},
) {
  const noted = notingCalls()
  const opened = await open({
    before: (fake) => fake.devices.put(fakePaired(1, { name: 'Studio', ...facts }, presence)),
    ...opening,
    api: (api) => noted.api(opening.api?.(api) ?? api),
  })
  await goTo(opened.page, at)
  await opened.page.getByRole('heading', { level: 1, name: facts.name ?? 'Studio' }).waitFor()
  return { ...opened, changes: () => noted.of('device.change'), noted }
}

describe('your devices', () => {
  test.each([
    [idleOver('lan'), 'Ready', 'LAN'],
    [idleOver('direct'), 'Ready', 'Direct'],
    [{ ...idleOver('relay'), state: 'connected' }, 'Connected', 'Relay'],
    [{ state: 'connecting' }, 'Connecting…', ''],
    [{ state: 'paired' }, 'Not reached yet', ''],
    [{ state: 'disconnected', reason: 'away' }, 'Away · last seen 1 Jan', ''],
    [{ state: 'disconnected', reason: 'closed' }, 'Gangway is closed there', ''],
    [{ state: 'disconnected', reason: 'lost' }, 'Connection lost', ''],
    [{ state: 'disconnected', reason: 'blocked' }, 'It has blocked this device', ''],
    [{ state: 'disconnected', reason: 'removed' }, 'Ended the pairing', ''],
    [{ state: 'disconnected', reason: 'elsewhere' }, 'Not in the same private network', ''],
  ] as const)('%j says so in the list', async (presence, words, badge) => {
    const lastSeen = Date.UTC(2026, 0, 1)
    const { page } = await open({
      before: (fake) => fake.devices.put(fakePaired(1, { name: 'Studio', lastSeen }, presence)),
      browser: { timezoneId: 'UTC' },
    })
    const row = page.getByRole('link', { name: 'Studio' })
    await row.waitFor()
    expect(await row.textContent()).toBe(`Studio${words}${badge}`)
  })

  test('come, change and go live; those nearby too stand in one list only', async () => {
    const { fake, page } = await open({ before: (fake) => fake.nearby.put(fakeNearby(1)) })
    await page.getByRole('link', { name: 'Device 1 Not paired' }).waitFor()
    fake.devices.put(fakePaired(1, {}, idleOver()))
    await page.getByRole('link', { name: 'Device 1 Ready' }).waitFor()
    expect(await page.getByRole('link', { name: 'Device 1' }).count()).toBe(1)
    await page.getByText('One device is yours').waitFor()
    fake.devices.put(fakePaired(1, {}, { state: 'connecting' }))
    await page.getByRole('link', { name: 'Device 1 Connecting' }).waitFor()
    fake.devices.remove(fakeId(1))
    await page.getByRole('link', { name: 'Device 1 Not paired' }).waitFor()
  })

  test('of one name are told apart by their short ids', async () => {
    const { page } = await open({
      before: ({ devices }) => {
        devices.put(fakePaired(1, { name: 'Twin' }))
        devices.put(fakePaired(2, { name: 'Twin' }))
      },
    })
    await page.getByRole('link', { name: 'Twin 00000000' }).first().waitFor()
    expect(await page.getByRole('link', { name: 'Twin 00000000' }).count()).toBe(2)
  })

  test('may be 5,000, beside 5,000 nearby: few exist in the page, and all can be reached', async () => {
    const { page, complaints } = await open({
      before: ({ devices, nearby }) => {
        for (let n = 1; n <= 5_000; n++) {
          devices.put(fakePaired(n, {}, n % 2 ? idleOver() : { state: 'paired' }))
          nearby.put(fakeNearby(10_000 + n))
        }
      },
    })
    await page.getByText('5,000 devices are yours').waitFor()
    const rows = page.locator('nav li')
    expect(await rows.count()).toBeLessThan(60)
    await page.getByRole('link', { name: 'Device 1 Ready' }).focus()
    await page.keyboard.press('End')
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.textContent))
      .toContain('Device 5000')
    const place = page.getByRole('main')
    await page.setViewportSize({ width: 1200, height: 500 })
    await place.evaluate((main) => main.scrollTo(0, 200))
    expect(await place.evaluate((main) => main.scrollTop)).toBe(200)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: 'Device 5000' }).waitFor()
    expect(await place.evaluate((main) => main.scrollTop), 'begins at its top').toBe(0)
    expect(await rows.count()).toBeLessThan(60)
    expect(complaints).toEqual([])
  })

  test('whose stream fails say why in their place', async () => {
    const { page } = await open({
      api: (api) => ({
        ...api,
        streams: {
          ...api.streams,
          'devices.watch': () => {
            throw new Fault('store.damaged', { file: 'devices' })
          },
        },
      }),
    })
    await page.getByText('Your devices cannot be shown').waitFor()
    expect(await page.getByText('was damaged').count()).toBe(1)
  })
})

describe('a device', () => {
  test('says how it is reached, what it may do and how it is doing', async () => {
    const { page } = await atDevice({ status: fakeStatus({ power: 'battery' }) })
    const header = page.locator('main header')
    expect(await header.innerText()).toMatch(/LAN · 1 ms[^]*Linux\s+Files ask first\s+214 GB free/)
    const status = page.getByRole('region', { name: 'How it is doing' })
    expect(await status.innerText()).toMatch(/as told 3 minutes ago/)
    expect(await status.locator('dd').allTextContents()).toEqual([
      '214 GB',
      'Battery',
      '3 h 20 min',
      '0.1.0',
    ])
    expect(await page.getByText('192.0.2.8:41000').count()).toBe(1)
  })

  test('that has told nothing of itself says when that will be', async () => {
    const { page } = await atDevice()
    await page.getByText('It has not told yet').waitFor()
    expect(await page.getByText('GB free').count()).toBe(0)
  })

  test.each([
    ['away', 'is away', '“This network only” is on here, so elsewhere it cannot be reached'],
    ['elsewhere', 'answers, but not this device', 'Join it with its network key'],
    ['closed', 'Gangway is closed on', 'Open it there'],
    ['lost', 'was lost', 'goes on by itself'],
    ['blocked', 'has blocked this device', 'unblocks this device there'],
    ['removed', 'has ended the pairing', 'Pair the two again, or remove it here too'],
  ] as const)('%s says what that means and what to do', async (reason, title, help) => {
    const { page } = await atDevice({}, { state: 'disconnected', reason })
    await page.getByText(title).first().waitFor()
    expect(await page.getByText(help).count()).toBe(1)
    const again = page.getByRole('link', { name: 'Pair again' })
    expect(await again.count()).toBe(reason === 'removed' ? 1 : 0)
  })

  test('away, where it may be anywhere, says that it comes back by itself', async () => {
    const { fake, page } = await atDevice({}, { state: 'disconnected', reason: 'away' })
    fake.device.set(fakeDevice({ lanOnly: false }))
    await page.getByText('connect by themselves when it is back').waitFor()
    expect(await page.getByText('“This network only” is on').count()).toBe(0)
  })

  test('one has blocked can be let in again where that is said', async () => {
    const blocked = { state: 'disconnected', reason: 'blocked' } as const
    const { page, changes } = await atDevice({ trust: 'blocked' }, blocked)
    await page.getByText('You have blocked').waitFor()
    expect(await page.getByRole('button', { name: 'Send text' }).count()).toBe(0)
    await page.getByRole('button', { name: 'Unblock' }).click()
    await expect.poll(changes).toEqual([{ id: fakeId(1), trust: 'known' }])
  })

  test('is called what one likes, and by its own name again when that is taken away', async () => {
    const { page, changes } = await atDevice({ ownName: 'studio.local' })
    await page.getByRole('button', { name: 'Rename' }).click()
    const field = page.getByRole('textbox', { name: 'Your name for' })
    await field.fill('The big one')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: 'The big one' }).waitFor()
    await expect.poll(() => focused(page)).toBe('Rename')
    await page.getByText('It calls itself').waitFor()
    await page.keyboard.press('Enter')
    await field.fill('')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: 'studio.local' }).waitFor()
    expect(changes()).toEqual([
      { id: fakeId(1), name: 'The big one' },
      { id: fakeId(1), name: null },
    ])
  })

  test('whose new name is refused keeps it typed and says why', async () => {
    const fault = new Fault('disk.full', { folder: '/srv/gangway' })
    const { page } = await atDevice({}, idleOver(), { api: refusing('device.change', fault) })
    await page.getByRole('button', { name: 'Rename' }).click()
    await page.getByRole('textbox', { name: 'Your name for' }).fill('The big one')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').filter({ hasText: fault.message }).waitFor()
    expect(await page.getByRole('textbox').first().inputValue()).toBe('The big one')
    await page.keyboard.press('Escape')
    await page.getByRole('heading', { level: 1, name: 'Studio' }).waitFor()
  })

  test('carries a note for the person here', async () => {
    const { page, changes } = await atDevice()
    await page.getByRole('button', { name: 'Add a note' }).click()
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('TEXTAREA')
    await page.getByRole('textbox', { name: 'Note' }).fill('Under the stairs\nKey: ask Ada')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Key: ask Ada').waitFor()
    await expect.poll(() => focused(page)).toBe('Edit the note')
    expect(changes()).toEqual([{ id: fakeId(1), note: 'Under the stairs\nKey: ask Ada' }])
  })

  test('is trusted as one chooses, each level in one sentence', async () => {
    const { fake, page, changes } = await atDevice()
    const level = (name: string) => page.getByRole('radio', { name })
    expect(await page.getByRole('radio').count()).toBe(4)
    expect(await level('Known').isChecked()).toBe(true)
    await level('Known').focus()
    await page.keyboard.press('ArrowUp')
    await expect.poll(() => fake.devices.get(fakeId(1))?.trust).toBe('trusted')
    await page.getByText('Files arrive without asking', { exact: true }).waitFor()
    await level('Observer').click()
    await expect.poll(changes).toHaveLength(2)
    await expect.poll(() => level('Observer').isChecked()).toBe(true)
  })

  test('whose new trust is refused is shown as it is', async () => {
    const fault = new Fault('disk.full', { folder: '/srv/gangway' })
    const { page } = await atDevice({}, idleOver(), { api: refusing('device.change', fault) })
    await page.getByRole('radio', { name: 'Trusted' }).click({ force: true })
    await page.getByRole('alert').filter({ hasText: fault.message }).waitFor()
    expect(await page.getByRole('radio', { name: 'Known' }).isChecked()).toBe(true)
  })

  test('shows its fingerprint, and its id and DID to who asks', async () => {
    const { page } = await atDevice({}, idleOver(), { browser: clipboard })
    await page.getByText('abandon · ability · able · about').waitFor()
    expect(await page.locator('code').count()).toBe(0)
    await page.getByRole('button', { name: 'Show the device id' }).click()
    const copied = () => page.evaluate(() => navigator.clipboard.readText())
    await page.getByRole('button', { name: 'Copy id' }).click()
    await expect.poll(copied).toBe(fakeId(1))
    await page.getByRole('button', { name: 'Copy DID' }).click()
    await expect.poll(copied).toBe('did:key:z6Mk')
  })

  test('is removed only after it was said what that does', async () => {
    const { fake, page, noted } = await atDevice()
    await page.getByRole('button', { name: /^Remove/ }).click()
    await page.getByText('There is no undo').waitFor()
    expect(await focused(page)).toContain('End the pairing with')
    expect(noted.of('device.remove')).toEqual([])
    await page.keyboard.press('Escape')
    await expect.poll(() => focused(page)).toMatch(/^Remove/)

    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: /^Remove/ }).click()
    await page.getByRole('heading', { level: 1, name: 'Laptop' }).waitFor()
    expect(fake.devices.rows).toEqual([])
    await page.getByRole('status').filter({ hasText: 'was removed' }).waitFor()
    await page.getByText('None yet').waitFor()
  })

  test('that could not be removed stays and says why', async () => {
    const fault = new Fault('disk.full', { folder: '/srv/gangway' })
    const { fake, page } = await atDevice({}, idleOver(), { api: refusing('device.remove', fault) })
    await page.getByRole('button', { name: /^Remove/ }).click()
    await page.getByRole('button', { name: /^Remove/ }).click()
    await page.getByRole('alert').filter({ hasText: fault.message }).waitFor()
    expect(fake.devices.rows).toHaveLength(1)
  })
})

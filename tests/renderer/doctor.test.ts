import { describe, expect, test } from 'vitest'
import { formatReport } from '#shared/doctor.ts'
import { Fault } from '#shared/faults.ts'
import { fakeId } from '../support/fake-devices.ts'
import { fakeReport } from '../support/fake-report.ts'
import { notingCalls } from '../support/noted-calls.ts'
import { openingPages } from '../support/open-pages.ts'
import { clipboard } from '../support/pages.ts'

const open = openingPages()

async function atDoctor(opening: Parameters<typeof open>[0] = {}) {
  const noted = notingCalls()
  const opened = await open({ ...opening, api: (api) => noted.api(opening.api?.(api) ?? api) })
  await opened.page.getByRole('link', { name: 'Doctor' }).click()
  return { ...opened, runs: () => noted.of('doctor.run').length }
}

describe('Doctor', () => {
  test('looks when it is opened, says so meanwhile, and what needs the person first', async () => {
    let go = () => {}
    const gate = new Promise<void>((resolve) => (go = resolve))
    const { page, runs, complaints } = await atDoctor({
      api: (api) => ({
        ...api,
        calls: {
          ...api.calls,
          'doctor.run': async () => {
            await gate
            return fakeReport
          },
        },
      }),
    })
    await page.getByRole('status').filter({ hasText: 'Looking at the network' }).waitFor()
    go()
    await page.getByRole('heading', { name: 'One thing needs you' }).waitFor()
    expect(await page.locator('main h2').allTextContents()).toEqual([
      'One thing needs you',
      'Needs you',
      'Good to know',
      'All well',
      'Connections',
    ])
    const needs = page.getByRole('region', { name: 'Needs you' })
    expect(await needs.getByText('then try again').count()).toBe(1)
    expect(runs()).toBe(1)
    expect(complaints).toEqual([])
  })

  test('shows how each device is reached, in numbers', async () => {
    const { page } = await atDoctor()
    const rows = page.getByRole('row')
    await rows.first().waitFor()
    expect(await rows.allTextContents()).toEqual([
      'DevicePathRound tripLost packetsWindowLargest packet',
      'StudioLAN 192.0.2.8:410002 ms1 of 250 (0.4%)12 kB1,440 bytes',
      'CabinNot connected',
    ])
  })

  test('copies the report that the command line prints', async () => {
    const { page } = await atDoctor({ browser: clipboard })
    await page.getByRole('button', { name: 'Copy report' }).click()
    await expect
      .poll(() => page.evaluate(() => navigator.clipboard.readText()))
      .toBe(formatReport(fakeReport))
  })

  test('looks again, and keeps what it found until then', async () => {
    let report = fakeReport
    const { page, runs } = await atDoctor({
      api: (api) => ({ ...api, calls: { ...api.calls, 'doctor.run': async () => report } }),
    })
    await page.getByRole('heading', { name: 'One thing needs you' }).waitFor()
    report = { ...report, checks: report.checks.filter(({ verdict }) => verdict === 'good') }
    await page.getByRole('button', { name: 'Run again' }).click()
    await page.getByRole('heading', { name: 'Everything works', exact: true }).waitFor()
    expect(runs()).toBe(2)
  })

  test('that fails says why and can be run again', async () => {
    let broken = true
    const fault = new Fault('core.closing')
    const { page } = await atDoctor({
      api: (api) => ({
        ...api,
        calls: {
          ...api.calls,
          'doctor.run': async () => {
            if (broken) throw fault
            return fakeReport
          },
        },
      }),
    })
    await page.getByRole('alert').filter({ hasText: fault.message }).waitFor()
    broken = false
    await page.getByRole('button', { name: 'Run again' }).click()
    await page.getByRole('heading', { name: 'One thing needs you' }).waitFor()
    expect(await page.getByRole('alert').count()).toBe(0)
  })

  test('opened while Gangway cannot be reached looks as soon as it can', async () => {
    const { server, page } = await open()
    await page.getByRole('heading', { level: 1, name: 'Laptop' }).waitFor()
    await server.goAway()
    await page.getByText('Connection to Gangway lost.').waitFor()
    await page.getByRole('link', { name: 'Doctor' }).click()
    await page.getByRole('heading', { level: 1, name: 'Doctor' }).waitFor()
    expect(await page.getByRole('row').count()).toBe(0)
    server.comeBack()
    await page.getByRole('heading', { name: 'One thing needs you' }).waitFor({ timeout: 10_000 })
  })

  test('of thousands of devices shows the connected ones, and says how many more there are', async () => {
    const [studio, cabin] = fakeReport.links
    if (!studio || !cabin) throw new Error('the report has no links')
    const away = Array.from({ length: 5_000 }, (_, n) => ({ ...cabin, id: fakeId(n + 10) }))
    const links = [...away, studio]
    const { page } = await atDoctor({
      api: (api) => ({
        ...api,
        calls: { ...api.calls, 'doctor.run': async () => ({ ...fakeReport, links }) },
      }),
    })
    await page.getByText('4,901 more in the report').waitFor()
    expect(await page.getByRole('row').count()).toBe(101)
    expect(await page.getByRole('row').nth(1).textContent()).toContain('Studio')
  })
})

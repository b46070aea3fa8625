import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { fakeId } from '../support/fake-devices.ts'
import { fakePaired, fakeStatus, idleOver } from '../support/fake-paired.ts'
import { asking, failing, fakeCandidate, showing, stage } from '../support/fake-pairing.ts'
import { openingPages } from '../support/open-pages.ts'
import { goTo, violations } from '../support/pages.ts'

const open = openingPages()
const wide = { width: 1200, height: 780 }
const narrow = { width: 420, height: 800 }
const longName = 'The laptop that stands in the attic behind the very old bookcase'

type Fake = Awaited<ReturnType<typeof open>>['fake']

function inhabited(fake: Fake): void {
  const facts = { addresses: ['192.0.2.8:41000'], status: fakeStatus(), note: 'Under the stairs' }
  fake.devices.put(fakePaired(1, { name: 'Studio', ...facts }, idleOver()))
  fake.devices.put(fakePaired(2, { name: longName }, { state: 'disconnected', reason: 'removed' }))
  fake.devices.put(fakePaired(3, { name: 'Cabin' }, idleOver('relay', 84)))
  showing(fake)
}

const sound = { violations: [], excess: 0 }

/** Clean, and nothing sticks out to the side. */
async function soundness(page: Page) {
  const excess = await page.evaluate(() => {
    const rights = [...document.querySelectorAll('main, main *, nav, dialog, dialog *')]
      .filter((element) => !element.closest('.visually-hidden, svg, bdi'))
      .map((element) => element.getBoundingClientRect().right)
    return Math.max(0, Math.max(...rights) - innerWidth)
  })
  return { violations: await violations(page), excess }
}

describe.each([
  ['light', 'wide', wide],
  ['light', 'narrow', narrow],
  ['dark', 'wide', wide],
  ['dark', 'narrow', narrow],
] as const)('in the %s theme on a %s window', (colorScheme, _, viewport) => {
  const browser = { colorScheme, viewport, reducedMotion: 'reduce' } as const

  test('every step of showing words is accessible and fits', async () => {
    const { fake, page } = await open({ before: inhabited, browser })
    await goTo(page, '#/pair')
    await page.getByText('sunset').waitFor()
    showing(fake, {
      triesLeft: 1,
      words: ['abstract', 'approve', 'business', 'children', 'december'],
    })
    await page.getByRole('button', { name: 'QR and link' }).click()
    await page.getByRole('button', { name: 'Make a file' }).click()
    await page.getByRole('button', { name: 'Save the file' }).waitFor()
    expect(await soundness(page), 'showing').toEqual(sound)
    stage(fake, { state: 'preparing' })
    await page.getByText('sunset').waitFor({ state: 'detached' })
    expect(await soundness(page), 'preparing').toEqual(sound)
    asking(fake, longName)
    await page.getByRole('button', { name: 'Accept' }).waitFor()
    expect(await soundness(page), 'asking').toEqual(sound)
    stage(fake, { state: 'waiting', device: { ...fakeCandidate, name: longName } })
    await page.getByRole('button', { name: 'Cancel' }).waitFor()
    expect(await soundness(page), 'waiting').toEqual(sound)
    stage(fake, { state: 'paired', device: { ...fakeCandidate, name: longName } })
    await page.getByRole('button', { name: 'Done' }).waitFor()
    expect(await soundness(page), 'paired').toEqual(sound)
    failing(fake, 'pairing.nobody')
    await page.getByRole('button', { name: 'Check the words' }).waitFor()
    expect(await soundness(page), 'failed').toEqual(sound)
  })

  test('every way of typing them is accessible and fits', async () => {
    const { fake, page } = await open({ before: inhabited, browser })
    await goTo(page, '#/pair/type')
    await page
      .getByRole('textbox', { name: 'Word 1 of 5' })
      .fill('abstract aprove business childern')
    await page.getByRole('button', { name: 'Add an address' }).click()
    await page.getByRole('textbox', { name: 'Address' }).fill('nowhere')
    await page.getByText('An address looks like').waitFor()
    expect(await soundness(page), 'words').toEqual(sound)
    await page.getByRole('button', { name: 'a link' }).click()
    await page.getByRole('textbox', { name: 'Pairing link' }).fill('no link')
    expect(await soundness(page), 'link').toEqual(sound)
    await page.getByRole('button', { name: 'Type words instead' }).click()
    await page.getByRole('button', { name: 'a connection file' }).click()
    await page.getByRole('textbox', { name: 'Password of the file' }).waitFor()
    expect(await soundness(page), 'file').toEqual(sound)
    stage(fake, { state: 'searching' })
    await page.getByRole('heading', { name: 'Looking for the other device' }).waitFor()
    expect(await soundness(page), 'searching').toEqual(sound)
  })

  test('devices, texts, requests and Doctor are accessible and fit', async () => {
    const { fake, page } = await open({ before: inhabited, browser })
    await page.getByRole('link', { name: 'Studio' }).waitFor()
    expect(await soundness(page), 'list').toEqual(sound)
    await goTo(page, `#/device/${fakeId(1)}`)
    await page.getByRole('button', { name: 'Send text' }).click()
    const text = `${'a very long line without an end '.repeat(9)}\n${'x'.repeat(300)}`
    fake.texts.put({ id: 'a', from: fakeId(1), text, at: Date.now() })
    fake.texts.put({ id: 'b', from: fakeId(2), text: 'https://example.org', at: Date.now() })
    await page.getByRole('article').waitFor()
    await page.getByRole('button', { name: 'Edit the note' }).click()
    await page.getByRole('button', { name: 'Show the device id' }).click()
    await page.getByRole('button', { name: /^Remove/ }).click()
    expect(await soundness(page), 'device').toEqual(sound)
    await goTo(page, `#/device/${fakeId(2)}`)
    await page.getByRole('link', { name: 'Pair again' }).waitFor()
    expect(await soundness(page), 'removed there').toEqual(sound)
    await goTo(page, '#/doctor')
    await page.getByRole('row').first().waitFor()
    expect(await soundness(page), 'doctor').toEqual(sound)
    asking(fake, longName)
    await page.getByRole('dialog').waitFor()
    expect(await soundness(page), 'request').toEqual(sound)
  })
})

describe('the focus', () => {
  test('reaches every part of a device page, and what has it can be seen', async () => {
    const { page } = await open({ before: inhabited })
    await goTo(page, `#/device/${fakeId(1)}`)
    await page.getByRole('button', { name: 'Rename' }).focus()
    const stops: string[] = []
    for (let n = 0; n < 7; n++) {
      await page.keyboard.press('Tab')
      const stop = await page.evaluate(() => {
        const element = document.activeElement
        const ringed = element?.closest('label') ?? element ?? document.body
        const { outlineStyle, outlineWidth } = getComputedStyle(ringed)
        const name = element?.getAttribute('aria-label') ?? element?.textContent ?? ''
        return { name, ring: `${outlineStyle} ${outlineWidth}` }
      })
      expect(stop.ring, stop.name).toBe('solid 2px')
      stops.push(stop.name)
    }
    expect(stops).toEqual([
      'Send text',
      'Choose files',
      'Choose a folder',
      'Known',
      'Show the device id',
      'Edit the note',
      expect.stringMatching(/^Remove/),
    ])
  })
})

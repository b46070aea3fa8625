import { describe, expect, test } from 'vitest'
import { Fault, type FaultCode } from '#shared/faults.ts'
import { fakeDevice } from '../support/fake-devices.ts'
import { fakePaired } from '../support/fake-paired.ts'
import { asking, failing, fakeCandidate, showing, stage } from '../support/fake-pairing.ts'
import { notingCalls } from '../support/noted-calls.ts'
import { openingPages } from '../support/open-pages.ts'
import { focused, goTo } from '../support/pages.ts'

const open = openingPages()

async function atPair(opening: Parameters<typeof open>[0] = {}) {
  const noted = notingCalls()
  const opened = await open({ before: (fake) => showing(fake), api: noted.api, ...opening })
  await goTo(opened.page, '#/pair')
  await opened.page.getByText('sunset').waitFor()
  return { ...opened, answers: () => noted.of('pairing.answer'), noted }
}

describe('who is it', () => {
  test('says name, kind and time, and shows on both screens the same two lines', async () => {
    const lines = async (own: { name: string; fingerprint: string }, other: typeof own) => {
      const { fake, page } = await atPair({
        before: (fake) => {
          showing(fake)
          fake.device.set(fakeDevice({ name: own.name }, { fingerprint: own.fingerprint }))
        },
      })
      const device = { ...fakeCandidate, ...other }
      stage(fake, { state: 'asking', prompt: 'p', device, expiresAt: Date.now() + 50_000 })
      await page.getByText(/^\d\d s left to answer$/).waitFor()
      const prints = page.locator('dl')
      const asked = await prints.innerText()
      // Whoever said yes first compares while the other one is asked.
      stage(fake, { state: 'waiting', device })
      await page.getByText('If they differ there, cancel').waitFor()
      expect(await prints.innerText()).toBe(asked)
      return asked
    }
    const laptop = { name: 'Laptop', fingerprint: 'maple · orbit · velvet · stone' }
    const studio = { name: 'Studio', fingerprint: 'harbor · cloth · ginger · swift' }
    const here = await lines(laptop, studio)
    expect(here).toContain(laptop.fingerprint)
    expect(here).toContain(studio.fingerprint)
    expect(await lines(studio, laptop)).toBe(here)
  })

  test('takes the focus to its heading, so that no key says yes by chance', async () => {
    const { fake, page, answers } = await atPair()
    asking(fake)
    await page.getByRole('heading', { level: 1, name: 'Studio⁩ wants to pair' }).waitFor()
    expect(await focused(page)).toContain('wants to pair')
    await page.keyboard.press('Enter')
    await page.keyboard.press(' ')
    expect(answers()).toEqual([])
    await page.keyboard.press('Tab')
    expect(await focused(page)).toBe('Decline')
    await page.keyboard.press('Tab')
    expect(await focused(page)).toBe('Accept')
    await page.keyboard.press('Enter')
    await expect.poll(answers).toEqual([{ prompt: 'a-prompt', accept: true }])
  })

  test('no is said, and new words come only when they are wanted', async () => {
    const { fake, page, answers, noted } = await atPair()
    asking(fake)
    await page.getByRole('button', { name: 'Decline' }).click()
    await expect.poll(answers).toEqual([{ prompt: 'a-prompt', accept: false }])
    stage(fake, { state: 'quiet' })
    await page.getByRole('heading', { level: 1, name: 'Nothing was paired' }).waitFor()
    expect(noted.of('pairing.show')).toEqual([])
    await page.getByRole('button', { name: 'Show new words' }).click()
    await expect.poll(() => noted.of('pairing.show')).toHaveLength(1)
  })

  test('an answer that comes too late says so', async () => {
    const fault = new Fault('input.invalid', { problem: 'nobody waits for this answer any more' })
    const { fake, page } = await atPair({
      api: (api) => ({
        ...api,
        calls: {
          ...api.calls,
          'pairing.answer': async () => {
            throw fault
          },
        },
      }),
    })
    asking(fake)
    await page.getByRole('button', { name: 'Accept' }).click()
    await page.getByRole('alert').filter({ hasText: fault.message }).waitFor()
    expect(await page.getByRole('button', { name: 'Accept' }).isVisible()).toBe(true)
  })

  test('warns once, ten seconds before the end', async () => {
    const { fake, page } = await atPair()
    const device = fakeCandidate
    stage(fake, { state: 'asking', prompt: 'p', device, expiresAt: Date.now() + 12_500 })
    await page.getByText('12 s left').waitFor()
    const spoken = () => page.getByRole('status').allTextContents()
    expect((await spoken()).join('')).toBe('')
    await expect.poll(spoken, { timeout: 5_000 }).toContain('Ten seconds left to answer.')
  })
})

describe('while it goes on', () => {
  test.each([
    [{ state: 'searching' }, 'Looking for the other device'],
    [{ state: 'proving' }, 'Comparing the words'],
    [{ state: 'waiting', device: null }, 'Waiting for the other device'],
    [{ state: 'waiting', device: fakeCandidate }, 'Waiting for \u2068Studio\u2069'],
  ] as const)('%o says what it waits for and can be ended', async (next, title) => {
    const { fake, page, noted } = await atPair()
    stage(fake, next)
    await page.getByRole('heading', { level: 1, name: title }).waitFor()
    expect(await focused(page)).toBe(title)
    await page.getByRole('button', { name: 'Cancel' }).click()
    await expect.poll(() => noted.of('pairing.cancel')).toEqual([{ attempt: 0 }])
    await page.getByRole('tab', { name: 'Show words' }).waitFor()
  })

  test('LAN only is said while it looks', async () => {
    const { fake, page } = await atPair()
    stage(fake, { state: 'searching' })
    await page.getByText('On this network only, as you set it.').waitFor()
    fake.device.set(fakeDevice({ lanOnly: false }))
    await page.getByText('through the internet').waitFor()
    expect(await page.getByText('On this network only, as you set it.').count()).toBe(0)
  })
})

describe('paired', () => {
  test('asks what one calls it, and goes to its page', async () => {
    const { fake, page, noted } = await atPair()
    const { id, name, kind } = fakeCandidate
    fake.devices.put({ ...fakePaired(0x51, { name, kind }) })
    stage(fake, { state: 'paired', device: fakeCandidate })
    await page.getByRole('heading', { level: 1, name: 'Paired with' }).waitFor()
    const field = page.getByRole('textbox', { name: 'What you call it' })
    expect(await field.inputValue()).toBe('Studio')
    await field.fill(' ')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').filter({ hasText: 'Give it a name' }).waitFor()
    await field.fill('The big one')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: 'The big one' }).waitFor()
    expect(noted.of('device.change')).toEqual([{ id, name: 'The big one' }])
    expect(page.url()).toContain(`#/device/${id}`)
  })

  test('with the name it has goes on at once, and leads to the next one', async () => {
    const { fake, page, noted } = await atPair()
    fake.devices.put(fakePaired(0x51, { name: 'Studio' }))
    stage(fake, { state: 'paired', device: fakeCandidate })
    await page.getByRole('button', { name: 'Done' }).click()
    await page.getByRole('heading', { level: 1, name: 'Studio' }).waitFor()
    expect(noted.of('device.change')).toEqual([])
    await page.getByRole('link', { name: 'Pair a device' }).click()
    await expect.poll(() => noted.of('pairing.show')).toHaveLength(1)
    expect(await page.getByRole('heading', { name: 'Paired with' }).count()).toBe(0)
  })
})

describe('a failure', () => {
  const failures: readonly (readonly [FaultCode, string, string])[] = [
    ['pairing.mismatch', 'The words are not the same', 'Check the words'],
    ['pairing.nobody', 'Nobody shows these words', 'Try the same words again'],
    ['pairing.expired', 'These words have expired', 'Show new words'],
    ['pairing.spent', 'This no longer works', 'Type new words'],
    ['pairing.guessed', 'Somebody tried to guess', 'Show new words'],
    ['pairing.tries', 'Three tries were wrong', 'Type new words'],
    ['pairing.declined', 'The other device said no', 'Show new words'],
    ['pairing.unanswered', 'Nobody answered in time', 'Show new words'],
    ['pairing.replaced', 'Another pairing took over', 'Show new words'],
    ['pairing.version', 'Two different versions', 'Show new words'],
    ['pairing.failed', 'Pairing did not work', 'Show new words'],
    ['peer.unreachable', 'The other device is out of reach', 'Show new words'],
    ['internal', 'Pairing did not work', 'Show new words'],
  ]

  test('of every kind says what happened, what to do, and has the button for it', async () => {
    const { fake, page, complaints } = await atPair()
    for (const [code, title, button] of failures) {
      failing(fake, code)
      await page.getByRole('heading', { level: 1, name: title }).waitFor()
      await page.getByText(new Fault(code).message).waitFor()
      const inColour = page.getByRole('main').getByRole('button').last()
      expect(await inColour.textContent(), code).toBe(button)
    }
    expect(complaints).toEqual([])
  })
})

describe('a request while the person is elsewhere', () => {
  test('cannot be missed and leads to who it is', async () => {
    const { fake, page, complaints } = await open({ before: (fake) => showing(fake) })
    await page.getByRole('heading', { level: 1, name: 'Laptop' }).waitFor()
    asking(fake)
    const dialog = page.getByRole('dialog', { name: 'Studio⁩ wants to pair' })
    await dialog.waitFor()
    expect(await page.title()).toContain('wants to pair')
    expect(await focused(page)).toBe('See who it is')
    await page.keyboard.press('Enter')
    await page.getByText('Both screens show these two lines').waitFor()
    expect(await dialog.count()).toBe(0)
    expect(await page.title()).toBe('Laptop · Gangway')
    expect(complaints).toEqual([])
  })

  test('put off stays at the foot of the list, and does not ask twice', async () => {
    const { fake, page } = await open({ before: (fake) => showing(fake) })
    await page.getByRole('heading', { level: 1, name: 'Laptop' }).waitFor()
    asking(fake)
    await page.getByRole('dialog').waitFor()
    await page.keyboard.press('Escape')
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0)
    await page.getByRole('link', { name: 'Answer' }).click()
    await page.getByText('Both screens show these two lines').waitFor()
  })

  test('declined there is over there', async () => {
    const noted = notingCalls()
    const { fake, page } = await open({ api: noted.api, before: (fake) => showing(fake) })
    await page.getByRole('heading', { level: 1, name: 'Laptop' }).waitFor()
    asking(fake)
    await page.getByRole('button', { name: 'Decline' }).click()
    await expect
      .poll(() => noted.of('pairing.answer'))
      .toEqual([{ prompt: 'a-prompt', accept: false }])
    stage(fake, { state: 'quiet' })
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0)
  })

  test('that ends by itself takes its question away', async () => {
    const { fake, page } = await open({ before: (fake) => showing(fake) })
    await page.getByRole('heading', { level: 1, name: 'Laptop' }).waitFor()
    asking(fake)
    await page.getByRole('dialog').waitFor()
    failing(fake, 'pairing.unanswered')
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0)
  })
})

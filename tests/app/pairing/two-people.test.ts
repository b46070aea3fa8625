import { describe, expect, test } from 'vitest'
import { closing } from '../../support/closing.ts'
import { whyNoNamespaces } from '../../support/namespaces.ts'
import { violations } from '../../support/pages.ts'
import {
  heading,
  pair,
  press,
  readWords,
  slow,
  twoPeople,
  typeWords,
  type Person,
} from '../../support/two-people.ts'

const own = closing()

async function chooseDevice({ page }: Person, name: string): Promise<void> {
  await page.getByRole('link', { name }).click()
  await page.getByRole('heading', { level: 1, name }).waitFor()
}

describe.runIf(whyNoNamespaces() === null)('two people with a window each', () => {
  test.each(['light', 'dark'] as const)(
    'pair by reading five words aloud, write to each other, and part (%s)',
    async (colorScheme) => {
      const { ada, ben } = await twoPeople(own, { colorScheme })
      await pair(ada, ben)
      expect(await violations(ada.page), 'paired').toEqual([])

      await ada.page.getByRole('textbox', { name: 'What you call it' }).fill('Up there')
      await press(ada, 'Done')
      await heading(ada, 'Up there').waitFor()
      await press(ben, 'Done')
      await heading(ben, 'Kitchen').waitFor()
      await Promise.all(
        [ada, ben].map(({ page }) => page.getByText(/^LAN · [\d< ]+ ms$/).waitFor(slow)),
      )
      await ada.page.getByRole('link', { name: 'Up there Ready LAN' }).waitFor(slow)
      await ada.page
        .getByRole('region', { name: 'How it is doing' })
        .locator('dd')
        .first()
        .waitFor(slow)
      expect(await violations(ada.page), 'device').toEqual([])

      await ben.page.getByRole('link', { name: 'Attic This device' }).click()
      await press(ada, 'Send text')
      await ada.page.keyboard.type('https://example.org/minutes')
      await ada.page.keyboard.press('Control+Enter')
      await ada.page.getByText(/^Delivered/).waitFor(slow)
      const toast = ben.page.getByRole('region', { name: 'Text from' })
      await toast.getByText('https://example.org/minutes').waitFor(slow)
      expect(await violations(ben.page), 'text').toEqual([])

      await ada.page.getByRole('radio', { name: 'Trusted' }).click()
      await ada.page.getByText('Files arrive without asking', { exact: true }).waitFor()
      await ada.page.reload()
      await heading(ada, 'Up there').waitFor()
      expect(await ada.page.getByRole('radio', { name: 'Trusted' }).isChecked()).toBe(true)

      await chooseDevice(ben, 'Kitchen')
      await press(ben, /^Remove/)
      await press(ben, /^Remove/)
      await heading(ben, 'Attic').waitFor()
      await ada.page.getByText('has ended the pairing').waitFor(slow)
      expect(await violations(ada.page), 'parted').toEqual([])
      await press(ada, /^Remove/)
      await press(ada, /^Remove/)
      await Promise.all([ada, ben].map(({ page }) => page.getByText('None yet').waitFor(slow)))
      expect([...ada.complaints, ...ben.complaints]).toEqual([])
    },
  )

  test('who mistype a word are told so, put it right, and pair', async () => {
    const { ada, ben } = await twoPeople(own)
    const words = await readWords(ada)
    const wrong = words.with(4, words[4] === 'zoo' ? 'zone' : 'zoo')
    await typeWords(ben, wrong)
    await heading(ben, 'The words are not the same').waitFor(slow)
    await ada.page.getByText('2 tries are left').waitFor(slow)
    await press(ben, 'Check the words')
    await ben.page.getByRole('textbox', { name: 'Word 5 of 5' }).fill(words[4] ?? '')
    await ben.page.keyboard.press('Enter')
    await heading(ada, 'Attic⁩ wants to pair').waitFor(slow)
    await press(ada, 'Decline')
    await heading(ada, 'Nothing was paired').waitFor()
    await heading(ben, 'The other device said no').waitFor(slow)
    expect(await ben.page.getByText('None yet').count()).toBe(1)
    await press(ada, 'Show new words')
    const fresh = ada.page.getByRole('list', { name: 'Your five words' }).getByRole('listitem')
    await fresh.first().waitFor(slow)
  })

  test('pair by a link pasted on the other side', async () => {
    const { ada, ben } = await twoPeople(own, { colorScheme: 'dark' })
    await readWords(ada)
    await press(ada, 'QR and link')
    const link = await ada.page.locator('code').innerText()
    await ben.page.getByRole('link', { name: 'Pair a device' }).click()
    await ben.page.getByRole('tab', { name: 'Type words' }).click()
    await press(ben, 'a link')
    await ben.page.getByRole('textbox', { name: 'Pairing link' }).fill(link)
    await ben.page.keyboard.press('Enter')
    await press(ada, 'Accept')
    await press(ben, 'Accept')
    await Promise.all([ada, ben].map((one) => heading(one, 'Paired with').waitFor(slow)))
    expect([...ada.complaints, ...ben.complaints]).toEqual([])
  })

  test('pair by a file and its password, without a question on the side that made it', async () => {
    const { ada, ben } = await twoPeople(own)
    await readWords(ada)
    await press(ada, 'Make a file')
    const password = await ada.page.locator('code').innerText()
    const download = ada.page.waitForEvent('download')
    await press(ada, 'Save the file')
    const file = await (await download).path()
    await ben.page.getByRole('link', { name: 'Pair a device' }).click()
    await ben.page.getByRole('tab', { name: 'Type words' }).click()
    await press(ben, 'a connection file')
    await ben.page.getByLabel('Connection file').setInputFiles(file)
    await ben.page.getByRole('textbox', { name: 'Password of the file' }).fill(password)
    await ben.page.keyboard.press('Enter')
    await heading(ben, 'Kitchen⁩ wants to pair').waitFor(slow)
    await press(ben, 'Accept')
    await heading(ben, 'Paired with').waitFor(slow)
    await ada.page.getByRole('link', { name: 'Attic Ready' }).waitFor(slow)
    expect(await ada.page.getByRole('button', { name: /^Withdraw/ }).count()).toBe(0)
  })
})

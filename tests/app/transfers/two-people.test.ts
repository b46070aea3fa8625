import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { closing } from '../../support/closing.ts'
import { digestOf, digestsIn } from '../../support/digests.ts'
import { dragOnto } from '../../support/drag.ts'
import { whyNoNamespaces } from '../../support/namespaces.ts'
import { violations } from '../../support/pages.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { heading, pair, press, slow, twoPeople, type Person } from '../../support/two-people.ts'

const own = closing()

function folder(): string {
  const made = temporaryFolder()
  own({ close: () => made[Symbol.dispose]() })
  return made.path
}

/** A folder with many small files and a large one, and a file beside it. */
function things(): string {
  const root = folder()
  mkdirSync(join(root, 'shoot/deep'), { recursive: true })
  for (let n = 0; n < 60; n++) writeFileSync(join(root, `shoot/deep/${n}.txt`), `file ${n}`)
  writeFileSync(join(root, 'shoot/large.bin'), randomBytes(5_000_000))
  writeFileSync(join(root, 'shoot/nothing.txt'), '')
  return root
}

/** Ada and Ben, paired, each looking at the other's device. */
async function friends(colorScheme: 'light' | 'dark' = 'light') {
  const downloads = folder()
  const met = await twoPeople(own, {
    colorScheme,
    args: { kitchen: [], attic: ['--downloads', downloads] },
  })
  const { ada, ben } = met
  await pair(ada, ben)
  await Promise.all([press(ada, 'Done'), press(ben, 'Done')])
  await heading(ada, 'Attic').waitFor(slow)
  await ada.page.getByText(/They go to .*straight across your network/).waitFor(slow)
  return { ...met, downloads }
}

const zone = ({ page }: Person) => page.getByRole('region', { name: 'Drop files or folders here' })
const dialog = ({ page }: Person) => page.getByRole('dialog')

/** Ada's line is narrow, so that there is time to look. */
async function narrow({ page }: Person): Promise<void> {
  await page.getByRole('link', { name: 'Settings' }).click()
  await page.getByRole('textbox', { name: 'For all transfers together' }).fill('0.5')
  await page.keyboard.press('Enter')
  await page.getByText('Saved').waitFor()
  await page.getByRole('link', { name: 'Attic' }).click()
  await heading({ page, complaints: [] }, 'Attic').waitFor()
}

describe.runIf(whyNoNamespaces() === null)('two people with a window each', () => {
  test.each(['light', 'dark'] as const)(
    'send a folder by dropping it: offered, accepted, arrived, verified (%s)',
    async (colorScheme) => {
      const { ada, ben, downloads } = await friends(colorScheme)
      const root = things()
      await dragOnto(zone(ada), [join(root, 'shoot')])
      await dialog(ben).getByRole('heading', { name: 'wants to send you a folder' }).waitFor(slow)
      expect(await dialog(ben).innerText()).toContain('shoot')
      expect(await violations(ben.page), 'offer').toEqual([])
      await press(ben, 'Accept')
      await ada.page.getByText(/arrived and verified/).waitFor(slow)
      await ben.page.getByText(/· verified ·/).waitFor(slow)
      expect(digestsIn(downloads)).toEqual(digestsIn(root))
      expect(await violations(ada.page), 'sent').toEqual([])

      for (const { page } of [ada, ben]) {
        await page.getByRole('button', { name: 'Show files: shoot' }).click()
        const receipt = page.getByRole('button', { name: /^Receipt of/ }).first()
        await receipt.waitFor(slow)
        const [, path = ''] =
          /\u2068(.*)\u2069/.exec((await receipt.getAttribute('aria-label')) ?? '') ?? []
        await receipt.click()
        const hash = await page.locator('code').innerText()
        expect(hash.replaceAll(' ', '')).toBe(digestOf(join(root, path)))
      }
      await ben.page.getByRole('link', { name: 'History' }).click()
      await ben.page.getByRole('searchbox').fill('shoo')
      await ben.page.getByText('One transfer').waitFor()
      expect([...ada.complaints, ...ben.complaints]).toEqual([])
    },
  )

  test('say no, and nothing lands', async () => {
    const { ada, ben, downloads } = await friends()
    await dragOnto(zone(ada), [join(things(), 'shoot/large.bin')])
    await dialog(ben).getByRole('heading', { name: 'wants to send you a file' }).waitFor(slow)
    await press(ben, 'Decline')
    await ada.page.getByText(/The person at the other device said no/).waitFor(slow)
    await ben.page.getByText('Declined by you').waitFor(slow)
    expect(existsSync(downloads) ? digestsIn(downloads) : []).toEqual([])
  })

  test('pause, go on, and cancel on either side', async () => {
    const { ada, ben, downloads } = await friends()
    await narrow(ada)
    await dragOnto(zone(ada), [join(things(), 'shoot/large.bin')])
    await dialog(ben).waitFor(slow)
    await press(ben, 'Accept')
    await ada.page.getByText(/kB\/s · .* left · LAN/).waitFor(slow)
    await ben.page.getByRole('link', { name: /Kitchen Receiving 1/ }).waitFor(slow)
    await press(ada, 'Pause: large.bin')
    await ada.page.getByText('Paused by you').waitFor(slow)
    await ben.page.getByText(/Paused on .*Kitchen/).waitFor(slow)
    await press(ada, 'Resume: large.bin')
    await ben.page.getByText(/kB\/s/).waitFor(slow)
    await press(ben, 'Cancel: large.bin')
    await ben.page.getByText('Cancelled by you').waitFor(slow)
    await ada.page.getByText(/Cancelled on .*Attic/).waitFor(slow)
    expect(readdirSync(downloads).filter((name) => name !== '.gangway')).toEqual([])
  })
})

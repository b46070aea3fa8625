import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FileChooser } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { closing } from '../../support/closing.ts'
import { whyNoNamespaces } from '../../support/namespaces.ts'
import { focused } from '../../support/pages.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { heading, slow, twoPeople, type Person } from '../../support/two-people.ts'

const own = closing()
const mostStops = 60

/** Tab by tab, as somebody without a mouse gets there; whatever it is must say its name. */
async function tabTo({ page }: Person, name: RegExp): Promise<void> {
  const passed: string[] = []
  for (let stop = 0; stop < mostStops; stop++) {
    const here = await focused(page)
    if (name.test(here)) return
    passed.push(here)
    await page.keyboard.press('Tab')
  }
  throw new Error(`Tab never came to ${name}, only to ${passed.join(' | ')}`)
}

async function choose(person: Person, name: RegExp): Promise<void> {
  await tabTo(person, name)
  await person.page.keyboard.press('Enter')
}

describe.runIf(whyNoNamespaces() === null)('without a mouse', () => {
  test('two people pair, send a file, accept it and cancel it', async () => {
    const made = temporaryFolder()
    own({ close: () => made[Symbol.dispose]() })
    const film = join(made.path, 'film.bin')
    writeFileSync(film, randomBytes(5_000_000))
    const { ada, ben } = await twoPeople(own)
    // Chromium takes a while to hear that its own dialog must not open.
    const chooser = new Promise<FileChooser>((resolve) => ada.page.once('filechooser', resolve))

    await choose(ada, /^Pair a device/)
    const words = ada.page.getByRole('list', { name: 'Your five words' }).getByRole('listitem')
    await words.first().waitFor(slow)
    const phrase = (await words.allInnerTexts()).map((word) => word.replace(/^\d\s+/, '')).join(' ')
    await choose(ben, /^Pair a device/)
    await tabTo(ben, /^Show words/)
    await ben.page.keyboard.press('ArrowRight')
    await tabTo(ben, /^Word 1 of 5/)
    await ben.page.keyboard.type(phrase)
    await ben.page.keyboard.press('Enter')
    for (const person of [ada, ben]) {
      await heading(person, 'wants to pair').waitFor(slow)
      await choose(person, /^Accept$/)
    }
    for (const person of [ada, ben]) {
      await heading(person, 'Paired with').waitFor(slow)
      await choose(person, /^Done$/)
    }

    await choose(ada, /^Settings$/)
    await tabTo(ada, /^For all transfers together/)
    await ada.page.keyboard.type('0.5')
    await ada.page.keyboard.press('Enter')
    await ada.page.getByText('Saved').waitFor()
    await choose(ada, /^Attic/)
    await tabTo(ada, /^Choose files$/)
    await ada.page.keyboard.press('Enter')
    await (await chooser).setFiles(film)

    await ben.page.getByRole('dialog').waitFor(slow)
    expect(await focused(ben.page)).toBe('Accept')
    await ben.page.keyboard.press('Enter')
    await ada.page.getByText(/kB\/s · .* left/).waitFor(slow)
    await choose(ada, /^Cancel: film.bin$/)
    await ada.page.getByText('Cancelled by you').waitFor(slow)
    await ben.page.getByText(/Cancelled on .*Kitchen/).waitFor(slow)
    expect([...ada.complaints, ...ben.complaints]).toEqual([])
  })
})

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { closing } from '../support/closing.ts'
import { dragOnto } from '../support/drag.ts'
import { fakeDevice, fakeId } from '../support/fake-devices.ts'
import { fakePaired, idleOver } from '../support/fake-paired.ts'
import { openingPages } from '../support/open-pages.ts'
import { goTo } from '../support/pages.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const open = openingPages()
const own = closing()

/** The page as in the app: a pipe that answers, and knows where files lie unless told otherwise. */
async function inTheApp(knowsPaths: boolean) {
  const items = {
    'device.watch': fakeDevice(),
    'devices.watch': { snapshot: [fakePaired(1, { name: 'Studio' }, idleOver('lan'))] },
  }
  const prepare = (page: Page) =>
    page.addInitScript(
      ({ items, knowsPaths }) => {
        const sent: unknown[] = []
        const listeners: ((message: unknown) => void)[] = []
        const answer = (message: unknown) => listeners.forEach((listener) => listener(message))
        const pipe = {
          send: (message: { type: string; id: number; name: keyof typeof items }) => {
            sent.push(message)
            const { type, id, name } = message
            const item: unknown = items[name]
            if (type === 'open' && item) setTimeout(() => answer({ type: 'item', id, value: item }))
          },
          receive: (listener: (message: unknown) => void) => {
            listeners.push(listener)
            return () => {}
          },
          closed: () => () => {},
          pathOf: (file: File) => (knowsPaths ? `/home/ada/${file.name}` : null),
        }
        Object.assign(window, { gangway: pipe, sent })
      },
      { items, knowsPaths },
    )
  const { page } = await open({ prepare })
  await goTo(page, `#/device/${fakeId(1)}`)
  const zone = page.getByRole('region', { name: 'Drop files or folders here' })
  await zone.waitFor()
  const folder = temporaryFolder()
  own({ close: () => folder[Symbol.dispose]() })
  writeFileSync(join(folder.path, 'a.txt'), 'a')
  await dragOnto(zone, [join(folder.path, 'a.txt')])
  const asked = () =>
    page.evaluate(() =>
      (Reflect.get(window, 'sent') as { name: string; input?: unknown }[])
        .filter(({ name }) => name.startsWith('transfer.') || name.startsWith('drop.'))
        .map(({ name, input }) => ({ name, input })),
    )
  return { page, asked }
}

test('in the app, what is dropped is sent from where it lies', async () => {
  const { asked } = await inTheApp(true)
  await expect
    .poll(asked)
    .toEqual([{ name: 'transfer.send', input: { to: fakeId(1), paths: ['/home/ada/a.txt'] } }])
})

test('in the app, what lies nowhere is not sent, and the page says what to do', async () => {
  const { page, asked } = await inTheApp(false)
  await page.getByText(/Where this lies is not known/).waitFor()
  expect(await asked()).toEqual([])
})

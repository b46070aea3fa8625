import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { digestOf } from '../support/digests.ts'
import { closing } from '../support/closing.ts'
import { desktopKind, launchDesktop, runDesktop, type Desktop } from '../support/desktop/launch.ts'
import { pathWithTray } from '../support/desktop/tray.ts'
import { en as text } from '../../renderer/text/en/en.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { until } from '../support/until.ts'
import { ask } from './page.ts'

const own = closing()
const isStandIn = desktopKind === 'stand-in'
const slow = { timeout: 20_000 }

function folder(): string {
  const made = temporaryFolder()
  own({ close: () => made[Symbol.dispose]() })
  return made.path
}

/** Without a name it is the first run, and asks for one. */
async function launch(name: string | null, dataDir: string, env = {}): Promise<Desktop> {
  const named = name === null ? [] : [`--name=${name}`]
  const args = [...named, '--lan-only', `--downloads=${join(dataDir, 'in')}`]
  return own(await launchDesktop({ dataDir, args, env }))
}

const isVisible = (desktop: Desktop) =>
  desktop.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible())

/** Presses a button of the newest notification with this title; only the stand-in lets one. */
async function pressNotice(desktop: Desktop, title: string, actionIndex: number) {
  const press = () =>
    desktop.evaluate(
      ({ Notification }, { title, actionIndex }) => {
        const { all } = Notification as unknown as {
          all: { title: string; emit: (name: string, details: object) => void }[]
        }
        const found = all.findLast((shown) => shown.title.includes(title))
        found?.emit('action', { actionIndex })
        return found !== undefined
      },
      { title, actionIndex },
    )
  await until(`a notification: ${title}`, press, slow.timeout)
}

const transferOf = async ({ page }: Desktop) =>
  (await ask(page, 'transfers.list', {})).transfers.at(-1)

it('two desktops: first run, pair by a link, send opened files, receive in the background, quit while sending, go on', async () => {
  const [adaDir, benDir, files] = [folder(), folder(), folder()]
  const path = { PATH: pathWithTray(folder()) }
  let ada = await launch('Ada', adaDir, path)
  const ben = await launch(null, benDir, path)

  await ben.page.getByRole('textbox', { name: text.welcome.name.label }).fill('Ben', slow)
  for (let step = 1; step < 4; step++) {
    await ben.page.getByText(text.welcome.step(step, 4)).waitFor(slow)
    await ben.page.getByRole('button', { name: text.welcome.next, exact: true }).click(slow)
  }
  await ben.page.getByRole('button', { name: text.welcome.pair.show }).click(slow)

  // A link opened from outside only fills in the page; pressing is for the person.
  await ben.page.getByRole('list', { name: 'Your five words' }).waitFor(slow)
  await ben.page.getByRole('button', { name: 'QR and link' }).click()
  const link = await ben.page.locator('code').innerText()
  expect((await runDesktop({ dataDir: adaDir, args: [link], env: path })).code).toBe(0)
  await ada.page.getByText('opened from outside Gangway').waitFor(slow)
  expect(await ada.page.getByRole('textbox', { name: 'Pairing link' }).inputValue()).toBe(link)
  expect((await ask(ada.page, 'devices.list', {})).devices).toEqual([])
  await ada.page.getByRole('button', { name: 'Pair', exact: true }).click()
  for (const { page } of [ben, ada]) {
    await page.getByRole('button', { name: 'Accept', exact: true }).click(slow)
  }
  await ada.page.getByRole('heading', { name: 'Paired with' }).waitFor(slow)

  // Closed, it stays behind its icon; a file opened with it brings it back, and nothing goes by itself.
  await ada.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close())
  if (isStandIn) {
    expect(await isVisible(ada)).toBe(false)
    const menu = () =>
      ada.evaluate(({ Tray }) => {
        const { shown } = Tray as unknown as { shown: { items: { label?: string }[] } | null }
        return shown?.items.map(({ label }) => label ?? '') ?? []
      })
    await until('the icon shows the device', async () => /Ben.*here/.test((await menu()).join()))
    await ben.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.hide())
  }
  mkdirSync(join(files, 'shoot'))
  writeFileSync(join(files, 'shoot/one.txt'), 'one')
  await runDesktop({ dataDir: adaDir, args: [join(files, 'shoot')], env: path })
  await ada.page.getByRole('heading', { name: 'Choose a device' }).waitFor(slow)
  expect(await isVisible(ada)).toBe(true)
  expect((await ask(ada.page, 'transfers.list', {})).transfers).toEqual([])
  await ada.page.getByRole('button', { name: /^Send to/ }).click()

  await until('the offer came', async () => (await transferOf(ben))?.state === 'offered')
  const offered = await transferOf(ben)
  if (!offered) throw new Error('no offer')
  if (isStandIn) await pressNotice(ben, 'wants to send you', 0)
  else await ask(ben.page, 'transfer.answer', { id: offered.id, accept: true })
  await until('it arrived', async () => (await transferOf(ben))?.state === 'done', slow.timeout)
  const landed = join(benDir, 'in/shoot/one.txt')
  expect(readFileSync(landed, 'utf8')).toBe('one')
  if (isStandIn) {
    await pressNotice(ben, 'is here', 0)
    await ask(ben.page, 'desktop.drag', { transfer: offered.id, path: 'shoot/one.txt' })
    const seen = await ben.evaluate(({ shell, BrowserWindow }) => {
      const { shownInFolder } = shell as unknown as { shownInFolder: string[] }
      const contents = BrowserWindow.getAllWindows()[0]?.webContents
      return { shownInFolder, dragged: (contents as unknown as { dragged: unknown }).dragged }
    })
    expect(seen).toMatchObject({
      shownInFolder: [join(benDir, 'in/shoot')],
      dragged: { files: [landed] },
    })
  }

  // Quitting asks while something would stop, and what stopped goes on at the next start.
  const large = join(files, 'large.bin')
  writeFileSync(large, randomBytes(3_000_000))
  const [peer] = (await ask(ben.page, 'devices.list', {})).devices
  const [to] = (await ask(ada.page, 'devices.list', {})).devices
  if (!peer || !to) throw new Error('not paired')
  await ask(ben.page, 'device.change', { id: peer.id, trust: 'trusted' })
  await ask(ada.page, 'settings.change', { caps: { all: 300_000, devices: {} } })
  await ask(ada.page, 'transfer.send', { to: to.id, paths: [large] })
  const isMoving = async () => {
    const row = await transferOf(ada)
    return row?.state === 'moving' && row.bytes > 0
  }
  await until('it moves', isMoving, slow.timeout)
  const answerWith = (response: number) =>
    ada.evaluate(({ app, dialog }, response) => {
      const asked = { count: 0 }
      Object.assign(globalThis, { asked })
      dialog.showMessageBox = () => {
        asked.count += 1
        return Promise.resolve({ response, checkboxChecked: false })
      }
      setTimeout(() => app.quit())
    }, response)
  await answerWith(1)
  await until('it asked', () =>
    ada.evaluate(() => (globalThis as unknown as { asked: { count: number } }).asked.count === 1),
  )
  expect((await transferOf(ada))?.state).toBe('moving')
  await answerWith(0)
  expect(await ada.exited).toBe(0)

  ada = await launch('Ada', adaDir, path)
  await ask(ada.page, 'settings.change', { caps: { all: null, devices: {} } })
  const isThere = async () => {
    const row = await transferOf(ben)
    return row?.names[0] === 'large.bin' && row.state === 'done'
  }
  await until('it went on and arrived', isThere, 40_000)
  expect(digestOf(join(benDir, 'in/large.bin'))).toBe(digestOf(large))
}, 120_000)

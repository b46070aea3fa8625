import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Fault } from '#shared/faults.ts'
import { closing } from '../support/closing.ts'
import { dragOnto } from '../support/drag.ts'
import { fakeId } from '../support/fake-devices.ts'
import { fakePaired, idleOver } from '../support/fake-paired.ts'
import { openingPages } from '../support/open-pages.ts'
import { goTo } from '../support/pages.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const open = openingPages()
const own = closing()

async function atStudio() {
  const opened = await open({
    before: ({ devices }) => {
      devices.put(fakePaired(1, { name: 'Studio' }, idleOver('lan')))
      devices.put(fakePaired(2, { name: 'Attic' }, { state: 'disconnected', reason: 'away' }))
    },
  })
  await goTo(opened.page, `#/device/${fakeId(1)}`)
  const zone = opened.page.getByRole('region', { name: 'Drop files or folders here' })
  await zone.waitFor()
  return { ...opened, zone }
}

function tree(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder()
  own({ close: () => folder[Symbol.dispose]() })
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(folder.path, path, '..'), { recursive: true })
    writeFileSync(join(folder.path, path), content)
  }
  return folder.path
}

describe('dropping', () => {
  test('a folder sends all that is in it, under its name, and a file beside it', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 150 }, (_, n) => [`site/pages/${n}.html`, `page ${n}`]),
    )
    const root = tree({ ...files, 'site/index.html': 'home', 'note ä+&.txt': 'a note' })
    const { fake, server, page, zone, complaints } = await atStudio()
    await dragOnto(zone, [join(root, 'site'), join(root, 'note ä+&.txt')])
    await expect.poll(() => fake.transfers.rows.length, { timeout: 20_000 }).toBe(1)
    expect(fake.transfers.rows[0]?.device).toBe(fakeId(1))
    const names = [...Object.keys(files), 'site/index.html', 'note ä+&.txt']
    expect([...server.dropped.keys()].toSorted()).toEqual(names.toSorted())
    expect(server.dropped.get('site/pages/149.html')?.toString()).toBe('page 149')
    expect(server.dropped.get('note ä+&.txt')?.toString()).toBe('a note')
    await page.getByRole('progressbar', { name: /dropped/ }).waitFor()
    expect(complaints).toEqual([])
  })

  test('on a device in the list sends it there, and shows it', async () => {
    const root = tree({ 'a.txt': 'a' })
    const { fake, page } = await atStudio()
    await dragOnto(page.getByRole('link', { name: 'Attic' }), [join(root, 'a.txt')])
    await expect.poll(() => fake.transfers.rows[0]?.device).toBe(fakeId(2))
    await page.getByRole('heading', { level: 1, name: 'Attic' }).waitFor()
    await page.getByText(/They wait here/).waitFor()
  })

  test('beside the places for it leaves the app as it is', async () => {
    const root = tree({ 'a.txt': 'a' })
    const { fake, page } = await atStudio()
    await dragOnto(page.getByText('Gangway', { exact: true }), [join(root, 'a.txt')])
    await page.getByRole('heading', { level: 1, name: 'Studio' }).waitFor()
    expect(page.url()).toContain('#/device/')
    expect(fake.transfers.rows).toEqual([])
    // Anywhere on its own page is a place for it.
    await dragOnto(page.getByText('Blocked', { exact: true }), [join(root, 'a.txt')])
    await expect.poll(() => fake.transfers.rows[0]?.device).toBe(fakeId(1))
  })

  test('empty folders come along, one by itself too', async () => {
    const root = tree({ 'site/a.txt': 'a' })
    mkdirSync(join(root, 'site/deep/empty'), { recursive: true })
    mkdirSync(join(root, 'alone'))
    const { fake, server, zone } = await atStudio()
    const folders: string[] = []
    const makeFolder = async ({ path }: { path: string }) => {
      folders.push(path)
      return {}
    }
    Object.assign(fake.api.calls, { 'drop.folder': makeFolder })
    await dragOnto(zone, [join(root, 'alone')])
    await expect.poll(() => fake.transfers.rows.length).toBe(1)
    expect(folders.splice(0)).toEqual(['alone'])
    await dragOnto(zone, [join(root, 'site')])
    await expect.poll(() => fake.transfers.rows.length).toBe(2)
    expect(folders).toEqual(['site/deep/empty'])
    expect([...server.dropped.keys()]).toEqual(['site/a.txt'])
  })

  test('is a step of its own, said to be one, that can be cancelled', async () => {
    let discarded = 0
    let go = () => {}
    const { fake, server, page, zone } = await atStudio()
    server.holdDrops(new Promise<void>((resolve) => (go = resolve)))
    const discard = async () => {
      discarded += 1
      return {}
    }
    Object.assign(fake.api.calls, { 'drop.discard': discard })
    await dragOnto(zone, [join(tree({ 'a.txt': 'a'.repeat(10_000) }), 'a.txt')])
    await page.getByText(/A browser does not tell where files lie/).waitFor()
    await page.getByRole('button', { name: 'Cancel', exact: true }).click()
    await expect.poll(() => discarded).toBe(1)
    await expect.poll(() => page.getByText(/A browser does not tell/).count()).toBe(0)
    go()
    expect(fake.transfers.rows).toEqual([])
  })

  test('that fails says why, and is tried again without dropping it once more', async () => {
    const { fake, server, page, zone } = await atStudio()
    const fault = new Fault('disk.full', { folder: '/srv/gangway' })
    server.refuseDrops(fault)
    await dragOnto(zone, [join(tree({ 'a.txt': 'a' }), 'a.txt')])
    await page.getByText(fault.message).waitFor()
    server.refuseDrops(null)
    await page.getByRole('button', { name: 'Try again' }).click()
    await expect.poll(() => fake.transfers.rows.length).toBe(1)
    expect(server.dropped.get('a.txt')?.toString()).toBe('a')
  })

  test('files that are pasted go like dropped ones', async () => {
    const { fake, server, page } = await atStudio()
    await page.evaluate(() => {
      const clipboardData = new DataTransfer()
      clipboardData.items.add(new File(['shot'], 'screenshot.png'))
      document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }))
    })
    await expect.poll(() => fake.transfers.rows[0]?.device).toBe(fakeId(1))
    expect([...server.dropped.keys()]).toEqual(['screenshot.png'])
  })

  test('choosing with the keyboard does the same', async () => {
    const root = tree({ 'a.txt': 'a', 'b.txt': 'b' })
    const { server, fake, page } = await atStudio()
    const chooser = page.waitForEvent('filechooser')
    await page.getByRole('button', { name: 'Choose files' }).press('Enter')
    await (await chooser).setFiles([join(root, 'a.txt'), join(root, 'b.txt')])
    await expect.poll(() => fake.transfers.rows.length).toBe(1)
    expect([...server.dropped.keys()].sort()).toEqual(['a.txt', 'b.txt'])
  })

  test('choosing a folder keeps its name, and says what of it a browser does not tell', async () => {
    const root = tree({ 'site/index.html': 'home', 'site/deep/a.txt': 'a' })
    const { server, fake, page } = await atStudio()
    let go = () => {}
    server.holdDrops(new Promise((resolve) => (go = resolve)))
    const button = page.getByRole('button', { name: 'Choose a folder' })
    await button.focus()
    await page.getByRole('tooltip').filter({ hasText: 'Empty folders in it' }).waitFor()
    const chooser = page.waitForEvent('filechooser')
    await button.click()
    await (await chooser).setFiles(join(root, 'site'))
    await page.getByText(/Copying into Gangway.*Empty folders in it are left out/).waitFor()
    go()
    await expect.poll(() => fake.transfers.rows.length).toBe(1)
    expect([...server.dropped.keys()].sort()).toEqual(['site/deep/a.txt', 'site/index.html'])
  })
})

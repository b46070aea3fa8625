import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { silentLog } from '#core/base/log.ts'
import { NetworkKey } from '#core/private-network/network-key.ts'
import { openProfile } from '#core/keys/profile.ts'
import { sentenceOf } from '#shared/faults.ts'
import { en as text } from '../../renderer/text/en/en.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { desktopKind, launchDesktop, runDesktop, type Desktop } from '../support/desktop/launch.ts'
import { pathWithTray } from '../support/desktop/tray.ts'
import { until } from '../support/until.ts'
import { ask } from './page.ts'

describe('the life of the desktop app', () => {
  let folder: ReturnType<typeof temporaryFolder>
  let open: Desktop[]

  beforeEach(() => {
    folder = temporaryFolder()
    open = []
  })

  afterEach(async () => {
    await Promise.all(open.map((desktop) => desktop.close()))
    folder[Symbol.dispose]()
  })

  async function launch(args: string[] = [], env: Record<string, string> = {}): Promise<Desktop> {
    const desktop = await launchDesktop({ dataDir: folder.path, args, env })
    open.push(desktop)
    return desktop
  }

  async function quit(desktop: Desktop): Promise<number | null> {
    open = open.filter((other) => other !== desktop)
    return desktop.close()
  }

  it('asks what this device is called, once, and remembers it', async () => {
    const first = await launch(['--lan-only'])
    const { device } = await ask(first.page, 'status.get', {})
    await first.page.getByRole('heading', { name: text.welcome.name.title }).waitFor()
    const field = first.page.getByLabel(text.welcome.name.label)
    expect(await field.inputValue()).toBe(device.settings.name)
    await field.fill('Writing desk')
    await field.press('Enter')
    await first.page.getByRole('heading', { name: text.welcome.folder.title }).waitFor()
    await first.page.getByRole('button', { name: text.welcome.skip }).click()
    await first.page.getByRole('heading', { name: 'Writing desk' }).waitFor()
    await quit(first)

    const second = await launch(['--lan-only'])
    await second.page.getByRole('heading', { name: 'Writing desk' }).waitFor()
    expect((await ask(second.page, 'status.get', {})).device.id).toBe(device.id)
  })

  it('quits with code 0 within 5 s, having closed the core', async () => {
    const desktop = await launch(['--lan-only'])
    const meetingPoint = join(folder.path, 'control.json')
    expect(existsSync(meetingPoint)).toBe(true)
    const started = performance.now()
    expect(await quit(desktop)).toBe(0)
    expect(performance.now() - started).toBeLessThan(5_000)
    expect(desktop.said()).not.toContain('closing failed')
    expect(existsSync(meetingPoint)).toBe(false)
    const profile = await openProfile({ dataDir: folder.path, log: silentLog })
    await profile.close()
  })

  it('ends with its last window', async () => {
    const desktop = await launch(['--lan-only'])
    await desktop.page.close()
    expect(await desktop.exited).toBe(0)
  })

  it('is shown again when it is started a second time', async () => {
    const desktop = await launch(['--lan-only'])
    const isVisible = () =>
      desktop.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible())
    await until('the window shows', async () => (await isVisible()) === true)
    await desktop.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.hide())
    expect(await isVisible()).toBe(false)

    expect((await runDesktop({ dataDir: folder.path })).code).toBe(0)
    await until('the window shows again', async () => (await isVisible()) === true)
    expect(
      await desktop.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length),
    ).toBe(1)
  })

  it('belongs to the private network of its environment, which keeps no key', async () => {
    const key = NetworkKey.make()
    const desktop = await launch(['--lan-only'], { GANGWAY_NETWORK_KEY: key.text })
    const { device } = await ask(desktop.page, 'status.get', {})
    expect(device.privateNetwork).toEqual({ fingerprint: key.fingerprint, given: true })
    expect(await desktop.evaluate(() => process.env['GANGWAY_NETWORK_KEY'] ?? null)).toBeNull()
  })

  it('speaks the language chosen at once, in its menu and behind its icon too', async () => {
    const desktop = await launch(['--lan-only'], { PATH: pathWithTray(folder.path) })
    const labels = () =>
      desktop.evaluate(({ Menu, Tray }) => {
        const bar = Menu.getApplicationMenu()?.items ?? []
        const tray = (Tray as unknown as { shown?: { items: { label?: string }[] } | null }).shown
        return [...bar, ...(tray?.items ?? [])].map(({ label }) => label ?? '')
      })
    const icon = (open: string) => (desktopKind === 'stand-in' ? [open] : [])
    const bar = ['File', 'Edit', 'Window', ...icon('Open Gangway')]
    await until('the menu is there', async () => (await labels()).length >= bar.length)
    expect(await labels()).toEqual(expect.arrayContaining(bar))
    await ask(desktop.page, 'settings.change', { language: 'de' })
    expect(await labels()).toEqual(
      expect.arrayContaining(['Datei', 'Bearbeiten', 'Fenster', ...icon('Gangway öffnen')]),
    )
  })

  it('says so when another program holds its profile', async () => {
    const profile = await openProfile({ dataDir: folder.path, log: silentLog })
    try {
      const { code, said } = await runDesktop({ dataDir: folder.path })
      expect(said).toContain(sentenceOf('profile.busy', { folder: folder.path }))
      expect(code).toBe(1)
    } finally {
      await profile.close()
    }
  })

  it.each(['--remote-debugging-pipe', '--disable-web-security'])(
    'safety 33: refuses to start with %s',
    async (dangerous) => {
      const { code, said } = await runDesktop({ dataDir: folder.path, args: [dangerous] })
      expect(said).toContain(sentenceOf('switch.refused', { switch: dangerous }))
      expect(code).toBe(2)
    },
  )

  it.skipIf(desktopKind === 'electron')('safety 33: a keychain protects the key', async () => {
    const { page } = await launch(['--lan-only', '--name', 'Desk'], {
      GANGWAY_STAND_IN_KEYRING: 'gnome_libsecret',
    })
    const says = page.getByText(text.identity.protection.keychain)
    await says.waitFor()
    expect((await ask(page, 'status.get', {})).device.keyProtection).toBe('keychain')
  })

  it('safety 33: `basic_text` is shown as unprotected', async () => {
    const { page } = await launch(['--lan-only', '--name', 'Desk'], {
      GANGWAY_STAND_IN_KEYRING: 'basic_text',
    })
    const says = page.getByText(text.identity.protection.unprotected)
    await says.waitFor()
    expect((await ask(page, 'status.get', {})).device.keyProtection).toBe('unprotected')
  })

  it('remembers where its window was, and survives a damaged memory of it', async () => {
    const bounds = { x: 60, y: 70, width: 700, height: 600 }
    const first = await launch(['--lan-only'])
    await first.evaluate(
      ({ BrowserWindow }, bounds) => BrowserWindow.getAllWindows()[0]?.setBounds(bounds),
      bounds,
    )
    await quit(first)
    const file = join(folder.path, 'window.json')
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ ...bounds, maximized: false })

    const boundsOf = (desktop: Desktop) =>
      desktop.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getNormalBounds())
    const second = await launch(['--lan-only'])
    expect(await boundsOf(second)).toEqual(bounds)
    await quit(second)

    writeFileSync(file, '{"x":1e9')
    expect(await boundsOf(await launch(['--lan-only']))).toMatchObject({ width: 1040, height: 720 })
  })

  it('loads a page that crashed once more, and leaves with a sentence when it crashes again', async () => {
    const desktop = await launch(['--lan-only'])
    const crash = () =>
      desktop.evaluate(({ BrowserWindow }) =>
        BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer(),
      )
    await crash()
    await until('the crash is noticed', () => desktop.said().includes('page crashed'))
    await until('the page is there again', () =>
      desktop.evaluate(({ BrowserWindow }) => {
        const contents = BrowserWindow.getAllWindows()[0]?.webContents
        return (
          contents !== undefined &&
          !contents.isCrashed() &&
          contents.mainFrame.origin === 'app://gangway'
        )
      }),
    )
    await crash()
    expect(await desktop.exited).toBe(0)
    expect(desktop.said()).toContain(sentenceOf('window.crashed', {}))
  })
})

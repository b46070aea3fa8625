import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { toCore } from '../../electron/shell/channels.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { launchDesktop, type Desktop } from '../support/desktop/launch.ts'
import { until } from '../support/until.ts'
import { ask } from './page.ts'

describe('the walls around the page', () => {
  const folder = temporaryFolder()
  let desktop: Desktop

  beforeAll(async () => {
    desktop = await launchDesktop({ dataDir: folder.path, args: ['--name=Walled', '--lan-only'] })
    await desktop.page.getByRole('heading', { name: 'Walled' }).waitFor()
  })

  afterAll(async () => {
    await desktop.close()
    folder[Symbol.dispose]()
  })

  const countOfWindows = () =>
    desktop.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)
  const stillOurs = () => desktop.page.getByRole('heading', { name: 'Walled' }).isVisible()

  it('safety 31: the page does not leave its place', async () => {
    await desktop.page.evaluate(() => {
      location.href = 'https://example.invalid/'
    })
    await until('the navigation is denied', () => /denied what=navigation/.test(desktop.said()))
    expect(await stillOurs()).toBe(true)
  })

  it('safety 31: the page opens no window', async () => {
    await desktop.page.evaluate(() => void window.open('https://example.invalid/'))
    await until('the window is denied', () => /denied what=new window/.test(desktop.said()))
    expect(await countOfWindows()).toBe(1)
    await until('no second page', () => desktop.page.context().pages().length === 1)
  })

  it('safety 31: the page gets no right beyond writing to the clipboard', async () => {
    const names = ['geolocation', 'notifications', 'camera', 'microphone', 'clipboard-read']
    const states = await desktop.page.evaluate(async (names) => {
      const query = (name: string) => navigator.permissions.query({ name: name as PermissionName })
      return Promise.all(names.map(async (name) => (await query(name)).state))
    }, names)
    expect(states).toEqual(names.map(() => 'denied'))
  })

  it('safety 31: the page has nothing of Node', async () => {
    const names = ['require', 'process', 'module', 'Buffer', 'global', 'electron', 'ipcRenderer']
    const types = await desktop.page.evaluate(
      (names) => names.map((name) => typeof (window as unknown as Record<string, unknown>)[name]),
      names,
    )
    expect(types).toEqual(names.map(() => 'undefined'))
  })

  it('safety 31: only files of the page are served', async () => {
    const paths = [
      '/index.html',
      '/main.js',
      '/../shell/main.js',
      '/..%2fshell%2fmain.js',
      '/assets',
    ]
    const statuses = await desktop.page.evaluate(
      (paths) => Promise.all(paths.map(async (path) => (await fetch(path)).status)),
      paths,
    )
    expect(statuses).toEqual([200, 404, 404, 404, 404])
  })

  it('safety 30: the policy is strict and an inline script does not run', async () => {
    const seen = await desktop.page.evaluate(async () => {
      const { headers } = await fetch('/index.html')
      const violation = new Promise<string>((resolve) => {
        const heard = (event: SecurityPolicyViolationEvent) => resolve(event.effectiveDirective)
        document.addEventListener('securitypolicyviolation', heard, { once: true })
      })
      const script = document.createElement('script')
      script.textContent = 'window.ran = true'
      document.body.append(script)
      const directive = await violation
      script.remove()
      return {
        directive,
        ran: 'ran' in window,
        policy: headers.get('content-security-policy') ?? '',
        nosniff: headers.get('x-content-type-options'),
      }
    })
    expect(seen).toMatchObject({ directive: 'script-src-elem', ran: false, nosniff: 'nosniff' })
    expect(seen.policy).toContain(`default-src 'none'; script-src 'self';`)
    expect(seen.policy).not.toMatch(/unsafe|\*|http/)
  })

  it('safety 30: the page itself keeps to the policy, and may be loaded again', async () => {
    const errors: string[] = []
    desktop.page.on('console', (message) => {
      if (message.type() === 'error') errors.push(message.text())
    })
    await Promise.all([
      desktop.page.waitForEvent('load'),
      desktop.page.evaluate(() => location.reload()),
    ])
    await desktop.page.getByRole('heading', { name: 'Walled' }).waitFor()
    expect(errors).toEqual([])
  })

  it('safety 32: the page gets a frozen list of functions and nothing else', async () => {
    const surface = await desktop.page.evaluate(() => {
      'use strict'
      const pipe = window.gangway
      if (!pipe) return null
      const property = Object.getOwnPropertyDescriptor(window, 'gangway')
      return {
        types: Object.fromEntries(
          Object.entries(pipe).map(([name, value]) => [name, typeof value]),
        ),
        frozen: Object.isFrozen(pipe),
        replaceable: property?.writable === true || property?.configurable === true,
      }
    })
    expect(surface).toEqual({
      types: { send: 'function', receive: 'function', closed: 'function', pathOf: 'function' },
      frozen: true,
      replaceable: false,
    })
  })

  it('safety 32: a listener of the page hears messages, never events', async () => {
    const heard = desktop.page.evaluate(
      () =>
        new Promise<{ count: number; keys: string[] }>((resolve) => {
          const undo = window.gangway?.receive((...all) => {
            undo?.()
            resolve({ count: all.length, keys: Object.keys(all[0] as object).sort() })
          })
          window.gangway?.send({ type: 'call', id: 77, name: 'status.get', input: {} })
        }),
    )
    expect(await heard).toEqual({ count: 1, keys: ['id', 'type', 'value'] })
  })

  describe('safety 32: messages count only from our own main frame', () => {
    const rename = (name: string) =>
      JSON.stringify({ type: 'call', id: 424_242, name: 'settings.change', input: { name } })

    /** As if a frame that is like ours, but for what is given, had sent it. */
    const forge = (frame: object | null, sender: object | null, text: string) =>
      desktop.evaluate(
        ({ BrowserWindow, ipcMain }, { channel, frame, sender, text }) => {
          const contents = BrowserWindow.getAllWindows()[0]?.webContents
          if (!contents) throw new Error('no window')
          const { frameTreeNodeId, origin } = contents.mainFrame
          const own = { frameTreeNodeId, origin, parent: null }
          const senderFrame = frame === null ? null : { ...own, ...frame }
          ipcMain.emit(channel, { sender: sender ?? contents, senderFrame }, text)
        },
        { channel: toCore, frame, sender, text },
      )

    const nameNow = async () => (await ask(desktop.page, 'status.get', {})).device.settings.name

    it.each([
      ['a frame within the page', { parent: {}, frameTreeNodeId: 4711 }, null],
      ['another main frame', { frameTreeNodeId: 4711 }, null],
      ['another origin', { origin: 'https://example.invalid' }, null],
      ['an origin that only begins like ours', { origin: 'app://gangway.example' }, null],
      ['a frame that is gone', null, null],
      ['other web contents', {}, { id: 4711, mainFrame: { frameTreeNodeId: 4711 } }],
    ])('ignores %s', async (_what, frame, sender) => {
      await forge(frame, sender, rename('Forged'))
      expect(await nameNow()).toBe('Walled')
    })

    it('refuses what is too large, not text, or not JSON, and goes on', async () => {
      await forge({}, null, `"${'x'.repeat(300_000)}"`)
      await forge({}, null, 'not json')
      await forge({}, null, '{"type":"call","id":-1,"name":"settings.change"}')
      expect(await nameNow()).toBe('Walled')
    })

    it('hears the page itself', async () => {
      await forge({}, null, rename('Genuine'))
      await until('the name arrives', async () => (await nameNow()) !== 'Walled')
      expect(await nameNow()).toBe('Genuine')
      await ask(desktop.page, 'settings.change', { name: 'Walled' })
    })
  })
})

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Habits } from '#shared/desktop.ts'
import type { Transfer } from '#shared/transfers.ts'
import { autostartFolder, startAtLogin } from '../../../electron/shell/autostart.ts'
import { openDesktop } from '../../../electron/shell/desktop.ts'
import type { Seen } from '../../../electron/shell/follow.ts'
import { openHabits } from '../../../electron/shell/habits.ts'
import { hasTray } from '../../../electron/shell/has-tray.ts'
import { Inbox } from '../../../electron/shell/inbox.ts'
import { menuTemplate } from '../../../electron/shell/menu.ts'
import { isSettled, noticesBetween, wordsOf } from '../../../electron/shell/notices.ts'
import { trayMenu } from '../../../electron/shell/tray-menu.ts'
import { shareOfAll, waitingForPerson } from '../../../electron/shell/under-way.ts'
import { speak } from '../../../electron/shell/words/words.ts'
import { fakeApi } from '../../support/fake-api.ts'
import { fakePaired, idleOver } from '../../support/fake-paired.ts'
import { fakeTransfer } from '../../support/fake-transfers.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const quiet: Seen = {
  devices: new Map(),
  transfers: new Map(),
  texts: new Map(),
  pairing: { attempt: 0, state: 'quiet' },
}

function with_(rows: readonly Transfer[]): Seen {
  return { ...quiet, transfers: new Map(rows.map((row) => [row.id, row])) }
}

const offer = fakeTransfer(1, {
  direction: 'receive',
  state: 'offered',
  names: ['diagnosis.pdf'],
  folder: '/home/ada/secret',
  files: 3,
})

describe('the icon', () => {
  const nothing = { open: () => {}, quit: () => {} }
  const labels = (seen: Seen) => trayMenu(seen, nothing).map(({ label, type }) => label ?? type)

  it('says who is there, what is on its way and how far', () => {
    const devices = [
      fakePaired(1, { name: 'Studio' }, idleOver()),
      fakePaired(2, { name: 'Attic & cellar' }, { state: 'disconnected', reason: 'away' }),
    ]
    const moving = { state: 'moving', bytes: 500 } as const
    const rows = [
      fakeTransfer(1, moving),
      fakeTransfer(2, { ...moving, listed: false, direction: 'receive' }),
      fakeTransfer(3, { state: 'queued' }),
      fakeTransfer(4, { state: 'done' }),
    ]
    const seen = { ...with_(rows), devices: new Map(devices.map((row) => [row.id, row])) }
    expect(labels(seen)).toEqual([
      'Open Gangway',
      'separator',
      '\u2068Attic && cellar\u2069: away',
      '\u2068Studio\u2069: here',
      'separator',
      'To \u2068Studio\u2069: 50%',
      'From \u2068Studio\u2069: counting',
      'separator',
      'Quit Gangway',
    ])
    expect(shareOfAll(rows)).toBe(0.5)
    expect(labels(quiet)).toContain('Nothing is on its way')
    expect(shareOfAll([])).toBeNull()
  })

  it('is believed in on Linux only where a desktop shows icons', async () => {
    const answers = (...said: (string | null)[]) => {
      const asked: string[] = []
      const run = async (command: string) => {
        asked.push(command)
        const answer = said[asked.length - 1]
        if (typeof answer !== 'string') throw new Error('not found')
        return answer
      }
      return { asked, run }
    }
    expect(await hasTray('linux', answers('(<true>,)').run)).toBe(true)
    expect(await hasTray('linux', answers('(<false>,)').run)).toBe(false)
    expect(await hasTray('linux', answers(null, 'variant boolean true').run)).toBe(true)
    expect(await hasTray('linux', answers(null, null).run)).toBe(false)
    const none = answers()
    expect(await hasTray('win32', none.run)).toBe(true)
    expect(none.asked).toEqual([])
  })
})

describe('what is said outside the page', () => {
  it('is said in German too, with the numbers of the language', () => {
    expect(speak('de', [])).toBe(true)
    try {
      const { title, body } = wordsOf({
        about: 'offer',
        transfer: { ...offer, totalBytes: 1_500_000 },
      })
      expect([title, body]).toEqual([
        '\u2068Studio\u2069 möchte dir etwas senden',
        '3 Dateien, 1,5 MB',
      ])
      const labels = (platform: NodeJS.Platform) =>
        menuTemplate(platform).flatMap(({ label, submenu }) => [
          label,
          ...(Array.isArray(submenu) ? submenu : []).map((item) => item.label ?? item.type),
        ])
      expect(labels('linux').join(', ')).toBe(
        'Datei, Gangway beenden, Bearbeiten, Rückgängig, Wiederholen, separator, Ausschneiden, Kopieren, Einfügen, Löschen, separator, Alles auswählen, Fenster, Minimieren, Schließen',
      )
      // What has a role and no label would be in English.
      for (const platform of ['linux', 'darwin', 'win32'] as const) {
        expect(labels(platform)).not.toContain(undefined)
      }
    } finally {
      speak('en', [])
    }
    expect(speak('en', [])).toBe(false)
  })
})

describe('what is told while nobody looks', () => {
  it('is an offer, an arrival, a failure, a request to pair and a text, each once', () => {
    const before = with_([fakeTransfer(2, { direction: 'receive', state: 'moving' })])
    const after: Seen = {
      ...with_([
        offer,
        fakeTransfer(2, { direction: 'receive', state: 'done', doneFiles: 1 }),
        fakeTransfer(3, { direction: 'send', state: 'offered', expiresAt: null }),
      ]),
      pairing: {
        attempt: 1,
        state: 'asking',
        prompt: 'p',
        expiresAt: 0,
        device: fakePaired(9, { name: 'Mallory' }),
      },
    }
    const notices = noticesBetween(before, after)
    expect(notices.map(({ about }) => about)).toEqual(['pairing', 'offer', 'arrived'])
    expect(noticesBetween(after, after)).toEqual([])
    expect(waitingForPerson(after.transfers.values())).toBe(1)
    expect(notices.map((notice) => isSettled(notice, quiet))).toEqual([true, true, false])
    expect(notices.map((notice) => wordsOf(notice).actions)).toEqual([
      [],
      ['accept', 'decline'],
      ['openFolder'],
    ])
  })

  it('safety 6: holds no name of a file, no path, no text and no name a stranger chose', () => {
    const device = fakePaired(1, { name: 'Studio' })
    const after: Seen = {
      ...with_([offer, { ...offer, ...fakeTransfer(2, { state: 'done', direction: 'receive' }) }]),
      devices: new Map([[device.id, device]]),
      texts: new Map([['t', { id: 't', from: device.id, text: 'the password', at: 0 }]]),
      pairing: {
        attempt: 1,
        state: 'asking',
        prompt: 'p',
        expiresAt: 0,
        device: fakePaired(9, { name: 'Your bank' }),
      },
    }
    const notices = noticesBetween(quiet, after)
    expect(notices).toHaveLength(4)
    const said = JSON.stringify(notices.map(wordsOf))
    for (const secret of ['diagnosis', 'file-2', '/home', 'password', 'bank']) {
      expect(said).not.toContain(secret)
    }
    expect(said).toContain('Studio')
    expect(said).toContain('3 files, 1 kB')
  })
})

describe('the habits of the app', () => {
  const free: Habits = { stay: true, startAtLogin: true, updates: false }

  function opened(dataDir: string, can = free) {
    const applied: Habits[] = []
    const { calls } = fakeApi().api
    const habits = openHabits(dataDir)
    const nowhere = { showInFolder: () => {}, startDrag: () => {}, inbox: new Inbox() }
    const apply = (next: Habits) => applied.push(next)
    const { api } = openDesktop({ calls, habits, can, apply, ...nowhere })
    const { signal } = new AbortController()
    return { applied, change: (news: Partial<Habits>) => api.calls['desktop.change'](news, signal) }
  }

  it('are put into practice and kept; what this desktop does not allow is refused', async () => {
    using folder = temporaryFolder()
    const { applied, change } = opened(folder.path)
    await change({ stay: false })
    await change({ startAtLogin: true })
    await expect(change({ updates: true })).rejects.toMatchObject({ code: 'desktop.none' })
    const kept = { stay: false, startAtLogin: true, updates: false }
    expect(applied.at(-1)).toEqual(kept)
    expect(openHabits(folder.path).value).toEqual(kept)
    writeFileSync(join(folder.path, 'desktop.json'), '{"stay":"perhaps"')
    expect(openHabits(folder.path).value).toEqual({ ...free, startAtLogin: false })
  })

  it('start it at login by the system, or by a desktop entry that quotes its path', () => {
    using folder = temporaryFolder()
    const settings: unknown[] = []
    const app = { setLoginItemSettings: (given: object) => void settings.push(given) }
    const executable = '/opt/a "b" $c`d\\e 100%/gangway'
    const autostart = join(folder.path, 'autostart')
    const entry = join(autostart, 'gangway.desktop')
    const linux = { app, platform: 'linux', executable, folder: autostart } as const
    startAtLogin(true, linux)
    expect(readFileSync(entry, 'utf8')).toContain(
      String.raw`Exec="/opt/a \\"b\\" \\$c\\` + '`' + String.raw`d\\\\e 100%%/gangway" --at-login`,
    )
    expect(readFileSync(entry, 'utf8')).toMatch(/^Comment\[de\]=Koppelt Laptops/m)
    startAtLogin(false, linux)
    expect(existsSync(entry)).toBe(false)
    expect(settings).toEqual([])
    startAtLogin(true, { ...linux, platform: 'darwin' })
    expect(settings).toEqual([{ openAtLogin: true, path: executable, args: ['--at-login'] }])
    expect(autostartFolder({}, '/home/ada')).toBe('/home/ada/.config/autostart')
    expect(autostartFolder({ XDG_CONFIG_HOME: '/cfg' }, '/home/ada')).toBe('/cfg/autostart')
  })
})

import { join } from 'node:path'
import { app, dialog, powerMonitor, shell, type BrowserWindow } from 'electron'
import type { Api } from '#shared/contract.ts'
import type { Habits } from '#shared/desktop.ts'
import { Fault } from '#shared/faults.ts'
import type { Clock } from '#core/base/clock.ts'
import { Lifetime } from '#core/base/lifetime.ts'
import type { Log } from '#core/base/log.ts'
import type { Core } from '#core/core.ts'
import { autostartFolder, startAtLogin } from './autostart.ts'
import { openDesktop } from './desktop.ts'
import { follow, type Following } from './follow.ts'
import { openHabits } from './habits.ts'
import { hasTray } from './has-tray.ts'
import type { Inbox } from './inbox.ts'
import { showMenuBar } from './menu-bar.ts'
import { openNotifier, type Notifier } from './notifications.ts'
import { mayQuit, onUrgentEnd } from './parting.ts'
import { closeBeforeQuit } from './quit.ts'
import { showInTaskbar } from './taskbar.ts'
import { openTray, type TrayIcon } from './tray.ts'
import { wouldStop } from './under-way.ts'
import { openUpdates } from './updates.ts'
import { focusWindow } from './window.ts'
import { speak } from './words/words.ts'

interface AroundParts {
  readonly core: Pick<Core, 'api' | 'device'>
  readonly inbox: Inbox
  readonly dataDir: string
  readonly icons: string
  readonly clock: Clock
  readonly log: Log
}

/** What a person sees of the app beside its page: icon, notifications, taskbar, questions. */
export interface Around {
  /** The contract as the page gets it: the core's, and what only a desktop can do. */
  readonly api: Api
  /** Whether Gangway goes on, and can be reached, without a window. */
  readonly canStay: boolean
  begin(window: BrowserWindow, owned: Lifetime): Begun
  close(): Promise<void>
}

export interface Begun {
  readonly mayClose: () => boolean
  readonly leaveNow: () => void
}

export async function openAround(parts: AroundParts): Promise<Around> {
  const { core, inbox, dataDir, icons, clock, log } = parts
  await using lifetime = new Lifetime()
  const { platform } = process
  const habits = openHabits(dataDir)
  const isTrayThere = await hasTray(platform)
  let shown: BrowserWindow | null = null
  let notifier: Notifier | null = null
  const open = () => shown && focusWindow(shown)

  const updates = openUpdates({
    isPackaged: app.isPackaged,
    resources: process.resourcesPath ?? '',
    platform,
    lanOnly: () => core.device.value.settings.lanOnly,
    onNewer: () => notifier?.tell('newer'),
    clock,
    log,
    load: async () => (await import('electron-updater')).autoUpdater,
  })
  if (updates) lifetime.own(updates)

  // On macOS the dock brings the window back.
  const canStay = isTrayThere || platform === 'darwin'
  const can: Habits = { stay: canStay, startAtLogin: app.isPackaged, updates: updates !== null }
  const apply = (next: Habits) => {
    if (next.startAtLogin !== habits.value.startAtLogin) {
      startAtLogin(next.startAtLogin, {
        app,
        platform,
        executable: process.env['APPIMAGE'] ?? process.execPath,
        folder: autostartFolder(process.env),
      })
    }
    if (next.updates !== habits.value.updates) updates?.turn(next.updates)
  }
  const desktop = lifetime.own(
    openDesktop({
      calls: core.api.calls,
      habits,
      can,
      inbox,
      apply,
      showInFolder: (place) => shell.showItemInFolder(place),
      startDrag: ([file = '', ...more]) =>
        shown?.webContents.startDrag({
          file,
          files: [file, ...more],
          icon: join(icons, 'tray.png'),
        }),
    }),
  )
  const api: Api = {
    calls: { ...core.api.calls, ...desktop.api.calls },
    streams: { ...core.api.streams, ...desktop.api.streams },
  }

  let tray: TrayIcon | null = null
  let following: Following | null = null
  const speakAsChosen = () => {
    const { language } = core.device.value.settings
    if (!speak(language, app.getPreferredSystemLanguages())) return
    showMenuBar()
    if (following) tray?.show(following.now())
  }
  speakAsChosen()
  lifetime.defer(core.device.onChange(speakAsChosen))

  const kept = lifetime.keep()

  function begin(window: BrowserWindow, owned: Lifetime): Begun {
    shown = window
    if (can.updates) updates?.turn(habits.value.updates)
    const say = openNotifier({
      calls: api.calls,
      isWatched: () => !window.isDestroyed() && window.isVisible() && window.isFocused(),
      openWindow: open,
      log,
    })
    notifier = owned.own(say)
    const followed = owned.own(
      follow({
        api,
        clock,
        log,
        onChange: (seen) => {
          tray?.show(seen)
          say.look(seen)
          showInTaskbar(app, window, seen)
        },
      }),
    )
    following = followed
    if (isTrayThere) {
      tray = owned.own(openTray(icons, { open, quit: () => app.quit() }))
      tray.show(followed.now())
    }
    const running = () => wouldStop(followed.now().transfers.values()).length
    const quitting = closeBeforeQuit({
      app,
      lifetime: owned.keep(),
      clock,
      log,
      mayQuit: () => mayQuit({ dialog, window, running }),
      onLeaving: () => !window.isDestroyed() && window.hide(),
    })
    onUrgentEnd(powerMonitor, quitting.leaveNow)

    function mayClose(): boolean {
      if (quitting.isLeaving()) return true
      if (!canStay || !habits.value.stay) {
        // The question, if there is one, hangs on a window that is still there.
        app.quit()
        return false
      }
      window.hide()
      if (!habits.toldStaying) tellStaying(say)
      return false
    }
    return { mayClose, leaveNow: quitting.leaveNow }
  }

  function tellStaying(say: Notifier): void {
    say.tell('staying')
    try {
      habits.change({ toldStaying: true })
    } catch (error) {
      // Then it is said once more another time.
      log.warn('habits not kept', { error: Fault.of(error) })
    }
  }

  return { api, canStay, begin, close: () => kept.close() }
}

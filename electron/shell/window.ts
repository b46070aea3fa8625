import { app, BrowserWindow, nativeTheme, screen } from 'electron'
import type { Clock } from '#core/base/clock.ts'
import { Public, type Log } from '#core/base/log.ts'
import { appPage } from './scheme.ts'
import { readPlace, smallest, writePlace } from './window-place.ts'

export interface WindowOptions {
  readonly dataDir: string
  readonly preload: string
  readonly clock: Clock
  readonly log: Log
  /** Before the page loads: whoever serves it takes it from here. */
  readonly onOpen: (window: BrowserWindow) => void
  /** The page stopped a second time within a minute. */
  readonly onCrash: () => void
  /** Nobody asked to see it: it waits behind its icon. */
  readonly hidden: boolean
  /** A person closes it: whether it goes for good. */
  readonly mayClose: (window: BrowserWindow) => boolean
}

const ground = { light: '#f7f5f1', dark: '#0e1520' } as const
const calmAfterMs = 60_000

/** The one way to a window. */
export function openWindow(options: WindowOptions): BrowserWindow {
  const screens = screen.getAllDisplays().map((display) => display.workArea)
  const place = readPlace(options.dataDir, screens)
  const window = new BrowserWindow({
    ...place.bounds,
    minWidth: smallest.width,
    minHeight: smallest.height,
    title: 'Gangway',
    backgroundColor: nativeTheme.shouldUseDarkColors ? ground.dark : ground.light,
    show: false,
    autoHideMenuBar: true,
    webPreferences: {
      preload: options.preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInSubFrames: false,
      nodeIntegrationInWorker: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      devTools: !app.isPackaged,
    },
  })
  if (place.maximized) window.maximize()
  if (!options.hidden) window.once('ready-to-show', () => window.show())
  window.on('close', (event) => {
    writePlace(options.dataDir, window.getNormalBounds(), window.isMaximized())
    if (!options.mayClose(window)) event.preventDefault()
  })
  reloadOnce(window, options)
  options.onOpen(window)
  window.loadURL(appPage).catch((error: Error) => options.log.error('page not loaded', { error }))
  return window
}

export function focusWindow(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore()
  window.show()
  window.focus()
}

/** A crash of the page costs nothing but the page: it is loaded again, unless it just was. */
function reloadOnce(window: BrowserWindow, { clock, log, onCrash }: WindowOptions): void {
  let lastCrash = Number.NEGATIVE_INFINITY
  window.webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
    if (reason === 'clean-exit') return
    log.error('page crashed', { reason: new Public(reason), exitCode })
    const now = clock.monotonic()
    if (now - lastCrash < calmAfterMs) return onCrash()
    lastCrash = now
    window.webContents.reload()
  })
}

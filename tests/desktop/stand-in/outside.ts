import { existsSync } from 'node:fs'
import type {
  Dialog,
  Menu as RealMenu,
  MenuItemConstructorOptions,
  NativeImage,
  nativeImage as RealNativeImage,
  Notification as RealNotification,
  NotificationConstructorOptions,
  Shell,
  Tray as RealTray,
} from 'electron'
import { Source } from './events.ts'

/** What a person sees of the app beside its window: remembered here, for tests to look at and press. */

export const dialog = {
  showErrorBox(title, content) {
    process.stderr.write(`[box] ${title}: ${content}\n`)
  },
  /** Nobody is there: a test that wants an answer puts one in this place. */
  showMessageBox: () => new Promise<never>(() => {}),
} satisfies Pick<Dialog, 'showErrorBox' | 'showMessageBox'>

let menuBar: RealMenu | null = null
export const Menu = {
  buildFromTemplate: (template) => ({ items: template }) as unknown as RealMenu,
  setApplicationMenu: (menu) => void (menuBar = menu),
  getApplicationMenu: () => menuBar,
} satisfies Pick<typeof RealMenu, 'buildFromTemplate' | 'setApplicationMenu' | 'getApplicationMenu'>

export const nativeImage = {
  createFromPath(path) {
    // Electron makes an empty image of a file that is not there, and nobody notices.
    if (!existsSync(path)) throw new Error(`no image at ${path}`)
    return { setTemplateImage() {} } as unknown as NativeImage
  },
} satisfies Pick<typeof RealNativeImage, 'createFromPath'>

export class StandInTray
  extends Source
  implements Pick<RealTray, 'setToolTip' | 'setContextMenu' | 'destroy'>
{
  /** The one icon, if there is one. */
  static shown: StandInTray | null = null
  hover = ''
  items: readonly MenuItemConstructorOptions[] = []

  constructor() {
    super()
    StandInTray.shown = this
  }

  setToolTip(hover: string): void {
    this.hover = hover
  }

  setContextMenu(menu: RealMenu | null): void {
    this.items = (menu?.items ?? []) as unknown as readonly MenuItemConstructorOptions[]
  }

  destroy(): void {
    StandInTray.shown = null
  }
}

export class Notification
  extends Source
  implements Pick<RealNotification, 'show' | 'close' | 'title' | 'body'>
{
  /** All that were ever shown, the oldest first. */
  static readonly all: Notification[] = []
  readonly options: NotificationConstructorOptions
  isShown = false

  constructor(options: NotificationConstructorOptions = {}) {
    super()
    this.options = options
  }

  get title(): string {
    return this.options.title ?? ''
  }

  get body(): string {
    return this.options.body ?? ''
  }

  show(): void {
    this.isShown = true
    Notification.all.push(this)
  }

  close(): void {
    this.isShown = false
    this.emit('close', {})
  }
}

class StandInPowerMonitor extends Source {}
export const powerMonitor = new StandInPowerMonitor()

/** Where the file manager was sent. */
const shownInFolder: string[] = []
export const shell = {
  shownInFolder,
  showItemInFolder: (path) => void shownInFolder.push(path),
} satisfies Pick<Shell, 'showItemInFolder'> & { shownInFolder: string[] }

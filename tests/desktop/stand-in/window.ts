import { readFileSync } from 'node:fs'
import type { BrowserWindow, BrowserWindowConstructorOptions, Rectangle } from 'electron'
import { app } from './app.ts'
import { StandInContents } from './contents.ts'
import { preventable, Source } from './events.ts'

const windows = new Set<StandInWindow>()

/** A window nobody sees: its page is real, its place and state are remembered only. */
export class StandInWindow
  extends Source
  implements
    Pick<
      BrowserWindow,
      | 'show'
      | 'hide'
      | 'focus'
      | 'minimize'
      | 'restore'
      | 'maximize'
      | 'close'
      | 'isVisible'
      | 'isFocused'
      | 'setProgressBar'
      | 'isMinimized'
      | 'isMaximized'
      | 'isDestroyed'
      | 'loadURL'
      | 'getNormalBounds'
      | 'setBounds'
    >
{
  readonly webContents: StandInContents
  readonly options: BrowserWindowConstructorOptions
  #bounds: Rectangle
  #visible: boolean
  #minimized = false
  #maximized = false
  #destroyed = false
  #shown = false
  /** The bar on the taskbar. */
  progress = -1

  constructor(options: BrowserWindowConstructorOptions = {}) {
    super()
    this.options = options
    const { x = 100, y = 100, width = 800, height = 600, webPreferences = {} } = options
    if (webPreferences.contextIsolation === false || webPreferences.sandbox === false) {
      throw new Error('the stand-in knows only isolated, sandboxed pages')
    }
    this.#bounds = { x, y, width, height }
    this.#visible = options.show ?? true
    const preload = webPreferences.preload ? readFileSync(webPreferences.preload, 'utf8') : ''
    this.webContents = new StandInContents(preload, () => new StandInWindow())
    windows.add(this)
    app.emit('web-contents-created', preventable({}), this.webContents)
    this.webContents.on('did-finish-load', () => {
      if (!this.#shown) this.emit('ready-to-show')
      this.#shown = true
    })
    // Whoever closes the page from outside is a person who closes the window.
    this.webContents.once('destroyed', () => {
      if (!this.#destroyed) this.ask('close')
      this.#destroy()
    })
  }

  static getAllWindows(): StandInWindow[] {
    return [...windows]
  }

  loadURL(url: string): Promise<void> {
    return this.webContents.loadURL(url)
  }

  show(): void {
    this.#visible = true
  }

  hide(): void {
    this.#visible = false
  }

  focus(): void {
    this.#visible = true
  }

  minimize(): void {
    this.#minimized = true
  }

  restore(): void {
    this.#minimized = false
  }

  maximize(): void {
    this.#maximized = true
  }

  isVisible(): boolean {
    return this.#visible
  }

  /** The one window there is has the focus whenever it is seen. */
  isFocused(): boolean {
    return this.#visible && !this.#minimized
  }

  setProgressBar(progress: number): void {
    this.progress = progress
  }

  isMinimized(): boolean {
    return this.#minimized
  }

  isMaximized(): boolean {
    return this.#maximized
  }

  isDestroyed(): boolean {
    return this.#destroyed
  }

  getNormalBounds(): Rectangle {
    return { ...this.#bounds }
  }

  setBounds(bounds: Partial<Rectangle>): void {
    this.#bounds = { ...this.#bounds, ...bounds }
  }

  close(): void {
    if (this.#destroyed || !this.ask('close')) return
    this.#destroy()
    void this.webContents.closePage()
  }

  #destroy(): void {
    if (this.#destroyed) return
    this.#destroyed = true
    windows.delete(this)
    this.emit('closed')
    if (windows.size === 0) app.windowsAreGone()
  }
}

app.closeWindows = () => {
  for (const window of windows) window.close()
  return windows.size === 0
}

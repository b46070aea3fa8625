import type { Item, WebContents, WebFrameMain, WindowOpenHandlerResponse } from 'electron'
import { chromium } from './chromium.ts'
import type { CdpSession } from './cdp.ts'
import { preventable, Source } from './events.ts'
import { ipcMain } from './ipc-main.ts'
import { originOf, toBrowser, toShell } from './protocol.ts'
import { answerRequests } from './requests.ts'
import { applyPermissions } from './session.ts'
import { openChannel, preloadWorld, receiveFunction, sendBinding, worldScripts } from './worlds.ts'

type FrameFacts = Pick<WebFrameMain, 'frameTreeNodeId' | 'parent' | 'origin' | 'url'>

interface Frame {
  readonly number: number
  readonly parentId: string | null
  url: string
}

interface ContextDescription {
  readonly id: number
  readonly name: string
  readonly auxData?: { readonly frameId?: string }
}

interface Target {
  readonly targetId: string
  readonly openerId?: string
}

interface FrameDescription {
  readonly id: string
  readonly parentId?: string
  readonly url: string
}

interface BindingCall {
  readonly name: string
  readonly payload: string
  readonly executionContextId: number
}

type OpenHandler = (details: { url: string }) => WindowOpenHandlerResponse

let nextId = 1
let nextFrame = 1

/** One page of Chromium, seen as Electron shows it. */
export class StandInContents
  extends Source
  implements
    Pick<
      WebContents,
      | 'id'
      | 'send'
      | 'reload'
      | 'isDestroyed'
      | 'isCrashed'
      | 'forcefullyCrashRenderer'
      | 'getURL'
      | 'startDrag'
    >
{
  readonly id = nextId++
  readonly #preload: string
  readonly #onPopup: () => void
  readonly #frames = new Map<string, Frame>()
  readonly #contexts = new Map<number, string>()
  readonly #page: Promise<{ session: CdpSession; targetId: string }>
  #session: CdpSession | null = null
  #mainFrameId = ''
  #preloadContext: number | null = null
  #openHandler: OpenHandler = () => ({ action: 'allow' })
  /** The navigation the shell itself asked for: nobody is asked whether it may happen. */
  #expected: string | null = null
  #lastUrl = ''
  #destroyed = false
  #crashed = false

  constructor(preload: string, onPopup: () => void) {
    super()
    this.#preload = preload
    this.#onPopup = onPopup
    this.#page = this.#open()
    this.#page.catch((error: unknown) => {
      process.stderr.write(`stand-in: ${String(error)}\n`)
      process.exit(70)
    })
  }

  get mainFrame(): FrameFacts {
    return this.frame(this.#mainFrameId)
  }

  frame(id: string): FrameFacts {
    const { number, parentId, url } = this.#frames.get(id) ?? { number: 0, parentId: null, url: '' }
    return {
      frameTreeNodeId: number,
      // The shell asks only whether there is one.
      parent: parentId === null ? null : (this.frame(parentId) as WebFrameMain),
      origin: originOf(url),
      url: toShell(url),
    }
  }

  async loadURL(url: string): Promise<void> {
    const { session } = await this.#page
    this.#lastUrl = url
    this.#crashed = false
    this.#expected = toBrowser(url)
    await session.send('Page.navigate', { url: this.#expected })
  }

  reload(): void {
    void this.loadURL(this.#lastUrl)
  }

  send(channel: string, ...args: unknown[]): void {
    if (this.#destroyed) throw new TypeError('Object has been destroyed')
    const text = JSON.stringify([channel, structuredClone(args)])
    if (this.#preloadContext === null) return
    const expression = `${receiveFunction}(...${text})`
    // A page that has just gone away hears nothing, here as there.
    this.#session
      ?.send('Runtime.evaluate', { expression, contextId: this.#preloadContext })
      .catch(() => {})
  }

  setWindowOpenHandler(handler: OpenHandler): void {
    this.#openHandler = handler
  }

  getURL(): string {
    return this.mainFrame.url
  }

  isDestroyed(): boolean {
    return this.#destroyed
  }

  isCrashed(): boolean {
    return this.#crashed
  }

  /** What was last handed to a drag. */
  dragged: Item | null = null

  startDrag(item: Item): void {
    this.dragged = item
  }

  forcefullyCrashRenderer(): void {
    // The page that crashes cannot answer.
    this.#session?.send('Page.crash').catch(() => {})
  }

  async closePage(): Promise<void> {
    const { targetId } = await this.#page
    const { browser } = await chromium()
    // It may have closed by itself meanwhile.
    await browser.send('Target.closeTarget', { targetId }).catch(() => {})
  }

  async #open() {
    const { browser, newPage } = await chromium()
    await applyPermissions(browser)
    const page = await newPage()
    const { session, targetId } = page
    this.#session = session
    browser.on('Target.targetCreated', ({ targetInfo }: { targetInfo: Target }) => {
      // A window nobody was asked about.
      if (targetInfo.openerId === targetId) this.#onPopup()
    })
    browser.on('Target.targetDestroyed', (gone: Target) => {
      if (gone.targetId !== targetId) return
      this.#destroyed = true
      this.emit('destroyed')
    })
    await browser.send('Target.setDiscoverTargets', { discover: true })
    this.#followFrames(session)
    this.#followContexts(session)
    answerRequests(session, (url, frameId) => this.#mayNavigate(url, frameId))
    session.on('Inspector.targetCrashed', () => {
      this.#crashed = true
      this.#noteFrame(this.#mainFrameId, null, '')
      this.emit('render-process-gone', preventable({}), { reason: 'crashed', exitCode: 5 })
    })
    session.on('Page.loadEventFired', () => this.emit('did-finish-load'))
    session.on('Page.domContentEventFired', () => this.emit('dom-ready'))
    const { frameTree } = await session.send<{
      frameTree: { frame: { id: string; url: string } }
    }>('Page.getFrameTree')
    this.#mainFrameId = frameTree.frame.id
    this.#noteFrame(frameTree.frame.id, null, frameTree.frame.url)
    await session.send('Page.enable')
    await session.send('Runtime.enable')
    const scripts = worldScripts(this.#preload)
    await session.send('Runtime.addBinding', {
      name: sendBinding,
      executionContextName: preloadWorld,
    })
    await session.send('Page.addScriptToEvaluateOnNewDocument', { source: scripts.page })
    await session.send('Page.addScriptToEvaluateOnNewDocument', {
      source: scripts.preload,
      worldName: preloadWorld,
    })
    await session.send('Fetch.enable', { patterns: [{ urlPattern: '*' }] })
    return page
  }

  #noteFrame(id: string, parentId: string | null, url: string): void {
    const number = this.#frames.get(id)?.number ?? nextFrame++
    this.#frames.set(id, { number, parentId, url })
  }

  #followFrames(session: CdpSession): void {
    session.on('Page.frameNavigated', ({ frame }: { frame: FrameDescription }) =>
      this.#noteFrame(frame.id, frame.parentId ?? null, frame.url),
    )
    session.on('Page.frameAttached', (frame: { frameId: string; parentFrameId: string }) =>
      this.#noteFrame(frame.frameId, frame.parentFrameId, 'about:blank'),
    )
    session.on('Page.frameDetached', (frame: { frameId: string }) =>
      this.#frames.delete(frame.frameId),
    )
  }

  #followContexts(session: CdpSession): void {
    session.on('Runtime.executionContextCreated', (event: { context: ContextDescription }) => {
      const { id, name, auxData } = event.context
      const frameId = auxData?.frameId
      if (name !== preloadWorld || frameId === undefined) return
      this.#contexts.set(id, frameId)
      if (frameId === this.#mainFrameId) this.#preloadContext = id
    })
    session.on('Runtime.executionContextDestroyed', (event: BindingCall) => {
      this.#contexts.delete(event.executionContextId)
      if (this.#preloadContext === event.executionContextId) this.#preloadContext = null
    })
    session.on('Runtime.executionContextsCleared', () => {
      this.#contexts.clear()
      this.#preloadContext = null
    })
    session.on('Runtime.bindingCalled', (call: BindingCall) => {
      if (call.name !== sendBinding) return
      const frameId = this.#contexts.get(call.executionContextId)
      const senderFrame = frameId === undefined ? null : this.frame(frameId)
      const [channel, args] = JSON.parse(call.payload) as [string, unknown[]]
      if (channel === openChannel) return this.#opening(String(args[0]))
      ipcMain.emit(channel, { sender: this, senderFrame }, ...args)
    })
  }

  #opening(url: string): void {
    if (this.#openHandler({ url }).action === 'allow') this.#onPopup()
  }

  #mayNavigate(browserUrl: string, frameId: string): boolean {
    const isMainFrame = frameId === this.#mainFrameId
    const details = { url: toShell(browserUrl), isMainFrame, isSameDocument: false }
    if (isMainFrame && this.#expected === browserUrl) this.#expected = null
    else {
      if (!this.ask('will-frame-navigate', details)) return false
      if (isMainFrame && !this.ask('will-navigate', details)) return false
    }
    this.emit('did-start-navigation', details)
    return true
  }
}

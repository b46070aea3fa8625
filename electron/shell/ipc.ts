import type { IpcMain, IpcMainEvent, WebContents } from 'electron'
import { maxRequestBytes } from '#shared/channel/messages.ts'
import { serveApi, type Serving } from '#shared/channel/server.ts'
import type { Api } from '#shared/contract.ts'
import { Fault } from '#shared/faults.ts'
import type { Log } from '#core/base/log.ts'
import { toCore, toPage } from './channels.ts'
import { InFlight } from './in-flight.ts'
import { appOrigin } from './scheme.ts'

export interface Ipc {
  /** Lets the page in this window speak to the core, until the window is gone. */
  admit(contents: WebContents): void
  close(): void
}

interface Page {
  readonly contents: WebContents
  serving: Serving
  inFlight: InFlight
}

/**
 * The contract over ipcMain. A message counts only if the main frame of an admitted window sent it
 * from our own origin; then its size is bounded, and then the schema of the contract decides.
 */
export function bindIpc(ipcMain: IpcMain, api: Api, log: Log): Ipc {
  const pages = new Map<number, Page>()

  function onMessage(event: IpcMainEvent, message: unknown): void {
    const page = pages.get(event.sender.id)
    if (!page || !isOurPage(event)) return log.warn('message of a stranger dropped')
    if (typeof message === 'number') return page.inFlight.taken(message)
    try {
      page.serving.receive(parsed(message))
    } catch (error) {
      log.warn('message refused', { error: Fault.of(error) })
    }
  }

  function connect(contents: WebContents): Page {
    const inFlight = new InFlight()
    const send = (message: unknown) => {
      if (contents.isDestroyed() || contents.isCrashed()) return
      inFlight.sent()
      contents.send(toPage, message)
    }
    const outbound = { send, drained: () => inFlight.drained() }
    const report = (error: unknown) => log.warn('request failed', { error: Fault.of(error) })
    return { contents, inFlight, serving: serveApi(api, outbound, report) }
  }

  function drop(page: Page): void {
    page.serving.close()
    page.inFlight.close()
  }

  function admit(contents: WebContents): void {
    const { id } = contents
    const renew = () => {
      const old = pages.get(id)
      if (old) drop(old)
      pages.set(id, connect(contents))
    }
    renew()
    // What an earlier document asked for is nothing to the one that takes its place.
    contents.on('did-start-navigation', ({ isMainFrame, isSameDocument }) => {
      if (isMainFrame && !isSameDocument) renew()
    })
    contents.on('render-process-gone', renew)
    contents.once('destroyed', () => {
      const page = pages.get(id)
      if (page) drop(page)
      pages.delete(id)
    })
  }

  function close(): void {
    ipcMain.off(toCore, onMessage)
    for (const page of pages.values()) {
      drop(page)
      if (!page.contents.isDestroyed()) page.contents.send(toPage, null)
    }
    pages.clear()
  }

  ipcMain.on(toCore, onMessage)
  return { admit, close }
}

/** The frame may be gone by the time its message is read: then it is nobody's. */
function isOurPage({ sender, senderFrame }: IpcMainEvent): boolean {
  if (!senderFrame || senderFrame.parent !== null || senderFrame.origin !== appOrigin) return false
  return senderFrame.frameTreeNodeId === sender.mainFrame.frameTreeNodeId
}

function parsed(message: unknown): unknown {
  if (typeof message !== 'string') throw new Fault('frame.malformed')
  if (Buffer.byteLength(message) > maxRequestBytes) throw new Fault('frame.oversize')
  try {
    return JSON.parse(message)
  } catch (cause) {
    throw new Fault('frame.malformed', {}, { cause })
  }
}

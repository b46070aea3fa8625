import { contextBridge, ipcRenderer, webUtils } from 'electron'
import { preloadKey, type PreloadPipe } from '#shared/preload.ts'
import { toCore, toPage } from './channels.ts'

/**
 * All the page gets: a pipe for the contract, and the places of dropped files. Requests leave as text, so that main can bound their
 * size before it parses them; answers arrive as values, and each is acknowledged, so that main
 * notices a page that no longer keeps up. `null` is main's last word.
 */

const receivers = new Set<(message: unknown) => void>()
const closers = new Set<() => void>()
let taken = 0

ipcRenderer.on(toPage, (_event, message: unknown) => {
  if (message === null) {
    for (const listener of Array.from(closers)) listener()
    return
  }
  for (const listener of Array.from(receivers)) listener(message)
  taken += 1
  ipcRenderer.send(toCore, taken)
})

function registered<Listener>(listeners: Set<Listener>, listener: Listener): () => void {
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
  }
}

const pipe: PreloadPipe = Object.freeze({
  send: (message: unknown) => ipcRenderer.send(toCore, JSON.stringify(message)),
  receive: (listener: (message: unknown) => void) => registered(receivers, listener),
  closed: (listener: () => void) => registered(closers, listener),
  pathOf: (file: unknown) => (file instanceof File ? webUtils.getPathForFile(file) || null : null),
})

contextBridge.exposeInMainWorld(preloadKey, pipe)

import { EventEmitter } from 'node:events'

/** An emitter of messages, as Electron's own is. */
export const ipcMain = new EventEmitter()

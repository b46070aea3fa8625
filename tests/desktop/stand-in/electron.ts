import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import type { NativeTheme, PowerSaveBlocker, SafeStorage, Screen } from 'electron'
import { app } from './app.ts'
import { ipcMain } from './ipc-main.ts'
import { protocol } from './protocol.ts'
import {
  dialog,
  Menu,
  nativeImage,
  Notification,
  powerMonitor,
  shell,
  StandInTray as Tray,
} from './outside.ts'
import { answerProbes } from './probes.ts'
import { session } from './session.ts'
import { utilityProcess } from './utility-process.ts'
import { StandInWindow as BrowserWindow } from './window.ts'

/**
 * Stands for the module `electron` in the main process, as far as the shell uses it. What it has, it
 * has with the real module's types; what it lacks is missing, so that a shell that starts to use
 * more fails at once.
 */

type Backend = ReturnType<SafeStorage['getSelectedStorageBackend']>
const backend = (process.env['GANGWAY_STAND_IN_KEYRING'] ?? 'gnome_libsecret') as Backend | 'none'
const key = createHash('sha256').update(`keyring of the stand-in: ${backend}`).digest()
const mark = Buffer.from(backend === 'basic_text' ? 'v10' : 'v11')

export const safeStorage = {
  isAsyncEncryptionAvailable: () => Promise.resolve(backend !== 'none'),
  getSelectedStorageBackend: () => (backend === 'none' ? 'basic_text' : backend),
  encryptStringAsync(text) {
    const nonce = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', key, nonce)
    const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
    return Promise.resolve(Buffer.concat([mark, nonce, cipher.getAuthTag(), body]))
  },
  async decryptStringAsync(sealed) {
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(3, 15))
    decipher.setAuthTag(sealed.subarray(15, 31))
    const text = Buffer.concat([decipher.update(sealed.subarray(31)), decipher.final()])
    return { result: text.toString('utf8'), shouldReEncrypt: false }
  },
} satisfies Pick<
  SafeStorage,
  | 'isAsyncEncryptionAvailable'
  | 'getSelectedStorageBackend'
  | 'encryptStringAsync'
  | 'decryptStringAsync'
>

export const nativeTheme = { shouldUseDarkColors: false } satisfies Pick<
  NativeTheme,
  'shouldUseDarkColors'
>

const workArea = { x: 0, y: 0, width: 1280, height: 800 }
export const screen = {
  getAllDisplays: () => [{ workArea } as ReturnType<Screen['getAllDisplays']>[number]],
} satisfies Pick<Screen, 'getAllDisplays'>

let blockers = 0
export const powerSaveBlocker = {
  start: () => ++blockers,
  stop: () => true,
} satisfies Pick<PowerSaveBlocker, 'start' | 'stop'>

export { app, BrowserWindow, dialog, ipcMain, Menu, nativeImage, Notification, powerMonitor }
export { protocol, session, shell, Tray, utilityProcess }

answerProbes({
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  Notification,
  safeStorage,
  screen,
  session,
  shell,
  Tray,
})

import type { MenuItemConstructorOptions } from 'electron'
import { words } from './words/words.ts'

type Role = Exclude<keyof typeof words.menu, 'file' | 'edit' | 'window'>
const line = { type: 'separator' } as const

/**
 * Only what the system expects: on macOS copy, paste and quit work through the menu alone. Electron
 * knows its own labels in English only, so each item brings its own.
 */
export function menuTemplate(platform: NodeJS.Platform): MenuItemConstructorOptions[] {
  const say = words.menu
  const isMac = platform === 'darwin'
  const item = (role: Role) => ({ role, label: say[role] })
  const clipboard = [item('cut'), item('copy'), item('paste'), item('delete')]
  const hiding = [item('hide'), item('hideOthers'), item('unhide')]
  const first: MenuItemConstructorOptions = isMac
    ? {
        role: 'appMenu',
        label: words.app,
        submenu: [
          item('about'),
          line,
          // The system fills it.
          { ...item('services'), submenu: [] },
          line,
          ...hiding,
          line,
          item('quit'),
        ],
      }
    : { role: 'fileMenu', label: say.file, submenu: [item('quit')] }
  return [
    first,
    {
      role: 'editMenu',
      label: say.edit,
      submenu: [item('undo'), item('redo'), line, ...clipboard, line, item('selectAll')],
    },
    {
      role: 'windowMenu',
      label: say.window,
      submenu: isMac
        ? [item('minimize'), item('zoom'), line, item('front')]
        : [item('minimize'), item('close')],
    },
  ]
}

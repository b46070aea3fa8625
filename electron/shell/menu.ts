import type { MenuItemConstructorOptions } from 'electron'

/** Only what the system expects: on macOS copy, paste and quit work through the menu alone. */
export function menuTemplate(platform: NodeJS.Platform): MenuItemConstructorOptions[] {
  const first: MenuItemConstructorOptions = {
    role: platform === 'darwin' ? 'appMenu' : 'fileMenu',
  }
  return [first, { role: 'editMenu' }, { role: 'windowMenu' }]
}

import { Menu } from 'electron'
import { menuTemplate } from './menu.ts'

/** In the language in force; shown again when that changes. */
export function showMenuBar(): void {
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(process.platform)))
}

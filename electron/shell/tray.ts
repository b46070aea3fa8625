import { join } from 'node:path'
import { Menu, nativeImage, Tray } from 'electron'
import type { Seen } from './follow.ts'
import { trayMenu, type TrayActions } from './tray-menu.ts'
import { underWay } from './under-way.ts'
import { words } from './words/words.ts'

export interface TrayIcon {
  show(seen: Seen): void
  close(): void
}

/** The icon that stands for the app while its window is closed. */
export function openTray(
  icons: string,
  actions: TrayActions,
  platform: NodeJS.Platform = process.platform,
): TrayIcon {
  const tray = new Tray(imageFor(icons, platform))
  let shown = ''
  tray.on('click', () => {
    // There a click opens the menu by itself.
    if (platform !== 'darwin') actions.open()
  })
  return {
    show(seen) {
      const menu = trayMenu(seen, actions)
      const hover = words.tray.hover(underWay(seen.transfers.values()).length)
      const looks = JSON.stringify([menu, hover])
      // A menu that is replaced while it is open closes under the hand.
      if (looks === shown) return
      shown = looks
      tray.setToolTip(hover)
      tray.setContextMenu(Menu.buildFromTemplate(menu))
    },
    close: () => tray.destroy(),
  }
}

function imageFor(icons: string, platform: NodeJS.Platform) {
  // Black on nothing: macOS colours a template as its menu bar is.
  const name = platform === 'darwin' ? 'trayTemplate.png' : 'tray.png'
  const image = nativeImage.createFromPath(join(icons, name))
  if (platform === 'darwin') image.setTemplateImage(true)
  return image
}

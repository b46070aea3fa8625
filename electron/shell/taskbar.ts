import type { App, BrowserWindow } from 'electron'
import type { Seen } from './follow.ts'
import { shareOfAll, waitingForPerson } from './under-way.ts'

const noBar = -1

/** One bar for all that moves, on the dock or the taskbar, and the number of what waits for a yes. */
export function showInTaskbar(
  app: Pick<App, 'setBadgeCount'>,
  window: Pick<BrowserWindow, 'setProgressBar' | 'isDestroyed'>,
  { transfers, texts }: Seen,
): void {
  if (!window.isDestroyed()) window.setProgressBar(shareOfAll(transfers.values()) ?? noBar)
  app.setBadgeCount(waitingForPerson(transfers.values()) + texts.size)
}

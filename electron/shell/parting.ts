import type { BrowserWindow, Dialog, MessageBoxOptions, PowerMonitor } from 'electron'
import { words } from './words/words.ts'

interface PartingParts {
  readonly dialog: Pick<Dialog, 'showMessageBox'>
  readonly window: BrowserWindow
  /** How many transfers would stop. */
  readonly running: () => number
}

const quit = 0
const stay = 1

/** Whether to quit; nobody is asked when nothing would stop. */
export async function mayQuit({ dialog, window, running }: PartingParts): Promise<boolean> {
  const count = running()
  if (count === 0) return true
  const box: MessageBoxOptions = {
    type: 'question',
    title: words.app,
    message: words.parting.title(count),
    detail: words.parting.help,
    buttons: [words.parting.quit, words.parting.stay],
    defaultId: stay,
    cancelId: stay,
    noLink: true,
  }
  // A box that hangs on a hidden window is not seen.
  const { response } =
    window.isDestroyed() || !window.isVisible()
      ? await dialog.showMessageBox(box)
      : await dialog.showMessageBox(window, box)
  return response === quit
}

/** Who ends the session or sends a signal waits for no answer. */
export function onUrgentEnd(powerMonitor: Pick<PowerMonitor, 'on'>, leaveNow: () => void): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, leaveNow)
  powerMonitor.on('shutdown', leaveNow)
}

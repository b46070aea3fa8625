import { Notification } from 'electron'
import type { Api } from '#shared/contract.ts'
import { Fault } from '#shared/faults.ts'
import type { Log } from '#core/base/log.ts'
import type { Seen } from './follow.ts'
import { isSettled, noticesBetween, wordsOf, type Notice } from './notices.ts'
import { words } from './words/words.ts'

interface NotifierParts {
  readonly calls: Pick<Api['calls'], 'transfer.answer' | 'desktop.show'>
  /** Somebody looks at the window: whatever happens is seen there. */
  readonly isWatched: () => boolean
  readonly openWindow: () => void
  readonly log: Log
}

export interface Notifier {
  look(seen: Seen): void
  /** What is no event of a device: that the app stays without a window, that there is a newer one. */
  tell(what: 'staying' | 'newer'): void
  close(): void
}

/** Tells what happens while nobody looks, and takes an answer where the system has buttons for it. */
export function openNotifier({ calls, isWatched, openWindow, log }: NotifierParts): Notifier {
  const shown = new Map<Notification, Notice | null>()
  const stop = new AbortController()
  let before: Seen | null = null

  function show(notice: Notice): void {
    const { title, body, actions } = wordsOf(notice)
    const buttons = actions.map(
      (action) => ({ type: 'button', text: words.notices[action] }) as const,
    )
    const notification = new Notification({ title, body, actions: buttons })
    notification.on('action', ({ actionIndex }) => {
      const action = actions[actionIndex]
      if (action) void run(action, notice)
    })
    put(notification, notice)
  }

  function put(notification: Notification, notice: Notice | null): void {
    // Whatever nobody holds would be collected, and its buttons with it.
    shown.set(notification, notice)
    notification.on('click', openWindow)
    notification.on('close', () => shown.delete(notification))
    notification.show()
  }

  async function run(action: 'accept' | 'decline' | 'openFolder', notice: Notice): Promise<void> {
    if (!('transfer' in notice)) return
    const { id } = notice.transfer
    try {
      if (action === 'openFolder') {
        await calls['desktop.show']({ transfer: id, path: null }, stop.signal)
      } else {
        await calls['transfer.answer']({ id, accept: action === 'accept' }, stop.signal)
      }
    } catch (error) {
      // The window says how the transfer stands.
      log.warn('a notification was answered in vain', { error: Fault.of(error) })
      openWindow()
    }
  }

  return {
    look(seen) {
      for (const [notification, notice] of Array.from(shown)) {
        if (notice && isSettled(notice, seen)) notification.close()
      }
      // What was there at the start is no news.
      const news = before === null || isWatched() ? [] : noticesBetween(before, seen)
      before = seen
      for (const notice of news) show(notice)
    },
    tell(what) {
      const { title, body } = words.told[what]
      put(new Notification({ title, body }), null)
    },
    close() {
      stop.abort()
      for (const notification of shown.keys()) notification.close()
      shown.clear()
    },
  }
}

import type { App } from 'electron'
import { Fault } from '#shared/faults.ts'
import type { Clock } from '#core/base/clock.ts'
import { within } from '#core/base/deadline.ts'
import type { Lifetime } from '#core/base/lifetime.ts'
import type { Log } from '#core/base/log.ts'

const closeWithinMs = 5_000

interface QuitParts {
  readonly app: App
  readonly lifetime: Lifetime
  readonly clock: Clock
  readonly log: Log
  /** Asks the person where something would stop; "no" keeps everything as it is. */
  readonly mayQuit: () => Promise<boolean>
  /** It is decided, and takes a moment. */
  readonly onLeaving: () => void
}

export interface Quitting {
  /** A window that closes now goes for good. */
  readonly isLeaving: () => boolean
  /** Without a question: nobody is there to answer one. */
  readonly leaveNow: () => void
}

/**
 * Quitting, from wherever it comes (menu, last window, a signal), first closes the core, so that
 * other devices hear a goodbye. What does not close in time is left to the next start to repair.
 */
export function closeBeforeQuit(parts: QuitParts): Quitting {
  const { app, lifetime, clock, log } = parts
  let state: 'open' | 'asking' | 'closing' | 'closed' = 'open'

  async function askAndClose(): Promise<void> {
    // A question that fails is no reason to stay.
    const yes = await parts.mayQuit().catch(() => true)
    if (state !== 'asking') return
    if (yes) leaveNow()
    else state = 'open'
  }

  function leaveNow(): void {
    if (state === 'closing' || state === 'closed') return
    state = 'closing'
    parts.onLeaving()
    void close()
  }

  async function close(): Promise<void> {
    try {
      await within({ clock, milliseconds: closeWithinMs }, () => lifetime.close())
      state = 'closed'
      app.quit()
    } catch (error) {
      log.error('closing failed', { error: Fault.of(error) })
      app.exit(1)
    }
  }

  app.on('before-quit', (event) => {
    if (state === 'closed') return
    event.preventDefault()
    if (state !== 'open') return
    state = 'asking'
    void askAndClose()
  })
  return { isLeaving: () => state === 'closing' || state === 'closed', leaveNow }
}

import type { App } from 'electron'
import { Fault } from '#shared/faults.ts'
import type { Clock } from '#core/base/clock.ts'
import { within } from '#core/base/deadline.ts'
import type { Lifetime } from '#core/base/lifetime.ts'
import type { Log } from '#core/base/log.ts'

const closeWithinMs = 5_000

/**
 * Quitting, from wherever it comes (menu, last window, a signal), first closes the core, so that
 * other devices hear a goodbye. What does not close in time is left to the next start to repair.
 */
export function closeBeforeQuit(app: App, lifetime: Lifetime, clock: Clock, log: Log): void {
  let state: 'open' | 'closing' | 'closed' = 'open'

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
    if (state === 'closing') return
    state = 'closing'
    void close()
  })
}

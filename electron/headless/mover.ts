import { beMover } from '#core/transfers/process/mover-process.ts'
import type { ToMover } from '#core/transfers/process/messages.ts'

/** The entry of a mover's process, started by `fork-mover.ts`. */

// Whoever started it decides when it ends: what a terminal or a service manager sends to all
// processes at once would cut short what the coordinator is still winding up.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})
process.once('disconnect', () => process.exit(0))

beMover({
  // Nobody is left to hear of it when the other end is gone.
  post: (message) => void process.send?.(message, undefined, {}, () => {}),
  onMessage: (listener) => void process.on('message', (message: ToMover) => listener(message)),
})

import { systemClock } from '../../base/clock.ts'
import { silentLog } from '../../base/log.ts'
import { keepFreedMemory } from '../lanes/reclaim.ts'
import type { Port } from '../movers/port.ts'
import type { FromMover, ToMover } from './messages.ts'
import { serveMoverProcess } from './serve-mover.ts'

/** How long the coordinator may take to end what has told that it is beyond help. */
const lastWordsMs = 1_000

/** The whole life of a process that moves the files of one transfer. */
export function beMover(port: Port<ToMover, FromMover>): void {
  process.on('uncaughtException', (error) => {
    port.post({ event: 'crashed', error })
    systemClock.after(lastWordsMs, () => process.exit(1))
  })
  keepFreedMemory()
  // What is worth a line in the log is told to the coordinator, which has the log.
  serveMoverProcess(port, { clock: systemClock, log: silentLog })
}

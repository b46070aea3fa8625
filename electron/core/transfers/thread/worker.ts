import { parentPort } from 'node:worker_threads'
import { systemClock } from '../../base/clock.ts'
import { silentLog } from '../../base/log.ts'
import type { FromThread, ToThread } from './messages.ts'
import { serveMoverThread } from './serve-mover.ts'

/** The entry of a thread that moves the files of one transfer. */
const port = parentPort
if (!port) throw new Error('this runs as a thread')
serveMoverThread(
  {
    post: (message: FromThread) => port.postMessage(message),
    onMessage: (listener) => void port.on('message', (message: ToThread) => listener(message)),
  },
  // What is worth a line in the log is told to the coordinator, which has the log.
  { clock: systemClock, log: silentLog },
)

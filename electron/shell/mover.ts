import { beMover } from '#core/transfers/process/mover-process.ts'
import type { ToMover } from '#core/transfers/process/messages.ts'

/** The entry of a mover's process, started by `utility-mover.ts`; Electron ends it with the app. */
const { parentPort } = process

beMover({
  post: (message) => parentPort.postMessage(message),
  onMessage: (listener) =>
    void parentPort.on('message', ({ data }: { data: ToMover }) => listener(data)),
})

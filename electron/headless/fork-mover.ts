import { fork } from 'node:child_process'
import type { FromMover } from '#core/transfers/process/messages.ts'
import type { StartProcess } from '#core/transfers/process/hosts.ts'
import { maxHeapMiB } from '#core/transfers/process/process-hosts.ts'

/**
 * Keys and paths reach it by the channel only, never by its arguments or its environment, and the
 * channel is also what keeps it alive: when this process is gone in whatever way, so is the mover.
 */
export function forkMover(file: string, heapMiB = maxHeapMiB): StartProcess {
  return ({ message, exited }) => {
    const child = fork(file, [], {
      env: {},
      execArgv: [`--max-old-space-size=${heapMiB}`],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
    child.on('message', (value: FromMover) => message(value))
    child.once('exit', (code, signal) => exited(`a mover ended with ${signal ?? `code ${code}`}`))
    child.once('error', (error) => exited(`a mover did not start: ${error.message}`))
    return {
      // That it is gone is told by its exit.
      post: (value) => void child.send(value, () => {}),
      kill: () => child.kill('SIGKILL'),
    }
  }
}

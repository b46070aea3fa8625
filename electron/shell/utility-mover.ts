import type { utilityProcess as realUtilityProcess } from 'electron'
import type { FromMover } from '#core/transfers/process/messages.ts'
import type { StartProcess } from '#core/transfers/process/hosts.ts'
import { maxHeapMiB } from '#core/transfers/process/process-hosts.ts'

/** Windows opens no socket without it. */
const { SystemRoot } = process.env
const env = SystemRoot === undefined ? {} : { SystemRoot }

/** As `fork` of Node, which the fuses of a packaged app forbid. */
export function utilityMover(
  utilityProcess: Pick<typeof realUtilityProcess, 'fork'>,
  file: string,
): StartProcess {
  return ({ message, exited }) => {
    const child = utilityProcess.fork(file, [], {
      env,
      execArgv: [`--js-flags=--max-old-space-size=${maxHeapMiB}`],
      stdio: 'ignore',
      serviceName: 'Gangway mover',
    })
    let isUnwanted = false
    // Its own way of ending it asks politely and may hold up the main process meanwhile.
    const kill = () => {
      isUnwanted = true
      if (child.pid !== undefined) process.kill(child.pid, 'SIGKILL')
    }
    child.once('spawn', () => isUnwanted && kill())
    child.on('message', (value: FromMover) => message(value))
    // What is posted to it while it tells of its exit would bring down this process, too.
    child.once('exit', (code) => setImmediate(exited, `a mover ended with code ${code}`))
    return { post: (value) => child.postMessage(value), kill }
  }
}

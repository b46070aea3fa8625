import { Fault } from '#shared/faults.ts'
import { systemClock } from '#core/base/clock.ts'
import { openLog, openNode } from '../node.ts'
import { takeSecrets } from '../secrets.ts'
import { run } from './run.ts'

/** Put in by the build from package.json. */
declare const __GANGWAY_VERSION__: string

const closeWithinMs = 4_500
const interrupted = 130

/** The first request to stop closes in order, the second at once, and a close that hangs is cut. */
function stopSignal(): AbortSignal {
  const controller = new AbortController()
  const stop = () => {
    if (controller.signal.aborted) process.exit(interrupted)
    controller.abort()
    systemClock.after(closeWithinMs, () => process.exit(1))
  }
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, stop)
  return controller.signal
}

/** Whoever read our output may stop reading at any time; that is no reason to stop working. */
function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
}

function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.write('', () => resolve())
  })
}

outliveReaders()
const secrets = takeSecrets(process.env)
const version = __GANGWAY_VERSION__
const clock = systemClock
// Timers of the clock never keep a process alive; a command that waits for one must not just end.
const alive = setInterval(() => {}, 1 << 30)
const code = await run(process.argv.slice(2), {
  env: process.env,
  stdout: process.stdout,
  stderr: process.stderr,
  stdin: process.stdin,
  clock,
  version,
  secrets,
  signal: stopSignal(),
  report: (profile, error) => openLog(profile).error('command failed', { error: Fault.of(error) }),
  openNode: (profile, options) => {
    const [passphrase, networkKey] = [secrets.passphrase(), secrets.networkKey()]
    return openNode({ ...profile, ...options, passphrase, networkKey, clock, version })
  },
})
clearInterval(alive)
await Promise.all([flushed(process.stdout), flushed(process.stderr)])
process.exit(code)

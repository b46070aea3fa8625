import { fork } from 'node:child_process'
import type { utilityProcess as realUtilityProcess, UtilityProcess } from 'electron'
import { Source } from './events.ts'

/** What Electron gives the child, made of Node's own channel. */
const parentPort = `
  process.parentPort = {
    postMessage: (data) => process.send(data),
    on: (name, listener) => process.on(name, (data) => listener({ data, ports: [] })),
  }
  process.once('disconnect', () => process.exit(0))`

const jsFlags = '--js-flags='

class StandInUtilityProcess extends Source {
  readonly #child: ReturnType<typeof fork>

  constructor(
    ...[modulePath, args = [], options = {}]: Parameters<typeof realUtilityProcess.fork>
  ) {
    super()
    const preload = `data:text/javascript,${encodeURIComponent(parentPort)}`
    const flags = (options.execArgv ?? []).map((flag) => flag.replace(jsFlags, ''))
    this.#child = fork(modulePath, args, {
      env: { ...options.env },
      execArgv: ['--import', preload, ...flags],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
    this.#child.once('spawn', () => this.emit('spawn'))
    this.#child.on('message', (message) => this.emit('message', message))
    this.#child.once('exit', (code) => this.emit('exit', code ?? 1))
  }

  get pid(): number | undefined {
    return this.#child.exitCode === null ? this.#child.pid : undefined
  }

  postMessage(message: unknown): void {
    this.#child.send(message as object, () => {})
  }

  kill(): boolean {
    return this.#child.kill()
  }
}

export const utilityProcess = {
  fork: (...given) => new StandInUtilityProcess(...given) as unknown as UtilityProcess,
} satisfies Pick<typeof realUtilityProcess, 'fork'>

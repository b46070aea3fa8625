import { mkdirSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { App } from 'electron'
import { closeChromium } from './chromium.ts'
import { preventable, Source } from './events.ts'

const lockName = 'stand-in.lock'
const knockName = 'stand-in.knock'

/** The life of the application: its lock, its readiness and its end. */
class StandInApp
  extends Source
  implements
    Pick<
      App,
      | 'isPackaged'
      | 'enableSandbox'
      | 'setPath'
      | 'getVersion'
      | 'getPreferredSystemLanguages'
      | 'setBadgeCount'
      | 'setLoginItemSettings'
      | 'setAsDefaultProtocolClient'
      | 'requestSingleInstanceLock'
      | 'whenReady'
      | 'quit'
      | 'exit'
    >
{
  readonly isPackaged = false
  /** Set by the windows: closes them all, and says whether all agreed. */
  closeWindows = () => true
  readonly #ready: Promise<void>
  #userData = ''
  #quitting = false
  #exiting = false

  constructor() {
    super()
    // Not before the shell's own module has run to its end.
    this.#ready = new Promise((resolve) => setImmediate(resolve))
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      // A listener of the shell takes the place of Electron's own.
      process.on(signal, () => process.listenerCount(signal) === 1 && this.quit())
    }
    // The test that started it is gone.
    process.once('disconnect', () => this.exit(1))
  }

  badge = 0

  enableSandbox(): void {}

  setBadgeCount(count = 0): boolean {
    this.badge = count
    return true
  }

  setLoginItemSettings(): void {}

  getPreferredSystemLanguages(): string[] {
    return ['en-GB']
  }

  setAsDefaultProtocolClient(): boolean {
    return true
  }

  setPath(name: string, path: string): void {
    if (name === 'userData') this.#userData = path
  }

  getVersion(): string {
    const manifest = join(dirname(process.argv[1] ?? ''), '../../package.json')
    return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version
  }

  requestSingleInstanceLock(): boolean {
    mkdirSync(this.#userData, { recursive: true })
    const lock = join(this.#userData, lockName)
    const knock = join(this.#userData, knockName)
    if (isHeld(lock)) {
      writeFileSync(knock, JSON.stringify(process.argv))
      return false
    }
    writeFileSync(lock, String(process.pid))
    process.once('exit', () => rmSync(lock, { force: true }))
    watch(this.#userData, (_kind, name) => {
      if (name === knockName) this.#knocked(knock)
    }).unref()
    return true
  }

  whenReady(): Promise<void> {
    return this.#ready
  }

  quit(): void {
    if (this.#quitting || !this.ask('before-quit')) return
    this.#quitting = true
    if (!this.closeWindows()) {
      this.#quitting = false
      return
    }
    if (this.ask('will-quit')) this.exit(0)
  }

  exit(code = 0): void {
    if (this.#exiting) return
    this.#exiting = true
    this.emit('quit', preventable({}), code)
    closeChromium().then(
      () => process.exit(code),
      () => process.exit(70),
    )
  }

  windowsAreGone(): void {
    if (this.#quitting) return
    if (this.listenerCount('window-all-closed') === 0) this.quit()
    else this.emit('window-all-closed')
  }

  #knocked(knock: string): void {
    try {
      const argv: unknown = JSON.parse(readFileSync(knock, 'utf8'))
      rmSync(knock)
      this.emit('second-instance', preventable({}), argv, process.cwd(), null)
    } catch {
      // Heard twice, or half written: the next notice brings the whole.
    }
  }
}

function isHeld(lock: string): boolean {
  try {
    process.kill(Number(readFileSync(lock, 'utf8')), 0)
    return true
  } catch {
    return false
  }
}

export const app = new StandInApp()

import type * as Electron from 'electron'
import type { Page } from 'playwright-core'
import { systemClock } from '#core/base/clock.ts'
import { electronRuntime } from '../../../scripts/electron.js'
import type { DesktopOptions } from './process.ts'
import { launchReal, startReal } from './real.ts'
import { launchStandIn, startStandIn } from './stand-in.ts'

/**
 * The desktop app as a person starts it: the built main, preload and page, in the real Electron where
 * its runtime is present, else on the stand-in. What a test sees of the two is the same.
 */
export interface Desktop {
  readonly page: Page
  readonly pid: number
  readonly exited: Promise<number | null>
  /** All the app wrote to stderr so far. */
  readonly said: () => string
  /** Runs in the main process, which knows nothing of where the function was written. */
  evaluate<Result, Argument = undefined>(
    run: (electron: typeof Electron, argument: Argument) => Result | Promise<Result>,
    argument?: Argument,
  ): Promise<Result>
  /** Quits as a person would, and answers with the exit code. */
  close(): Promise<number | null>
}

const runtime = electronRuntime({ forTests: true })
export const desktopKind: 'electron' | 'stand-in' = runtime ? 'electron' : 'stand-in'
console.log(
  runtime ? `desktop: the real Electron (${runtime})` : 'desktop: the stand-in for Electron',
)

export function launchDesktop(options: DesktopOptions): Promise<Desktop> {
  return runtime ? launchReal(runtime, options) : launchStandIn(options)
}

/** One that stays after all is asked to leave, and its test sees the wrong code and no sentence. */
const leavesWithinMs = 20_000

/** Starts the app where it does not stay: it is refused, or another instance runs already. */
export async function runDesktop(
  options: DesktopOptions,
): Promise<{ code: number | null; said: string }> {
  const running = runtime ? startReal(runtime, options) : await startStandIn(options)
  const { child, exited, said } = running
  const undo = systemClock.after(leavesWithinMs, () => child.kill('SIGTERM'))
  const code = await exited
  undo()
  return { code, said: said() }
}

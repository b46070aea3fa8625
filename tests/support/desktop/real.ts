import { join } from 'node:path'
import { _electron } from 'playwright-core'
import type { Desktop } from './launch.ts'
import { argumentsOf, start, watched, type DesktopOptions, type DesktopProcess } from './process.ts'

/** The app in the real Electron, driven by Playwright. */

const root = join(import.meta.dirname, '../../..')
// As root Chromium needs the first; only the variable makes an unpackaged app accept it.
const flags = ['--no-sandbox', '--password-store=basic']

function environment({ env }: DesktopOptions): Record<string, string> {
  const all = { ...process.env, ...env, GANGWAY_DESKTOP_TEST: '1' }
  const set = Object.entries(all).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  )
  return Object.fromEntries(set)
}

export function startReal(runtime: string, options: DesktopOptions): DesktopProcess {
  return start(runtime, [...flags, root, ...argumentsOf(options)], environment(options))
}

export async function launchReal(runtime: string, options: DesktopOptions): Promise<Desktop> {
  const electron = await _electron.launch({
    executablePath: runtime,
    args: [...flags, root, ...argumentsOf(options)],
    env: environment(options),
  })
  const { exited, said } = watched(electron.process())
  return {
    page: await electron.firstWindow(),
    pid: electron.process().pid ?? 0,
    exited,
    said,
    evaluate: (run, argument) => electron.evaluate(run as never, argument) as never,
    async close() {
      // The connection ends before it can answer.
      await electron.evaluate(({ app }) => app.quit()).catch(() => {})
      return exited
    },
  }
}

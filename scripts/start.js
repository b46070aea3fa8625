// @ts-check
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { buildIfStale } from './build.js'
import { electronRuntime, fetchElectron } from './electron.js'

/**
 * Runs the app: in Electron, or, where its runtime cannot be had, the very same app on a link of
 * this computer.
 */

const root = join(import.meta.dirname, '..')
const args = process.argv.slice(2)

await buildIfStale()

const found = electronRuntime() ?? (await fetchElectron(60_000))
if (typeof found === 'string') {
  const child = spawn(found, [root, ...args], { stdio: 'inherit' })
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM']))
    process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => {
    process.exitCode = signal ? 1 : (code ?? 0)
  })
} else {
  console.log(
    `Electron is not available here (${found.reason}); Gangway runs in your browser instead.`,
  )
  process.argv = [process.execPath, 'gangway', 'serve', '--open', ...args]
  await import(new URL('../dist/headless/cli.js', import.meta.url).href)
}

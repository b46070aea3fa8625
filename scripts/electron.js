// @ts-check
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Whether the real Electron can run here. Its package brings no runtime: that is fetched once, on
 * request, from a place that not every machine can reach.
 */

const folder = join(import.meta.dirname, '../node_modules/electron')

/** Why no window can be shown here, whatever is installed. @returns {string | null} */
function obstacle() {
  if (process.platform !== 'linux') return null
  if (!process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY']) return 'there is no display'
  // Chromium's sandbox does not work for root, and without the sandbox the app does not start.
  return process.getuid?.() === 0 ? 'it does not run as root' : null
}

/** @returns {string | null} */
function installedRuntime() {
  const named = process.env['GANGWAY_ELECTRON']
  if (named) return existsSync(named) ? named : null
  const pathFile = join(folder, 'path.txt')
  if (!existsSync(pathFile)) return null
  const path = join(folder, 'dist', readFileSync(pathFile, 'utf8'))
  return existsSync(path) ? path : null
}

/**
 * The runtime that is installed and can show a window here; GANGWAY_ELECTRON names another one.
 * Tests may run it as root: they, and only they, may do without the sandbox.
 * @param {{ forTests?: boolean }} [options]
 * @returns {string | null}
 */
export function electronRuntime({ forTests = false } = {}) {
  const stopped = obstacle()
  if (stopped && !(forTests && stopped.includes('root'))) return null
  return installedRuntime()
}

/**
 * Electron's own installer, kept quiet and within a bound.
 * @param {number} milliseconds
 * @returns {Promise<string | null>} why it did not work
 */
function install(milliseconds) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(folder, 'install.js')], {
      stdio: 'ignore',
    })
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      resolve(`its runtime did not arrive within ${Math.round(milliseconds / 1000)} s`)
    }, milliseconds)
    child.once('error', () => resolve('its installer could not be run'))
    child.once('close', (code) => {
      clearTimeout(timer)
      resolve(code === 0 ? null : 'its runtime could not be downloaded')
    })
  })
}

/**
 * The runtime, fetched if it must be; else, as the rest of a sentence, why there is none.
 * @param {number} milliseconds
 * @returns {Promise<string | { reason: string }>}
 */
export async function fetchElectron(milliseconds) {
  const stopped = obstacle()
  if (stopped) return { reason: stopped }
  const failed = installedRuntime() ? null : await install(milliseconds)
  return installedRuntime() ?? { reason: failed ?? 'its installer left no runtime' }
}

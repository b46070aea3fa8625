// @ts-check
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * Whether the real Electron can run here. Its package brings no runtime: that is fetched once, on
 * request, from a place that not every machine can reach.
 */

const folder = join(import.meta.dirname, '../node_modules/electron')

function hasDisplay() {
  if (process.platform !== 'linux') return true
  return Boolean(process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY'])
}

/**
 * The runtime that is there and can show a window; GANGWAY_ELECTRON names another than our own.
 * @returns {string | null}
 */
export function electronRuntime() {
  return hasDisplay() ? installedRuntime() : null
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
 * Electron's own installer, kept quiet and within a bound.
 * @param {number} milliseconds
 * @returns {Promise<string | null>} why it did not work
 */
function install(milliseconds) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(folder, 'install.js')], {
      stdio: ['ignore', 'ignore', 'pipe'],
      cwd: dirname(folder),
    })
    let said = ''
    child.stderr.on('data', (data) => (said = `${said}${data}`.slice(-10_000)))
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      resolve(`its runtime did not arrive within ${Math.round(milliseconds / 1000)} s`)
    }, milliseconds)
    child.once('error', () => resolve('its installer could not be run'))
    child.once('close', (code) => {
      clearTimeout(timer)
      resolve(code === 0 ? null : `its runtime could not be fetched${reasonIn(said)}`)
    })
  })
}

/** @param {string} said */
function reasonIn(said) {
  const code = /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENOSPC|EACCES)\b/.exec(
    said,
  )
  const status = /Response code (\d{3})/.exec(said)
  const found = code?.[1] ?? status?.[1]
  return found ? ` (${found})` : ''
}

/**
 * The runtime, fetched if it must be; else in one clause why there is none.
 * @param {number} milliseconds
 * @returns {Promise<{ runtime: string, reason: null } | { runtime: null, reason: string }>}
 */
export async function fetchElectron(milliseconds) {
  if (!hasDisplay()) return { runtime: null, reason: 'there is no display' }
  const installed = electronRuntime()
  if (installed) return { runtime: installed, reason: null }
  const { engines } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const needed = Number(/\d+/.exec(engines?.node ?? '')?.[0] ?? 0)
  const failed = await install(milliseconds)
  if (failed) {
    const old = Number(process.versions.node.split('.')[0]) < needed
    return { runtime: null, reason: old ? `${failed}; its installer wants Node ${needed}` : failed }
  }
  const runtime = electronRuntime()
  return runtime
    ? { runtime, reason: null }
    : { runtime: null, reason: 'its installer left no runtime' }
}

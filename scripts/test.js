// @ts-check
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bringBrowser } from './browser.js'
import { buildIfStale } from './build.js'

/**
 * Every test, on a machine with nothing but Node and npm: brings a browser, builds, runs all suites
 * and ends with one plain line.
 */

const root = join(import.meta.dirname, '..')
const say = (/** @type {string} */ line) => console.log(line)

/** Network tests need `ip`; where it can be had it is brought, else they say that they are skipped. */
function bringNamespaces() {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return
  if (spawnSync('ip', ['-V'], { stdio: 'ignore' }).status === 0) return
  say('network: installing iproute2 with apt for tests in network namespaces')
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  spawnSync('apt-get', ['update', '-qq'], { stdio: 'ignore', env })
  spawnSync('apt-get', ['install', '-y', '-qq', 'iproute2'], { stdio: 'ignore', env })
}

const browser = await bringBrowser(say)
bringNamespaces()
await buildIfStale()

const folder = mkdtempSync(join(tmpdir(), 'gangway-results-'))
const results = join(folder, 'results.json')
let exitCode = 0
try {
  execFileSync(
    join(root, 'node_modules/.bin/vitest'),
    [
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${results}`,
      ...process.argv.slice(2),
    ],
    { cwd: root, stdio: 'inherit', env: { ...process.env, GANGWAY_BROWSER: browser } },
  )
} catch {
  exitCode = 1
}

const report = JSON.parse(readFileSync(results, 'utf8'))
rmSync(folder, { recursive: true })
const skipped = report.numPendingTests + report.numTodoTests
say(`${report.numPassedTests} passed, ${report.numFailedTests} failed, ${skipped} skipped`)
process.exitCode = exitCode

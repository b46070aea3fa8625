// @ts-check
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bringBrowser } from './browser.js'
import { buildIfStale } from './build.js'
import { isolated } from './isolated.js'

/**
 * Every test, on a machine with nothing but Node and npm: brings a browser, builds, runs all suites
 * and ends with one plain line.
 */

const root = join(import.meta.dirname, '..')
const say = (/** @type {string} */ line) => console.log(line)
const isRootOnLinux = process.platform === 'linux' && process.getuid?.() === 0

/** Network tests need `ip`; where it can be had it is brought, else they say that they are skipped. */
function bringNamespaces() {
  if (!isRootOnLinux || spawnSync('ip', ['-V'], { stdio: 'ignore' }).status === 0) return
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
const tests = [
  join(root, 'node_modules/.bin/vitest'),
  'run',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${results}`,
  ...process.argv.slice(2),
]
const alone = isolated(tests)
if (!alone)
  say('network: the tests run on the network of this machine (a namespace needs root and iproute2)')
const [command = '', ...args] = alone ?? tests
const { status } = spawnSync(command, args, {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, GANGWAY_BROWSER: browser },
})

const report = JSON.parse(readFileSync(results, 'utf8'))
rmSync(folder, { recursive: true })
const skipped = report.numPendingTests + report.numTodoTests
say(`${report.numPassedTests} passed, ${report.numFailedTests} failed, ${skipped} skipped`)
process.exitCode = status === 0 ? 0 : 1

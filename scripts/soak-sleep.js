// @ts-check
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { buildIfStale } from './build.js'

/**
 * What `npm test` does in half a minute, for as long as it lasts in life: two computers on a cable,
 * of which one gets another address, whose link is down for a minute, and of which one sleeps for
 * ten. Says how soon both hear each other again. Needs Linux, root and `ip`.
 *
 *   npm run soak:sleep -- [--outage 60] [--sleep 600]      in seconds
 */

/** @param {string} name @param {string} otherwise */
function option(name, otherwise) {
  const at = process.argv.indexOf(`--${name}`)
  return process.argv[at === -1 ? Infinity : at + 1] ?? otherwise
}

await buildIfStale()
const root = join(import.meta.dirname, '..')
const test = 'tests/network/sessions/outages.test.ts'
const vitest = ['run', test, '--project', 'network', '--retry', '0', '--disable-console-intercept']
const { status } = spawnSync(join(root, 'node_modules/.bin/vitest'), vitest, {
  cwd: root,
  stdio: 'inherit',
  env: {
    ...process.env,
    GANGWAY_SOAK_OUTAGE_S: option('outage', '60'),
    GANGWAY_SOAK_SLEEP_S: option('sleep', '600'),
  },
})
process.exitCode = status ?? 1

// @ts-check
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { buildIfStale } from './build.js'

/**
 * Two nodes that send each other small things for a while: texts, folders, some of them cancelled.
 * Says how much memory, how many handles and how many threads each has as time goes by, and by how
 * much that grew a minute in the second half. Linux only; `npm test` does a few rounds of it.
 *
 *   npm run soak:leaks -- [--minutes 10]
 */

await buildIfStale()
const root = join(import.meta.dirname, '..')
const at = process.argv.indexOf('--minutes')
const vitest = ['run', 'tests/processes/long-run', '--project', 'processes', '--retry', '0']
const { status } = spawnSync(
  join(root, 'node_modules/.bin/vitest'),
  [...vitest, '--disable-console-intercept'],
  {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...process.env,
      GANGWAY_SOAK_MINUTES: at === -1 ? '10' : (process.argv[at + 1] ?? '10'),
    },
  },
)
process.exitCode = status ?? 1

// @ts-check
import { spawn } from 'node:child_process'
import { join } from 'node:path'

/** Everything that can be said about the code without a browser: types, lint, walls, dead code, unit tests. */

const root = join(import.meta.dirname, '..')
const bin = (/** @type {string} */ name) => join(root, 'node_modules/.bin', name)
const runtimes = [
  'shared',
  'electron/core',
  'electron/headless',
  'electron/shell',
  'renderer',
  'tests',
  'scripts',
]

/** @type {{ name: string, command: string, args: string[] }[]} */
const steps = [
  ...runtimes.map((runtime) => ({
    name: `types ${runtime}`,
    command: bin('tsc'),
    args: ['-p', runtime],
  })),
  { name: 'format', command: bin('oxfmt'), args: ['--check', '.'] },
  { name: 'lint', command: bin('oxlint'), args: ['--type-aware', '--max-warnings', '0', '.'] },
  { name: 'boundaries', command: process.execPath, args: ['scripts/boundaries.js'] },
  { name: 'dead code', command: bin('knip'), args: ['--no-progress'] },
  { name: 'unit', command: bin('vitest'), args: ['run', '--project', 'unit'] },
]

/** @param {(typeof steps)[number]} step @returns {Promise<boolean>} */
function run(step) {
  return new Promise((resolve) => {
    const started = performance.now()
    const child = spawn(step.command, step.args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    child.stdout.on('data', (data) => (output += data))
    child.stderr.on('data', (data) => (output += data))
    child.on('close', (code) => {
      const seconds = ((performance.now() - started) / 1000).toFixed(1)
      console.log(`${code === 0 ? 'ok  ' : 'FAIL'} ${step.name} (${seconds} s)`)
      if (code !== 0) console.log(output)
      resolve(code === 0)
    })
  })
}

const queue = [...steps]
let failed = 0
const hand = async () => {
  for (let step = queue.shift(); step; step = queue.shift()) {
    if (!(await run(step))) failed += 1
  }
}
await Promise.all([hand(), hand()])
console.log(failed === 0 ? 'check: all clean' : `check: ${failed} of ${steps.length} failed`)
process.exitCode = failed === 0 ? 0 : 1

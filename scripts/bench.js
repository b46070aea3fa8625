// @ts-check
import { spawnSync } from 'node:child_process'
import { join, resolve } from 'node:path'
import { build } from 'vite'
import { isolated } from './isolated.js'

/** The performance table: `npm run bench [-- --quick] [-- --json <file>]`. */

const root = join(import.meta.dirname, '..')
const outDir = join(root, 'dist/tests/bench')
const entries = {
  main: 'tests/bench/main.ts',
  'lane-end': 'tests/bench/lane-end.ts',
  'mover-end': 'tests/bench/mover-end.ts',
  'whole-end': 'tests/bench/whole-end.ts',
  mover: 'electron/headless/mover.ts',
}
// One by one: what they share would be a file with everything in it, and each would load all of it.
for (const [name, file] of Object.entries(entries)) {
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    build: {
      ssr: true,
      target: 'node20',
      outDir,
      emptyOutDir: name === 'main',
      minify: false,
      rollupOptions: {
        input: { [name]: join(root, file) },
        output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  })
}

const args = process.argv.slice(2)
const file = args.indexOf('--json') + 1
if (file > 0) args[file] = resolve(args[file] ?? '')
const bench = [process.execPath, join(outDir, 'main.js'), ...args]
const [command = process.execPath, ...rest] = isolated(bench) ?? bench
process.exitCode = spawnSync(command, rest, { stdio: 'inherit', cwd: root }).status ?? 1

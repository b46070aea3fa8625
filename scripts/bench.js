// @ts-check
import { spawnSync } from 'node:child_process'
import { join, resolve } from 'node:path'
import { build } from 'vite'
import { isolated } from './isolated.js'

/** The performance table: `npm run bench [-- --quick] [-- --json <file>]`. */

const root = join(import.meta.dirname, '..')
const outDir = join(root, 'dist/tests/bench')
await build({
  root,
  configFile: false,
  logLevel: 'warn',
  build: {
    ssr: true,
    target: 'node20',
    outDir,
    minify: false,
    rollupOptions: {
      input: {
        main: join(root, 'tests/bench/main.ts'),
        'lane-end': join(root, 'tests/bench/lane-end.ts'),
        'mover-end': join(root, 'tests/bench/mover-end.ts'),
        'whole-end': join(root, 'tests/bench/whole-end.ts'),
        mover: join(root, 'electron/headless/mover.ts'),
      },
      // Side by side: what starts another entry looks for it in its own folder.
      output: { entryFileNames: '[name].js', chunkFileNames: '[name].js' },
    },
  },
})

const args = process.argv.slice(2)
const file = args.indexOf('--json') + 1
if (file > 0) args[file] = resolve(args[file] ?? '')
const bench = [process.execPath, join(outDir, 'main.js'), ...args]
const [command = process.execPath, ...rest] = isolated(bench) ?? bench
process.exitCode = spawnSync(command, rest, { stdio: 'inherit', cwd: root }).status ?? 1

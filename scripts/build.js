// @ts-check
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { builtinModules } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/**
 * Builds every runtime into dist/: renderer (the page), shell (Electron main and preload) and
 * headless (Node). One builder for all four, so they agree on everything.
 */

const root = join(import.meta.dirname, '..')
const dist = join(root, 'dist')
const stamp = join(dist, '.stamp')
export const sources = [
  'electron',
  'renderer',
  'shared',
  'resources',
  'scripts/build.js',
  'package.json',
  'package-lock.json',
  'vite.config.ts',
]

/** @type {{ version: string }} */
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

const node = {
  define: { __GANGWAY_VERSION__: JSON.stringify(version) },
  configFile: /** @type {const} */ (false),
  logLevel: /** @type {const} */ ('warn'),
  root,
}

/** Loaded only when there is something to build: it costs more than the check that there is not. */
const vite = () => import('vite')

/**
 * A bundle for Node: our own code in, packages and Node's modules out.
 * @param {string} outDir
 * @param {Record<string, string>} input
 */
async function nodeBundle(outDir, input) {
  const { build } = await vite()
  await build({
    ...node,
    build: {
      ssr: true,
      target: 'node20',
      outDir: join(dist, outDir),
      emptyOutDir: true,
      minify: false,
      sourcemap: true,
      rollupOptions: {
        input,
        output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  })
}

/** The preload is sandboxed: one CommonJS file that may require electron and nothing else. */
async function preloadBundle() {
  const { build } = await vite()
  await build({
    ...node,
    build: {
      target: 'chrome140',
      outDir: join(dist, 'shell'),
      emptyOutDir: false,
      minify: false,
      lib: {
        entry: join(root, 'electron/shell/preload.ts'),
        formats: ['cjs'],
        fileName: () => 'preload.cjs',
      },
      rollupOptions: { external: ['electron', ...builtinModules] },
    },
  })
}

/** The pictures the app shows outside its page. */
function copyIcons() {
  const isPicture = (/** @type {string} */ name) => !name.endsWith('.svg')
  cpSync(join(root, 'resources/tray'), join(dist, 'shell/icons'), {
    recursive: true,
    filter: isPicture,
  })
}

export async function buildAll() {
  const { build } = await vite()
  rmSync(stamp, { force: true })
  await build({
    root: join(root, 'renderer'),
    configFile: join(root, 'vite.config.ts'),
    logLevel: 'warn',
  })
  const headless = join(root, 'electron/headless')
  const shell = join(root, 'electron/shell')
  await nodeBundle('headless', {
    cli: join(headless, 'cli/main.ts'),
    mover: join(headless, 'mover.ts'),
  })
  await nodeBundle('shell', { main: join(shell, 'main.ts'), mover: join(shell, 'mover.ts') })
  await preloadBundle()
  copyIcons()
  mkdirSync(dist, { recursive: true })
  writeFileSync(stamp, version)
}

/** @param {string} path @returns {number} */
function newest(path) {
  const entry = statSync(path, { throwIfNoEntry: false })
  if (!entry) return 0
  if (!entry.isDirectory()) return entry.mtimeMs
  return Math.max(entry.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))))
}

/** Builds only when a source is newer than what was built. */
export async function buildIfStale() {
  const built = existsSync(stamp) ? statSync(stamp).mtimeMs : 0
  const changed = Math.max(...sources.map((source) => newest(join(root, source))))
  if (built >= changed) return
  await buildAll()
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await buildAll()

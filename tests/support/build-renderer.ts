import { execFileSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../..')
export const builtRenderer = join(root, 'dist/renderer')

/** Once before the browser tests: what they open is the built page, and never an old one. */
export function setup(): void {
  const sources = ['renderer', 'shared', 'resources/icon.svg', 'vite.config.ts']
  const changed = Math.max(...sources.map((source) => newest(join(root, source))))
  if (newest(join(builtRenderer, 'index.html')) >= changed) return
  // In a process of its own: under NODE_ENV=test React would be built for development.
  execFileSync(process.execPath, [join(root, 'node_modules/vite/bin/vite.js'), 'build'], {
    cwd: root,
    env: { ...process.env, NODE_ENV: 'production' },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}

function newest(path: string): number {
  const entry = statSync(path, { throwIfNoEntry: false })
  if (!entry) return 0
  if (!entry.isDirectory()) return entry.mtimeMs
  return Math.max(entry.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))))
}

import { basename, join } from 'node:path'
import { build } from 'vite'

const root = join(import.meta.dirname, '..', '..')

/** Makes of a TypeScript file, given from the root, a script that plain Node runs; returns its path. */
export async function bundleForNode(entry: string): Promise<string> {
  const name = basename(entry, '.ts')
  const outDir = join(root, 'dist', 'tests', name)
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    build: {
      ssr: join(root, entry),
      target: 'node20',
      outDir,
      minify: false,
      rollupOptions: { output: { entryFileNames: '[name].js' } },
    },
  })
  return join(outDir, `${name}.js`)
}

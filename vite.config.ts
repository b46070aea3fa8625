import { join } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/**
 * The page. `npm run dev` serves it with live reload in front of a node that runs elsewhere:
 * GANGWAY_DEV_TARGET is that node's own address, and what belongs to the contract goes there as if
 * the page had come from it, so the node's checks of Host and Origin stay as they are.
 */
const target = process.env['GANGWAY_DEV_TARGET']
const toNode = target ? { target, changeOrigin: true, headers: { origin: target } } : null

export default defineConfig({
  root: join(import.meta.dirname, 'renderer'),
  base: './',
  cacheDir: join(import.meta.dirname, 'node_modules/.vite/renderer'),
  plugins: [react()],
  build: {
    outDir: join(import.meta.dirname, 'dist/renderer'),
    emptyOutDir: true,
    target: 'chrome140',
    // The page's policy knows no inline script and no data: font.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    host: '127.0.0.1',
    proxy: toNode ? { '/session': toNode, '/contract': { ...toNode, ws: true } } : {},
  },
})

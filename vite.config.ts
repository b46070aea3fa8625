import { join } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** The page. `npm run dev` (scripts/dev.js) puts its dev server in front of a node. */
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
  server: { host: '127.0.0.1' },
})

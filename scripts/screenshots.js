// @ts-check
import { mkdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { build, runnerImport } from 'vite'

/**
 * Takes the pictures of the README from the built page over made-up devices, in both themes:
 * `node scripts/screenshots.js [folder]`.
 */

const root = join(import.meta.dirname, '..')
const folder = process.argv[2] ?? join(root, 'docs/images')
const largestBytes = 150_000

/**
 * @template Module
 * @param {string} path a TypeScript file of the tests
 * @returns {Promise<Module>}
 */
async function load(path) {
  const { module } = await runnerImport(join(root, path), { root, configFile: false })
  return /** @type {Module} */ (module)
}

// First of all: loading modules makes this a development process, and React with it.
await build({ configFile: join(root, 'vite.config.ts'), logLevel: 'warn' })

/** @type {typeof import('../tests/support/fake-home.ts')} */
const { openFakeHome } = await load('tests/support/fake-home.ts')
/** @type {typeof import('../tests/support/browser.ts')} */
const { launchBrowser, visit } = await load('tests/support/browser.ts')

await mkdir(folder, { recursive: true })
const home = await openFakeHome()
const browser = await launchBrowser()
try {
  for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
    const { page } = await visit(browser, home.url, { colorScheme, timezoneId: 'UTC' })
    await page.getByRole('link', { name: 'Studio' }).waitFor()
    await page.evaluate('document.fonts.ready')
    const path = join(folder, `devices-${colorScheme}.png`)
    await page.screenshot({ path, animations: 'disabled' })
    const { size } = await stat(path)
    console.log(`${path}: ${Math.round(size / 1000)} kB`)
    if (size > largestBytes) throw new Error(`${path} is larger than ${largestBytes} bytes`)
  }
} finally {
  await browser.close()
  await home.close()
}

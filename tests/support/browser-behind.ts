import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { chromium, type Browser } from 'playwright-core'
import { findBrowser } from '../../scripts/browser.js'
import { browserEnvironment } from './browser.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** A browser on the network that `prefix` leads to, and on no other. */
export async function browserBehind(
  prefix: readonly string[],
): Promise<{ readonly browser: Browser; close(): Promise<void> }> {
  const folder = temporaryFolder()
  const wrapper = join(folder.path, 'browser')
  writeFileSync(wrapper, `#!/bin/sh\nexec ${prefix.join(' ')} ${await findBrowser()} "$@"\n`)
  chmodSync(wrapper, 0o755)
  const browser = await chromium.launch({
    executablePath: wrapper,
    args: ['--no-sandbox'],
    env: browserEnvironment,
  })
  return {
    browser,
    close: async () => {
      await browser.close()
      folder[Symbol.dispose]()
    },
  }
}

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A private folder that goes with the test: `using folder = temporaryFolder()`. */
export function temporaryFolder(within = tmpdir()): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(within, 'gangway-test-'))
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) }
}

// @ts-check
import { mkdirSync, renameSync, symlinkSync, unlinkSync } from 'node:fs'
import { workerData } from 'node:worker_threads'

/**
 * Somebody who replaces folders by links as fast as they can, for as long as the thread lives. A
 * folder that is missing is made, so that there is always something to replace.
 */

/** @type {{ targets: string[], outside: string }} */
const { targets, outside } = workerData

/** @param {() => void} step */
function attempt(step) {
  try {
    step()
  } catch {
    // The other side of the race was faster.
  }
}

for (;;) {
  for (const target of targets) {
    attempt(() => renameSync(target, `${target}.aside`))
    attempt(() => symlinkSync(outside, target))
    attempt(() => unlinkSync(target))
    attempt(() => renameSync(`${target}.aside`, target))
    attempt(() => mkdirSync(target, 0o700))
  }
}

import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { expect, test } from 'vitest'
import { Fault } from '#shared/faults.ts'
import { landLarge, landingIn, small, transferId } from '../../support/landing.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { snapshot } from '../../support/tree.ts'

const seconds = Number(process.env['GANGWAY_RACE_SECONDS'] ?? 6)

/** Folders on the way are replaced by links while thousands of files land. */
async function race(root: string, targets: readonly string[], outside: string) {
  const flipper = new Worker(new URL('../../support/flip-folders.js', import.meta.url), {
    workerData: { targets, outside },
  })
  let landed = 0
  const faults: Record<string, number> = {}
  const until = performance.now() + seconds * 1000
  try {
    for (let round = 0; performance.now() < until; round += 1) {
      const files = Array.from({ length: 100 }, (_, index) =>
        small(index, `d/e/${(round % 50) * 100 + index}`, `round ${round}`),
      )
      try {
        const landing = await landingIn(root)
        try {
          const results = await landing.landSmall(files)
          landed += results.filter(({ kind }) => kind !== 'refused').length
          await landLarge(landing, 100, `d/large-${round % 50}`, Buffer.alloc(70_000, round))
          await landing.discard()
        } finally {
          await landing.close()
        }
      } catch (error) {
        if (!(error instanceof Fault)) throw error
        faults[error.code] = (faults[error.code] ?? 0) + 1
      }
    }
  } finally {
    await flipper.terminate()
  }
  return { landed, faults }
}

test.runIf(process.platform === 'linux')(
  `safety 17: ${seconds} s of folders becoming links in mid-transfer change nothing outside`,
  { timeout: seconds * 1000 + 60_000 },
  async () => {
    // In memory a race is run far more often than on a disk that syncs.
    using folder = temporaryFolder(existsSync('/dev/shm') ? '/dev/shm' : undefined)
    const root = join(folder.path, 'root')
    const outside = join(folder.path, 'outside')
    mkdirSync(join(outside, 'e'), { recursive: true })
    mkdirSync(join(outside, transferId))
    for (const name of ['5', 'e/5', 'large-1', `${transferId}/0`]) {
      writeFileSync(join(outside, name), 'canary')
    }
    const before = snapshot(outside)
    mkdirSync(join(root, 'd/e'), { recursive: true })
    const places = ['d', 'd/e', '.gangway', `.gangway/${transferId}`]
    const { landed, faults } = await race(
      root,
      places.map((place) => join(root, place)),
      outside,
    )
    expect(snapshot(outside)).toEqual(before)
    expect(landed).toBeGreaterThan(500)
    console.log(`raced ${seconds} s: ${landed} files landed, ${JSON.stringify(faults)}`)
    rmSync(root, { recursive: true, force: true })
  },
)

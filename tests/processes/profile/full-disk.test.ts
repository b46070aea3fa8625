import { execFileSync } from 'node:child_process'
import { rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { silentLog } from '#core/base/log.ts'
import { openProfile } from '#core/keys/profile.ts'
import { openTestStore } from '../../support/profile.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const mayMount = process.platform === 'linux' && process.getuid?.() === 0

/** A disk of its own, so small that a test can fill it. */
function smallDisk(): Disposable & { readonly path: string; fill(): void; free(): void } {
  const folder = temporaryFolder()
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', folder.path])
  const ballast = join(folder.path, 'ballast')
  return {
    path: folder.path,
    fill() {
      const { bavail, bsize } = statfsSync(folder.path)
      writeFileSync(ballast, Buffer.alloc(bavail * bsize))
    },
    free: () => rmSync(ballast),
    [Symbol.dispose]() {
      execFileSync('umount', [folder.path])
      folder[Symbol.dispose]()
    },
  }
}

test.runIf(mayMount)(
  'safety 20: a full disk is told, and the store goes on when there is room',
  async () => {
    using disk = smallDisk()
    const dataDir = join(disk.path, 'profile')
    const store = await openTestStore(dataDir)
    const rows = store.collection('rows', z.string())
    await rows.put('before', 'x')
    disk.fill()
    const text = 'y'.repeat(40_000)
    await expect(rows.put('during', text)).rejects.toMatchObject({ code: 'disk.full' })
    await expect(rows.put('still', text)).rejects.toMatchObject({ code: 'disk.full' })
    disk.free()
    await rows.put('after', text)
    await store.close()

    const again = await openTestStore(dataDir)
    const ids = [...(await again.collection('rows', z.string()).all()).keys()].sort()
    expect(ids).toEqual(['after', 'before'])
    expect(again.problems).toEqual([])
    await again.close()
  },
)

test.runIf(mayMount)('a full disk keeps a start from going on, and costs nothing', async () => {
  using disk = smallDisk()
  const dataDir = join(disk.path, 'profile')
  const store = await openTestStore(dataDir)
  await store.record('settings', z.string()).set('kept')
  await store.close()
  disk.fill()
  await expect(openProfile({ dataDir, log: silentLog })).rejects.toMatchObject({
    code: 'disk.full',
  })
  for (let round = 0; round < 5; round++) {
    await expect(openTestStore(dataDir)).rejects.toMatchObject({ code: 'disk.full' })
  }
  disk.free()
  const again = await openTestStore(dataDir)
  expect(await again.record('settings', z.string()).get()).toBe('kept')
  expect(again.problems).toEqual([])
  await again.close()
})

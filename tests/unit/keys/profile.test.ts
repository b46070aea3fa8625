import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { silentLog } from '#core/base/log.ts'
import { diskFault } from '#core/keys/files.ts'
import { openProfile } from '#core/keys/profile.ts'
import { flipped } from '../../support/bytes.ts'
import { closing } from '../../support/closing.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const own = closing()

function open(dataDir: string) {
  return openProfile({ dataDir, log: silentLog })
}

test('a profile folder is made for this user only', async () => {
  using folder = temporaryFolder()
  const dataDir = join(folder.path, 'deep', 'profile')
  own(await open(dataDir))
  expect(statSync(dataDir).mode & 0o777).toBe(0o700)
  expect(statSync(join(dataDir, 'lock')).mode & 0o777).toBe(0o700)
  expect(readdirSync(dataDir)).toEqual(['lock'])
})

test('a profile in use is refused, and free again once closed', async () => {
  using folder = temporaryFolder()
  const first = await open(folder.path)
  await expect(open(folder.path)).rejects.toMatchObject({
    code: 'profile.busy',
    details: { folder: folder.path },
  })
  await first.close()
  own(await open(folder.path))
})

test('a folder that cannot be made or written is told', async () => {
  using folder = temporaryFolder()
  const file = join(folder.path, 'file')
  writeFileSync(file, '')
  symlinkSync('nowhere', join(folder.path, 'dangling'))
  for (const dataDir of [
    file,
    join(file, 'below'),
    '/proc/gangway',
    join(folder.path, 'dangling'),
  ]) {
    await expect(open(dataDir)).rejects.toMatchObject({ code: 'profile.unwritable' })
  }
})

test.each([
  ['ENOSPC', 'disk.full'],
  ['EDQUOT', 'disk.full'],
  ['EACCES', 'profile.unwritable'],
  ['EPERM', 'profile.unwritable'],
  ['EROFS', 'profile.unwritable'],
])('%s of the disk is %s', (code, fault) => {
  expect(diskFault(Object.assign(new Error(code), { code }), '/x')).toMatchObject({ code: fault })
})

test('safety 27: any damage to the lock is no reason not to start', async () => {
  using folder = temporaryFolder()
  await (await open(folder.path)).close()
  const lock = join(folder.path, 'lock')
  const files = readdirSync(lock).map((name) => join(lock, name))
  for (const file of files) {
    const whole = new Uint8Array(readFileSync(file))
    const damages = [...whole.keys()].flatMap((at) => [
      flipped(whole, at, 0xff),
      whole.subarray(0, at),
    ])
    for (const damaged of damages.filter((_, index) => index % 9 === 0)) {
      writeFileSync(file, damaged)
      const profile = await open(folder.path)
      await expect(open(folder.path)).rejects.toMatchObject({ code: 'profile.busy' })
      await profile.close()
    }
  }
  mkdirSync(join(lock, 'MANIFEST-999999'))
  writeFileSync(join(lock, 'CURRENT'), 'MANIFEST-999999\n')
  own(await open(folder.path))
})

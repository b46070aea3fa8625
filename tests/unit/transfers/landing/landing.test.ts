import {
  appendFileSync,
  chmodSync,
  closeSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { filesIn } from '../../../support/tree.ts'
import { landLarge, landingIn, pathOf, small, transferId } from '../../../support/landing.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'

const noLinks = () => {
  throw Object.assign(new Error('EPERM: no links here'), { code: 'EPERM' })
}

/** As on Linux; as where folders can only be named by their path; as on FAT. */
const ways = [
  ['by descriptor', { hold: 'descriptor' }],
  ['by path', { hold: 'path' }],
  ['by path, without links', { hold: 'path', link: noLinks }],
] as const

describe.each(ways)('landing %s', (_way, surroundings) => {
  test('a large file lands with its content, mode and time, and the staging is gone', async () => {
    using folder = temporaryFolder()
    const landing = await landingIn(folder.path, {}, surroundings)
    const bytes = Buffer.alloc(300_000, 'gangway')
    const attributes = { mode: 0o640, mtimeMs: 1_234_567_890_123.456 }
    const landed = await landLarge(landing, 7, 'a/b/large.bin', bytes, attributes)
    expect(landed).toEqual({ kind: 'landed', path: ['a', 'b', 'large.bin'] })
    await landing.discard()
    const file = join(folder.path, 'a/b/large.bin')
    expect(readFileSync(file).equals(bytes)).toBe(true)
    const { mode, mtimeMs, nlink } = statSync(file)
    expect([mode & 0o7777, nlink]).toEqual([0o640, 1])
    expect(mtimeMs).toBeCloseTo(attributes.mtimeMs, 2)
    expect(readdirSync(folder.path)).toEqual(['a'])
  })

  test('small files land together, each under its own path', async () => {
    using folder = temporaryFolder()
    const landing = await landingIn(folder.path, {}, surroundings)
    const files = Array.from({ length: 300 }, (_, index) => small(index, `d${index % 7}/${index}`))
    const landed = await landing.landSmall(files)
    await landing.discard()
    expect(landed).toEqual(files.map(({ path }) => ({ kind: 'landed', path })))
    expect(filesIn(folder.path)).toEqual(files.map(({ path }) => path.join('/')).sort())
    expect(readFileSync(join(folder.path, 'd3/10'), 'utf8')).toBe('content of d3/10')
    expect(statSync(join(folder.path, 'd3/10')).mtimeMs).toBeCloseTo(1_600_000_000_123, 2)
  })

  test('empty files, empty folders and deep paths survive, with the times of the folders', async () => {
    using folder = temporaryFolder()
    const landing = await landingIn(folder.path, {}, surroundings)
    const deep = Array.from({ length: 30 }, () => 'deep').join('/')
    const attributes = { mode: 0o750, mtimeMs: 1_000_000_000_500 }
    await landing.landSmall([small(0, 'shown/empty', ''), small(1, `${deep}/x`)])
    expect(await landLarge(landing, 2, 'none', Buffer.alloc(0))).toMatchObject({ kind: 'landed' })
    expect(await landing.folder(pathOf('hollow'), attributes)).toMatchObject({ kind: 'landed' })
    await landing.folder(pathOf('shown'), attributes)
    await landing.settle()
    await landing.discard()
    expect(statSync(join(folder.path, 'shown/empty')).size).toBe(0)
    expect(statSync(join(folder.path, 'none')).size).toBe(0)
    expect(readFileSync(join(folder.path, deep, 'x'), 'utf8')).toContain('deep')
    for (const name of ['hollow', 'shown']) {
      const { mode, mtimeMs } = statSync(join(folder.path, name))
      expect([mode & 0o7777, mtimeMs]).toEqual([0o750, attributes.mtimeMs])
    }
  })

  test('safety 17: another file of that name stays, the new one gets a number', async () => {
    using folder = temporaryFolder()
    writeFileSync(join(folder.path, 'x.txt'), 'mine')
    const landing = await landingIn(folder.path, {}, surroundings)
    const paths = [
      ...(await landing.landSmall([small(0, 'x.txt', 'one'), small(1, 'x.txt', 'two!')])),
      await landLarge(landing, 2, 'x.txt', Buffer.from('three')),
    ].map((landed) => (landed.kind === 'landed' ? landed.path.join('/') : landed.kind))
    await landing.discard()
    expect(paths).toEqual(['x (2).txt', 'x (3).txt', 'x (4).txt'])
    expect(readFileSync(join(folder.path, 'x.txt'), 'utf8')).toBe('mine')
    expect(readFileSync(join(folder.path, 'x (4).txt'), 'utf8')).toBe('three')
  })

  test('the very content is not written twice, neither at its name nor at its number', async () => {
    using folder = temporaryFolder()
    writeFileSync(join(folder.path, 'x'), 'mine')
    for (const round of ['landed', 'identical']) {
      const landing = await landingIn(folder.path, {}, surroundings)
      const [again, other] = await landing.landSmall([small(0, 'x', 'mine'), small(1, 'x', 'your')])
      expect(again).toEqual({ kind: 'identical', path: ['x'] })
      expect(other).toEqual({ kind: round, path: ['x (2)'] })
      const large = await landLarge(landing, 2, 'x', Buffer.from('your'))
      expect(large).toEqual({ kind: 'identical', path: ['x (2)'] })
      await landing.discard()
    }
    expect(readdirSync(folder.path)).toEqual(['x', 'x (2)'])
  })

  test('who chose to skip gets no second file', async () => {
    using folder = temporaryFolder()
    writeFileSync(join(folder.path, 'x'), 'mine')
    const landing = await landingIn(folder.path, { conflicts: 'skip' }, surroundings)
    expect(await landing.landSmall([small(0, 'x', 'other')])).toEqual([
      { kind: 'skipped', path: ['x'] },
    ])
    await landing.discard()
    expect(readdirSync(folder.path)).toEqual(['x'])
  })

  test('folders merge; where a file has the name, the folder gets a number', async () => {
    using folder = temporaryFolder()
    mkdirSync(join(folder.path, 'kept'))
    writeFileSync(join(folder.path, 'kept/mine'), 'mine')
    writeFileSync(join(folder.path, 'file'), 'mine')
    const landing = await landingIn(folder.path, {}, surroundings)
    const files = [small(0, 'kept/new'), small(1, 'file/a'), small(2, 'file/b')]
    await landing.landSmall(files)
    // The folder was there: its mode and time are not the sender's to set.
    const before = statSync(join(folder.path, 'kept')).mode
    const there = await landing.folder(pathOf('kept'), { mode: 0o700, mtimeMs: 0 })
    expect(there).toEqual({ kind: 'identical', path: ['kept'] })
    await landing.settle()
    await landing.discard()
    expect(statSync(join(folder.path, 'kept')).mode).toBe(before)
    const found = ['file', 'file (2)/a', 'file (2)/b', 'kept/mine', 'kept/new']
    expect(filesIn(folder.path)).toEqual(found)
  })

  test('a resume keeps what was verified, and no tail of what was written beyond', async () => {
    using folder = temporaryFolder()
    const size = 200_000
    const before = await landingIn(folder.path, {}, surroundings)
    const file = await before.begin({ index: 3, path: pathOf('x'), size }, 0)
    await file.write([Buffer.alloc(size, 'a')], 0)
    await file.sync()
    await before.close()

    const after = await landingIn(folder.path, {}, surroundings)
    const resumed = await after.begin({ index: 3, path: pathOf('x'), size: 120_000 }, 100_000)
    expect(resumed.kept).toBe(100_000)
    const prefix = Buffer.alloc(100_000)
    expect(await resumed.read(prefix, 0)).toBe(100_000)
    expect(prefix.equals(Buffer.alloc(100_000, 'a'))).toBe(true)
    // The rest is a hole: the old tail must not show through it.
    await resumed.sync()
    const done = await resumed.finish({ mode: 0o644, mtimeMs: 0 }, async () => false)
    expect(done).toMatchObject({ kind: 'landed' })
    await after.discard()
    const content = readFileSync(join(folder.path, 'x'))
    expect(content.length).toBe(120_000)
    expect(content.equals(Buffer.concat([prefix, Buffer.alloc(20_000)]))).toBe(true)
  })

  test('what was said to be verified but is not there is not kept', async () => {
    using folder = temporaryFolder()
    const landing = await landingIn(folder.path, {}, surroundings)
    const file = await landing.begin({ index: 0, path: pathOf('x'), size: 500 }, 400)
    expect(file.kept).toBe(0)
    await file.discard()
    await landing.discard()
    expect(readdirSync(folder.path)).toEqual([])
  })
})

test('safety 17: a crash between the name and the end of staging changes nothing that landed', async () => {
  using folder = temporaryFolder()
  const staging = join(folder.path, '.gangway', transferId)
  mkdirSync(staging, { recursive: true })
  for (const index of [0, 1]) {
    writeFileSync(join(staging, String(index)), 'landed already')
    linkSync(join(staging, String(index)), join(folder.path, `x${index}`))
  }
  const landing = await landingIn(folder.path)
  const large = await landing.begin({ index: 0, path: pathOf('x0'), size: 14 }, 3)
  expect(large.kept).toBe(0)
  await large.write([Buffer.from('something else')], 0)
  await landing.landSmall([small(1, 'x1', 'landed already')])
  await landing.discard()
  expect(readFileSync(join(folder.path, 'x0'), 'utf8')).toBe('landed already')
  expect(readFileSync(join(folder.path, 'x1'), 'utf8')).toBe('landed already')
  expect(readdirSync(folder.path).sort()).toEqual(['x0', 'x1'])
})

test('a staged file that has its read-only mode already can be resumed', async () => {
  using folder = temporaryFolder()
  const staging = join(folder.path, '.gangway', transferId)
  mkdirSync(staging, { recursive: true })
  writeFileSync(join(staging, '0'), 'abc')
  chmodSync(join(staging, '0'), 0o444)
  const landing = await landingIn(folder.path)
  const file = await landing.begin({ index: 0, path: pathOf('x'), size: 6 }, 3)
  expect(file.kept).toBe(3)
  await file.write([Buffer.from('def')], 3)
  await file.finish({ mode: 0o444, mtimeMs: 0 }, async () => false)
  await landing.discard()
  expect(readFileSync(join(folder.path, 'x'), 'utf8')).toBe('abcdef')
  expect(statSync(join(folder.path, 'x')).mode & 0o7777).toBe(0o444)
})

test('safety 19: the staging is for this user only while bytes arrive', async () => {
  using folder = temporaryFolder()
  mkdirSync(join(folder.path, '.gangway'), { mode: 0o755 })
  const landing = await landingIn(folder.path)
  const file = await landing.begin({ index: 5, path: pathOf('x'), size: 3 }, 0)
  await file.write([Buffer.from('abc')], 0)
  const mode = (path: string) => statSync(join(folder.path, '.gangway', path)).mode & 0o7777
  expect(mode('.')).toBe(0o700)
  expect(mode(transferId)).toBe(0o700)
  expect(mode(`${transferId}/5`)).toBe(0o600)
  expect(existsSync(join(folder.path, 'x'))).toBe(false)
  await landing.discard()
})

test('safety 18: no set-id, no sticky bit, nothing for everybody to write, none that runs', async () => {
  using folder = temporaryFolder()
  const modeOf = (name: string) => lstatSync(join(folder.path, name)).mode & 0o7777
  const landing = await landingIn(folder.path)
  await landing.landSmall([
    small(0, 'a', 'a', { mode: 0o107777 }),
    small(1, 'b', 'b', { mode: 0o4755 }),
  ])
  expect(await landLarge(landing, 2, 'c', Buffer.from('c'), { mode: 0o6777 })).toBeDefined()
  await landing.discard()
  expect(['a', 'b', 'c'].map(modeOf)).toEqual([0o664, 0o644, 0o664])
})

test.each([
  ['before 1970', -86_400_500, -86_400_500],
  ['the far past', -1e17, -(2 ** 31) * 1000],
  ['the far future', 1e17, (2 ** 31 + 3 * 2 ** 32 - 1) * 1000],
])('a time in %s is kept as far as file systems know it', async (_when, mtimeMs, expected) => {
  using folder = temporaryFolder()
  const landing = await landingIn(folder.path)
  await landing.landSmall([small(0, 'x', 'x', { mtimeMs })])
  await landing.discard()
  expect(statSync(join(folder.path, 'x')).mtimeMs).toBe(expected)
})

test('every millisecond of a time is the same millisecond on the other side', async () => {
  using folder = temporaryFolder()
  const landing = await landingIn(folder.path)
  const times = Array.from({ length: 200 }, (_, index) => 1_600_000_000_000 + index * 7)
  await landing.landSmall(times.map((mtimeMs, index) => small(index, `${index}`, 'x', { mtimeMs })))
  await landing.discard()
  const kept = times.map((_, index) => Math.floor(statSync(join(folder.path, `${index}`)).mtimeMs))
  expect(kept).toEqual(times)
})

test('a time that is no time leaves the time of arrival', async () => {
  using folder = temporaryFolder()
  const landing = await landingIn(folder.path)
  const before = Date.now() - 1000
  await landing.landSmall([small(0, 'x', 'x', { mtimeMs: Number.NaN })])
  await landing.discard()
  expect(statSync(join(folder.path, 'x')).mtimeMs).toBeGreaterThan(before)
})

test('bytes beyond 4 GiB land where they belong, and zeros take no room', async () => {
  using folder = temporaryFolder()
  const landing = await landingIn(folder.path)
  const size = 5 * 2 ** 30 + 3
  const file = await landing.begin({ index: 0, path: pathOf('sparse'), size }, 0)
  await file.write([Buffer.from('head')], 0)
  await file.write([Buffer.alloc(2 ** 20)], 2 ** 20)
  await file.write([Buffer.alloc(131_072), Buffer.from('far'), Buffer.alloc(200_000)], 2 ** 32 + 1)
  await file.sync()
  await file.finish({ mode: 0o644, mtimeMs: 0 }, async () => false)
  await landing.discard()
  const { size: found, blocks } = statSync(join(folder.path, 'sparse'))
  expect(found).toBe(size)
  expect(blocks * 512).toBeLessThan(2 ** 20)
  const fd = openSync(join(folder.path, 'sparse'), 'r')
  const there = Buffer.alloc(5)
  readSync(fd, there, 0, 5, 2 ** 32 + 1 + 131_072 - 1)
  closeSync(fd)
  expect(there.toString('latin1')).toBe('\0far\0')
})

test('zeros over bytes that were wrong are written, not left out', async () => {
  using folder = temporaryFolder()
  const landing = await landingIn(folder.path)
  const size = 300_000
  const file = await landing.begin({ index: 0, path: pathOf('x'), size }, 0)
  await file.write([Buffer.alloc(size, 'rotten')], 0)
  await file.write([Buffer.alloc(size)], 0)
  await file.finish({ mode: 0o644, mtimeMs: 0 }, async () => false)
  await landing.discard()
  expect(readFileSync(join(folder.path, 'x')).equals(Buffer.alloc(size))).toBe(true)
})

test('nothing can be written outside of the size a file was announced with', async () => {
  using folder = temporaryFolder()
  const landing = await landingIn(folder.path)
  const file = await landing.begin({ index: 0, path: pathOf('x'), size: 10 }, 0)
  await expect(file.write([Buffer.alloc(6)], 5)).rejects.toThrow(RangeError)
  await expect(file.write([Buffer.alloc(1)], -1)).rejects.toThrow(RangeError)
  await landing.discard()
})

test('a folder that somebody moves away in mid-transfer is made anew at its path', async () => {
  using folder = temporaryFolder()
  const landing = await landingIn(folder.path)
  await landing.landSmall([small(0, 'd/one')])
  renameSync(join(folder.path, 'd'), join(folder.path, 'elsewhere'))
  await landing.landSmall([small(1, 'd/two')])
  rmSync(join(folder.path, 'd'), { recursive: true })
  await landing.landSmall([small(2, 'd/three')])
  await landing.discard()
  expect(filesIn(folder.path)).toEqual(['d/three', 'elsewhere/one'])
})

test('a destination that is gone is told as such, and is not made again', async () => {
  using folder = temporaryFolder()
  const gone = { code: 'transfer.destinationGone', details: { folder: `${folder.path}/usb` } }
  await expect(landingIn(join(folder.path, 'usb'))).rejects.toMatchObject(gone)
  mkdirSync(join(folder.path, 'usb'))
  const landing = await landingIn(join(folder.path, 'usb'))
  const file = await landing.begin({ index: 9, path: pathOf('y'), size: 1 }, 0)
  rmSync(join(folder.path, 'usb'), { recursive: true })
  await expect(landing.landSmall([small(0, 'a/x')])).rejects.toMatchObject(gone)
  await expect(file.finish({ mode: 0o644, mtimeMs: 0 }, async () => false)).rejects.toMatchObject(
    gone,
  )
  await landing.close()
  expect(readdirSync(folder.path)).toEqual([])
})

test('what is left to a resume survives closing, and appending to a landed file harms nothing', async () => {
  using folder = temporaryFolder()
  const landing = await landingIn(folder.path)
  await landing.landSmall([small(0, 'done', 'done')])
  const file = await landing.begin({ index: 1, path: pathOf('half'), size: 10 }, 0)
  await file.write([Buffer.from('12345')], 0)
  await landing.close()
  appendFileSync(join(folder.path, 'done'), ' and mine')
  const again = await landingIn(folder.path)
  const resumed = await again.begin({ index: 1, path: pathOf('half'), size: 10 }, 5)
  expect(resumed.kept).toBe(5)
  await again.discard()
  expect(readFileSync(join(folder.path, 'done'), 'utf8')).toBe('done and mine')
})

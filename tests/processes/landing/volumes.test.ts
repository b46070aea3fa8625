import { readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { spaceFor } from '#core/transfers/landing/space.ts'
import { landLarge, landingIn, pathOf, small } from '../../support/landing.ts'
import { filesIn } from '../../support/tree.ts'
import {
  diskVolume,
  fatVolume,
  memoryVolume,
  type Volume,
  whyNoFat,
  whyNoVolumes,
} from '../../support/volumes.ts'

const noVolumes = whyNoVolumes()
if (noVolumes) console.log(`not run: volumes (${noVolumes})`)
const noFat = whyNoFat()
if (noFat) console.log(`not run: a file system that ignores case (${noFat})`)

const volumes: [string, (mebibytes: number) => Volume][] = [
  ['in memory', memoryVolume],
  ['on ext4', diskVolume],
]

describe.skipIf(noVolumes !== null).each(volumes)('a volume %s', (_name, open) => {
  test('safety 20: a disk that fills up in mid-file says so, loses nothing and goes on when freed', async () => {
    using volume = open(32)
    const filler = join(volume.path, 'filler')
    const { free } = await spaceFor(volume.path, 0)
    writeFileSync(filler, Buffer.alloc(free - 6 * 2 ** 20, 'f'))
    const landing = await landingIn(volume.path)
    const size = 12 * 2 ** 20
    const bytes = Buffer.alloc(size, 'gangway')
    expect((await spaceFor(volume.path, size)).enough).toBe(false)

    const file = await landing.begin({ index: 0, path: pathOf('large'), size }, 0)
    const chunk = 2 ** 20
    const write = async (from: number) => {
      for (let at = from; at < size; at += chunk) {
        await file.write([bytes.subarray(at, at + chunk)], at)
        await file.sync()
        verified = at + chunk
      }
    }
    let verified = 0
    const full = { code: 'disk.full', details: { folder: volume.path } }
    await expect(write(0)).rejects.toMatchObject(full)
    await expect(landing.landSmall([small(1, 'a/small', bytes)])).rejects.toMatchObject(full)
    expect(verified).toBeGreaterThan(2 ** 20)
    await landing.close()
    expect(filesIn(volume.path).filter((path) => !path.startsWith('lost'))).toEqual(['filler'])

    rmSync(filler)
    const again = await landingIn(volume.path)
    const rest = await again.begin({ index: 0, path: pathOf('large'), size }, verified)
    expect(rest.kept).toBe(verified)
    await rest.write([bytes.subarray(verified)], verified)
    const landed = await rest.finish({ mode: 0o644, mtimeMs: 0 }, async () => false)
    expect(landed).toEqual({ kind: 'landed', path: ['large'] })
    await again.discard()
    expect(readFileSync(join(volume.path, 'large')).equals(bytes)).toBe(true)
  })

  test('safety 16: two cases, two forms of é, ß and ss are two files each where that is so', async () => {
    using volume = open(16)
    const landing = await landingIn(volume.path)
    const names = ['Readme', 'README', 'caf\u00e9', 'cafe\u0301', 'straße', 'strasse']
    await landing.landSmall(names.map((name, index) => small(index, name)))
    await landing.discard()
    expect(filesIn(volume.path)).toEqual([...names].sort())
  })
})

test.skipIf(noVolumes !== null)(
  'a folder on another disk is passed by: what is staged could not get a name there',
  async () => {
    using inner = memoryVolume(1)
    const root = dirname(inner.path)
    const landing = await landingIn(root)
    const [landed] = await landing.landSmall([small(0, 'volume/x')])
    await landing.discard()
    expect(landed).toEqual({ kind: 'landed', path: ['volume (2)', 'x'] })
    expect(readdirSync(inner.path)).toEqual([])
  },
)

describe.skipIf(noFat !== null)('a volume with exFAT', () => {
  test('safety 16: names that are one there become two files, and no content is lost', async () => {
    using volume = fatVolume(32)
    const landing = await landingIn(volume.path)
    const names = ['Readme.txt', 'README.TXT', 'dir/x', 'DIR/X', 'stra\u00dfe', 'STRASSE']
    const contents = names.map((name) => `content of ${name}`)
    const landed = await landing.landSmall(names.map((name, index) => small(index, name)))
    const large = await landLarge(landing, 9, 'readme.TXT', Buffer.alloc(100_000, 'x'))
    await landing.discard()
    expect(large).toEqual({ kind: 'landed', path: ['readme (3).TXT'] })
    expect(landed.map((file) => file.kind)).toEqual(names.map(() => 'landed'))
    const found = landed.map((file) =>
      file.kind === 'refused' ? '' : readFileSync(join(volume.path, ...file.path), 'utf8'),
    )
    expect(found).toEqual(contents)
    expect(readFileSync(join(volume.path, 'Readme.txt'), 'utf8')).toBe(contents[0])
  })

  test('safety 15: what exFAT cannot hold is rewritten there, file by file', async () => {
    using volume = fatVolume(32)
    const landing = await landingIn(volume.path)
    const landed = await landing.landSmall([small(0, 'at 12:30.txt'), small(1, 'a?/b*/c"')])
    await landing.discard()
    expect(landed).toEqual([
      { kind: 'landed', path: ['at 12_30.txt'] },
      { kind: 'landed', path: ['a_', 'b_', 'c_'] },
    ])
  })

  test('safety 17: without hard links nothing is replaced either', async () => {
    using volume = fatVolume(32)
    writeFileSync(join(volume.path, 'x'), 'mine')
    const landing = await landingIn(volume.path)
    await landing.landSmall([small(0, 'x', 'theirs')])
    await landing.discard()
    expect(readFileSync(join(volume.path, 'x'), 'utf8')).toBe('mine')
    expect(readFileSync(join(volume.path, 'x (2)'), 'utf8')).toBe('theirs')
    expect(statSync(join(volume.path, 'x (2)')).size).toBe(6)
  })
})

import { existsSync, mkdirSync, readdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { cleanLanding } from '#core/transfers/landing/landing.ts'
import { markOfThisSystem } from '#core/transfers/landing/marks.ts'
import { spaceFor } from '#core/transfers/landing/space.ts'
import { landLarge, landingIn, small } from '../../../support/landing.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'
import { filesIn, snapshot } from '../../../support/tree.ts'

const id = (letter: string) => letter.repeat(32)

function stage(root: string, transfer: string, ...names: string[]): void {
  mkdirSync(join(root, '.gangway', transfer), { recursive: true })
  for (const name of names) writeFileSync(join(root, '.gangway', transfer, name), 'staged')
}

test('safety 19: the cleaner spares what may go on, and removes what never will', async () => {
  using folder = temporaryFolder()
  stage(folder.path, id('a'), '0', '17')
  stage(folder.path, id('b'), '0')
  const live = new Set([id('b')])
  await cleanLanding({ root: folder.path, live, untouchedSinceMs: Number.MAX_VALUE })
  expect(readdirSync(join(folder.path, '.gangway'))).toEqual([id('b')])
  expect(readdirSync(join(folder.path, '.gangway', id('b')))).toEqual(['0'])
  await cleanLanding({ root: folder.path, live: new Set(), untouchedSinceMs: Number.MAX_VALUE })
  expect(readdirSync(folder.path)).toEqual([])
})

test('safety 19: what was touched lately may be another profile receiving: it is spared', async () => {
  using folder = temporaryFolder()
  stage(folder.path, id('a'), '0')
  // Times can be set; the time of the change itself cannot.
  utimesSync(join(folder.path, '.gangway', id('a'), '0'), 1, 1)
  await cleanLanding({ root: folder.path, live: new Set(), untouchedSinceMs: Date.now() - 60_000 })
  expect(existsSync(join(folder.path, '.gangway', id('a'), '0'))).toBe(true)
})

test('safety 17: the cleaner removes nothing that is not ours, and follows no link', async () => {
  using folder = temporaryFolder()
  const root = join(folder.path, 'root')
  mkdirSync(join(folder.path, 'outside'))
  writeFileSync(join(folder.path, 'outside/0'), 'canary')
  stage(root, id('a'), 'notes.txt')
  stage(root, id('b'))
  mkdirSync(join(root, '.gangway', id('b'), '7'))
  symlinkSync(join(folder.path, 'outside'), join(root, '.gangway', id('c')))
  stage(root, id('d'))
  symlinkSync('../../../outside/0', join(root, '.gangway', id('d'), '0'))
  stage(root, 'somebody', '0')
  writeFileSync(join(root, '.gangway/readme'), 'mine')
  const before = snapshot(folder.path)
  await cleanLanding({ root, live: new Set(), untouchedSinceMs: Number.MAX_VALUE })
  expect(snapshot(folder.path)).toEqual(before)
})

test('safety 17: a cleaner that finds a link in place of its folder leaves it alone', async () => {
  using folder = temporaryFolder()
  const root = join(folder.path, 'root')
  mkdirSync(root)
  stage(join(folder.path, 'other'), id('a'), '0')
  symlinkSync('../other/.gangway', join(root, '.gangway'))
  const before = snapshot(folder.path)
  await cleanLanding({ root, live: new Set(), untouchedSinceMs: Number.MAX_VALUE })
  expect(snapshot(folder.path)).toEqual(before)
})

test('one transfer ending leaves the staging of another alone', async () => {
  using folder = temporaryFolder()
  stage(folder.path, id('e'), '0')
  const landing = await landingIn(folder.path)
  await landing.landSmall([small(0, 'x')])
  await landing.discard()
  expect(readdirSync(join(folder.path, '.gangway'))).toEqual([id('e')])
})

test('safety 20: free space is known, with something left to everybody else', async () => {
  using folder = temporaryFolder()
  const { enough, free } = await spaceFor(folder.path, 1)
  expect([enough, free > 0]).toEqual([true, true])
  expect(await spaceFor(folder.path, free * 2 + 2 ** 40)).toMatchObject({ enough: false })
  await expect(spaceFor(join(folder.path, 'gone'), 1)).rejects.toMatchObject({
    code: 'transfer.destinationGone',
  })
})

test('safety 22: files carry the mark of Windows before they get their names', async () => {
  using folder = temporaryFolder()
  const mark = markOfThisSystem('win32')
  const seen: string[] = []
  const landing = await landingIn(
    folder.path,
    {},
    {
      mark: async (staging, names) => {
        expect(filesIn(folder.path)).toHaveLength(seen.length)
        await mark?.(staging, names)
        seen.push(...names.filter((name) => existsSync(join(staging, `${name}:Zone.Identifier`))))
      },
    },
  )
  await landLarge(landing, 3, 'large', Buffer.from('x'))
  await landing.landSmall([small(4, 'a'), small(5, 'b')])
  await landing.close()
  expect(seen).toEqual(['3', '4', '5'])
})

test('safety 22, 6: files carry the quarantine of macOS, and no path gets into argv', async () => {
  const runs: unknown[][] = []
  const mark = markOfThisSystem('darwin', async (...run) => runs.push(run))
  await mark?.('/Users/me/Downloads/.gangway/x', ['7', '8'])
  const flags: unknown = expect.stringMatching(/^0081;[0-9a-f]+;Gangway;$/)
  const args = ['-w', 'com.apple.quarantine', flags, '7', '8']
  expect(runs).toEqual([['/usr/bin/xattr', args, { cwd: '/Users/me/Downloads/.gangway/x' }]])
  expect(markOfThisSystem('linux')).toBeNull()
})

test('a mark that cannot be made does not keep a file from landing', async () => {
  const mark = markOfThisSystem('darwin', () => Promise.reject(new Error('no such tool')))
  await expect(mark?.('/nowhere', ['1'])).resolves.toBeUndefined()
})

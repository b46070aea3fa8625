import { execFileSync } from 'node:child_process'
import {
  mkdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openSource } from '#core/transfers/content/source-file.ts'
import { walk, type Found } from '#core/transfers/content/walk.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'

function shown(found: readonly Found[]): string[] {
  return found.map((one) =>
    one.kind === 'left'
      ? `${one.path}: ${one.reason}`
      : `${one.entry.kind} ${one.entry.name} in ${one.entry.parent}`,
  )
}

test('a tree comes sorted, folders before what they hold, by numbers', () => {
  using folder = temporaryFolder()
  const tree = join(realpathSync(folder.path), 'tree')
  mkdirSync(join(tree, 'b/empty'), { recursive: true })
  for (const name of ['z', 'b/2', 'b/1', 'a']) writeFileSync(join(tree, name), 'x')
  expect(shown([...walk(tree, 7)])).toEqual([
    'folder tree in null',
    'file a in 7',
    'folder b in 7',
    'file 1 in 9',
    'file 2 in 9',
    'folder empty in 9',
    'file z in 7',
  ])
})

test('safety 18: links and special files are told of, neither followed nor opened', async () => {
  using folder = temporaryFolder()
  const tree = join(realpathSync(folder.path), 'tree')
  mkdirSync(tree)
  writeFileSync(join(folder.path, 'outside'), 'secret')
  symlinkSync(join(folder.path, 'outside'), join(tree, 'file-link'))
  symlinkSync(folder.path, join(tree, 'folder-link'))
  symlinkSync('nowhere', join(tree, 'dangling'))
  // Whoever opened it would wait for ever for a writer.
  execFileSync('mkfifo', [join(tree, 'fifo')])
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(join(tree, 'socket'), resolve))
  expect(shown([...walk(tree, 0)])).toEqual([
    'folder tree in null',
    'tree/dangling: link',
    'tree/fifo: special',
    'tree/file-link: link',
    'tree/folder-link: link',
    'tree/socket: special',
  ])
  for (const name of ['fifo', 'socket']) expect(openSource(join(tree, name))).toBe('special')
  expect(openSource(join(tree, 'file-link'))).toBe('link')
  expect(openSource('/dev/null')).toBe('special')
  await new Promise((resolve) => server.close(resolve))
})

test('what cannot be read or is not there is told of, and the rest is found', () => {
  using folder = temporaryFolder()
  const tree = join(realpathSync(folder.path), 'tree')
  mkdirSync(join(tree, 'gone'), { recursive: true })
  writeFileSync(join(tree, 'z'), 'x')
  const found: Found[] = []
  for (const one of walk(tree, 0)) {
    found.push(one)
    if (found.length === 1) rmSync(join(tree, 'gone'), { recursive: true })
  }
  expect(shown(found)).toEqual(['folder tree in null', 'file z in 0'])
  expect(shown([...walk(join(tree, 'nothing'), 0)])).toEqual(['nothing: vanished'])
})

test('safety 18: a folder swapped for a link in mid-walk shows nothing of where it leads', () => {
  using folder = temporaryFolder()
  const root = realpathSync(folder.path)
  const tree = join(root, 'tree')
  mkdirSync(join(tree, 'sub'), { recursive: true })
  mkdirSync(join(root, 'secret'))
  for (let n = 0; n < 400; n++) {
    writeFileSync(join(tree, 'sub', `f${n}`), '')
    writeFileSync(join(root, 'secret', `f${n}`), 'secret')
  }
  const found: Found[] = []
  for (const one of walk(tree, 0)) {
    found.push(one)
    if (found.length !== 10) continue
    renameSync(join(tree, 'sub'), join(root, 'moved'))
    symlinkSync(join(root, 'secret'), join(tree, 'sub'))
  }
  expect(found.some((one) => one.kind === 'entry' && one.entry.size > 0)).toBe(false)
  expect(found.at(-1)).toEqual({ kind: 'left', path: 'tree/sub', reason: 'changed' })
  expect(openSource(join(tree, 'sub/f1'))).toBe('changed')
})

test('safety 21: a change shows even where size and time were put back', () => {
  using folder = temporaryFolder()
  const path = join(realpathSync(folder.path), 'file')
  writeFileSync(path, 'first version')
  const { atimeMs, mtimeMs } = statSync(path)
  const file = openSource(path)
  if (typeof file === 'string') throw new Error(file)
  expect(file.isUnchanged()).toBe(true)
  writeFileSync(path, 'other version')
  truncateSync(path, 13)
  utimesSync(path, atimeMs / 1_000, mtimeMs / 1_000)
  expect(file.isUnchanged()).toBe(false)
  file.close()
})

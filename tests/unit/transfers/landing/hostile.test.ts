import { execFileSync } from 'node:child_process'
import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { safePath, type SafePath } from '#core/transfers/names.ts'
import { openPlace } from '#core/transfers/landing/place.ts'
import { openRoot } from '#core/transfers/landing/folder.ts'
import { landLarge, landingIn, pathOf, small, transferId } from '../../../support/landing.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'
import { filesIn, snapshot } from '../../../support/tree.ts'

const holds = ['descriptor', 'path'] as const

/** A destination inside of a tree that must not change, with links that lead back into it. */
function canary() {
  const folder = temporaryFolder()
  const path = (...names: string[]) => join(folder.path, ...names)
  mkdirSync(path('outside/folder'), { recursive: true })
  for (const name of ['secret', 'outside/file', 'outside/folder/x', 'outside/0', '.gangway']) {
    writeFileSync(path(name), `canary ${name}`)
  }
  mkdirSync(path('root'))
  symlinkSync('../outside', path('root/up'))
  symlinkSync(path('outside/folder'), path('root/absolute'))
  symlinkSync('../secret', path('root/file'))
  symlinkSync('nowhere', path('root/dangling'))
  symlinkSync('.', path('root/self'))
  const around = () => snapshot(folder.path).filter((line) => !/^root[/ ]|^\. /.test(line))
  return { ...folder, path, root: path('root'), around, [Symbol.dispose]: folder[Symbol.dispose] }
}

test.each(holds)(
  'safety 18: no link is followed, on the way or at the end (by %s)',
  async (hold) => {
    using tree = canary()
    const before = tree.around()
    const landing = await landingIn(tree.root, {}, { hold })
    const paths = ['up/file', 'absolute/x', 'file', 'dangling', 'dangling/x', 'self/self/y', 'up']
    await landing.landSmall(paths.map((path, index) => small(index, path, 'hostile')))
    for (const [index, path] of paths.entries()) {
      await landLarge(landing, 100 + index, path, Buffer.from('large one'))
      await landing.folder(pathOf(path), { mode: 0o700, mtimeMs: 0 })
    }
    await landing.settle()
    await landing.discard()
    expect(tree.around()).toEqual(before)
    const links = ['absolute', 'dangling', 'file', 'self', 'up']
    for (const link of links) expect(lstatSync(join(tree.root, link)).isSymbolicLink()).toBe(true)
    expect(filesIn(tree.root)).toEqual(
      expect.arrayContaining([
        'absolute (2)/x',
        'dangling (3)/x',
        'self (2)/self/y',
        'up (2)/file',
      ]),
    )
  },
)

test.each(holds)(
  'safety 18: a FIFO or a socket in the way is left alone, and none blocks (by %s)',
  async (hold) => {
    using tree = canary()
    execFileSync('mkfifo', [tree.path('root/pipe'), tree.path('root/pipes')])
    const landing = await landingIn(tree.root, {}, { hold })
    const landed = await landing.landSmall([small(0, 'pipe', ''), small(1, 'pipes/x', '')])
    await landing.discard()
    expect(landed).toEqual([
      { kind: 'landed', path: ['pipe (2)'] },
      { kind: 'landed', path: ['pipes (2)', 'x'] },
    ])
    expect(lstatSync(tree.path('root/pipe')).isFIFO()).toBe(true)
  },
)

test.each(holds)(
  'safety 17: a staging folder that is a link is not entered (by %s)',
  async (hold) => {
    using tree = canary()
    const before = tree.around()
    symlinkSync('../outside', tree.path('root/.gangway'))
    const unwritable = { code: 'transfer.destinationUnwritable' }
    await expect(landingIn(tree.root, {}, { hold })).rejects.toMatchObject(unwritable)
    expect(tree.around()).toEqual(before)
  },
)

test.each(holds)(
  'safety 17: a staging swapped for a link in mid-transfer is not written through (by %s)',
  async (hold) => {
    using tree = canary()
    const before = tree.around()
    const landing = await landingIn(tree.root, {}, { hold })
    const staging = tree.path('root/.gangway', transferId)
    renameSync(staging, tree.path('root/aside'))
    symlinkSync(tree.path('outside'), staging)
    await landing.landSmall([small(0, 'x')]).catch(() => undefined)
    await landing.discard().catch(() => undefined)
    await landing.close()
    expect(tree.around()).toEqual(before)
  },
)

test('safety 17: a link in place of a staged file is not written through', async () => {
  using tree = canary()
  const before = tree.around()
  const landing = await landingIn(tree.root)
  const staging = tree.path('root/.gangway', transferId)
  symlinkSync(tree.path('secret'), join(staging, '0'))
  linkSync(tree.path('outside/file'), join(staging, '1'))
  for (const index of [0, 1]) {
    const file = await landing.begin({ index, path: pathOf(`x${index}`), size: 4 }, 0)
    await file.write([Buffer.from('evil')], 0)
    await file.finish({ mode: 0o600, mtimeMs: 0 }, async () => false)
  }
  await landing.discard()
  expect(tree.around().map((line) => line.split(' ')[4])).toEqual(
    before.map((line) => line.split(' ')[4]),
  )
  expect(readFileSync(tree.path('root/x0'), 'utf8')).toBe('evil')
})

const nasty = fc.oneof(
  fc.constantFrom('..', '/', '\\', 'up', 'absolute', 'file', 'self', '.gangway', transferId, '0'),
  fc.constantFrom('CON', ':', '.', ' ', '\0', '\u202e', '\ud800', 'C:', '~', 'é', 'e\u0301', 'ß'),
  fc.string({ unit: 'binary', maxLength: 3 }),
)
const hostileName = fc.array(nasty, { minLength: 1, maxLength: 5 }).map((pieces) => pieces.join(''))
const hostilePath = fc.array(hostileName, { minLength: 1, maxLength: 4 })

test('safety 17: whatever names are sent, nothing outside changes and all that landed is inside', async () => {
  using tree = canary()
  const before = tree.around()
  const landing = await landingIn(tree.root)
  let index = 0
  let accepted = 0
  await fc.assert(
    fc.asyncProperty(fc.array(hostilePath, { minLength: 5, maxLength: 30 }), async (sent) => {
      const paths = sent.flatMap((parts): SafePath[] => {
        const judged = safePath(parts, 'posix')
        return judged.kind === 'safe' ? [judged.path] : []
      })
      const files = paths.map((path) => ({ ...small((index += 1), 'x', `no ${index}`), path }))
      for (const [at, landed] of (await landing.landSmall(files)).entries()) {
        accepted += 1
        if (landed.kind === 'refused') continue
        const there = join(tree.root, ...landed.path)
        expect(lstatSync(there).isFile()).toBe(true)
        expect(readFileSync(there).equals(Buffer.from(files[at]?.bytes ?? []))).toBe(true)
      }
    }),
    { numRuns: 100 },
  )
  await landing.discard()
  expect(accepted).toBeGreaterThan(300)
  expect(tree.around()).toEqual(before)
}, 20_000)

test('safety 17: a name that is taken over while it is being taken is left to whoever has it', () => {
  using tree = canary()
  writeFileSync(tree.path('root/staged'), 'ours')
  const root = openRoot(tree.root, 'path')
  const noLink = () => {
    throw Object.assign(new Error('ENOTSUP'), { code: 'ENOTSUP' })
  }
  const place = openPlace(noLink)
  writeFileSync(tree.path('root/taken'), 'theirs')
  expect(place(root, 'staged', root, 'taken')).toBe('taken')
  expect(readFileSync(tree.path('root/taken'), 'utf8')).toBe('theirs')
  expect(place(root, 'staged', root, 'free')).toBe('placed')
  expect(readFileSync(tree.path('root/free'), 'utf8')).toBe('ours')
  // The staged file is gone: the name that was taken for it is given back.
  expect(() => place(root, 'staged', root, 'never')).toThrow('ENOENT')
  expect(existsSync(tree.path('root/never'))).toBe(false)
  root.close()
  expect(readdirSync(tree.root)).not.toContain('staged')
})

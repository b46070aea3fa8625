import { mkdirSync, realpathSync, rmSync } from 'node:fs'
import { join, sep, win32 } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type NameRules, numbered, plainName, safePath } from '#core/transfers/names.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

function judged(sent: string | readonly string[], rules: NameRules = 'posix'): string {
  const result = safePath(sent, rules)
  return result.kind === 'safe' ? result.path.join('/') : `refused: ${result.reason}`
}

test.each([
  ['', 'empty'],
  ['a//b', 'empty'],
  ['a/', 'empty'],
  ['/etc/passwd', 'absolute'],
  ['//server/share', 'absolute'],
  ['\\\\server\\share', 'absolute'],
  ['\\\\?\\C:\\x', 'absolute'],
  ['\\x', 'absolute'],
  ['..', 'climbs'],
  ['.', 'climbs'],
  ['a/../b', 'climbs'],
  ['a/./b', 'climbs'],
  ['a/.. /b', 'climbs'],
  ['a\\..\\b', 'climbs'],
  ['..\\b', 'climbs'],
  ['a\\..', 'climbs'],
  ['a\\', 'separator'],
  ['a/b\\\\c', 'separator'],
  ['x\\C:\\y', 'separator'],
  ['C:', 'drive'],
  ['C:x', 'drive'],
  ['c:/x', 'drive'],
  ['C:\\x', 'drive'],
  ['a\0b', 'nul'],
  ['ab::$DATA', 'stream'],
  ['ab:c:$DATA', 'stream'],
  ['ab:$DATA. ', 'stream'],
  ['a/b::$INDEX_ALLOCATION', 'stream'],
  [Array.from({ length: 129 }, () => 'a').join('/'), 'deep'],
  [Array.from({ length: 40 }, () => 'a'.repeat(100)).join('/'), 'long'],
])('safety 14: %j is refused on every system', (sent, reason) => {
  for (const rules of ['posix', 'windows'] as const) {
    expect(judged(sent, rules)).toBe(`refused: ${reason}`)
    expect(judged(sent.split('/'), rules)).toBe(`refused: ${reason}`)
  }
})

test('safety 14: a separator inside of a part, and no parts at all, are refused', () => {
  expect(judged(['a/b'])).toBe('refused: separator')
  expect(judged(['a', '../b'])).toBe('refused: separator')
  expect(judged([])).toBe('refused: empty')
})

test.each([
  ['CON', '_CON', 'reserved'],
  ['con', '_con', 'reserved'],
  ['COM¹', '_COM¹', 'reserved'],
  ['lpt0.txt', '_lpt0.txt', 'reserved'],
  ['nul.tar.gz', '_nul.tar.gz', 'reserved'],
  ['aux .txt', '_aux .txt', 'reserved'],
  ['CONIN$', '_CONIN$', 'reserved'],
  ['a/Prn/b', 'a/_Prn/b', 'reserved'],
  ['a.', 'a_', 'ending'],
  ['a. .', 'a___', 'ending'],
  ['...', '___', 'ending'],
  [' ', '_', 'ending'],
  ['a\u0007b\u001b[2J', 'a_b_[2J', 'character'],
  ['a\u007f\u0085\u2028', 'a___', 'character'],
  ['invoice\u202Efdp.exe', 'invoice_fdp.exe', 'character'],
  ['\u2066a\u2069\u200f\u061c', '_a___', 'character'],
  ['a\ud800b', 'a_b', 'character'],
  ['.gangway', '_.gangway', 'ours'],
  ['.GANGWAY/x', '_.GANGWAY/x', 'ours'],
  ['.gang\u200dway', '_.gang\u200dway', 'ours'],
  ['GANGWA~1', '_GANGWA~1', 'ours'],
])('safety 15: %j is rewritten to %j on every system', (sent, expected, changed) => {
  for (const rules of ['posix', 'windows'] as const) {
    expect(safePath(sent, rules)).toEqual({ kind: 'safe', path: expected.split('/'), changed })
  }
})

test('safety 15: what only Windows forbids is rewritten there and kept elsewhere', () => {
  const sent = 'at 12:30/a<b>c|d?e*f"g\\h'
  expect(judged(sent, 'posix')).toBe(sent)
  expect(judged(sent, 'windows')).toBe('at 12_30/a_b_c_d_e_f_g_h')
  expect(judged('file.txt:evil.exe', 'windows')).toBe('file.txt_evil.exe')
})

test.each([
  '[draft] (final) #2 100% & more!.txt',
  'caf\u00e9',
  'cafe\u0301',
  '.bashrc',
  '..rc',
  'a..b',
  ' leading',
  'console',
  'com',
  'COM10',
  'nullify.txt',
  'a/.gangway',
  '.gangway2',
  'straße',
  '日本語',
  '👩‍👩‍👧',
  '-rf',
  '~',
  '$HOME',
  'x'.repeat(255),
])('safety 15: the legal name %j stays byte for byte', (sent) => {
  for (const rules of ['posix', 'windows'] as const) {
    expect(safePath(sent, rules)).toEqual({ kind: 'safe', path: sent.split('/'), changed: null })
  }
})

test('safety 15: a name that is too long is cut, keeps its extension and stays distinct', () => {
  const one = judged(`${'ü'.repeat(200)}1.tar.gz`)
  const two = judged(`${'ü'.repeat(200)}2.tar.gz`)
  expect(one).toMatch(/^ü+~[0-9a-f]{8}\.tar\.gz$/)
  expect(Buffer.byteLength(one)).toBeLessThanOrEqual(255)
  expect(Buffer.byteLength(one)).toBeGreaterThan(250)
  expect(one).not.toBe(two)
})

test('a number goes before the extension, however long the name is', () => {
  expect(numbered('photo.jpg', 2)).toBe('photo (2).jpg')
  expect(numbered('x.tar.gz', 3)).toBe('x (3).tar.gz')
  expect(numbered('.bashrc', 2)).toBe('.bashrc (2)')
  expect(numbered('folder', 2)).toBe('folder (2)')
  const long = numbered('日'.repeat(85), 1000)
  expect(Buffer.byteLength(long)).toBeLessThanOrEqual(255)
  expect(long.endsWith('日 (1000)')).toBe(true)
})

const nasty = fc.oneof(
  fc.constantFrom('.', '..', '/', '\\', ':', ' ', '\0', '~', 'C:', 'CON', '.gangway', '$DATA', '?'),
  fc.constantFrom('\u202e', '\ud83d', '\udc00', 'é', 'e\u0301', 'ß', '%2e', '．．', '\n', '\u200d'),
  fc.string({ unit: 'binary', maxLength: 4 }),
  fc.nat({ max: 300 }).map((length) => 'x'.repeat(length)),
)
const hostile = fc.array(nasty, { maxLength: 12 }).map((pieces) => pieces.join(''))
const parts = fc.array(hostile, { maxLength: 6 })
const sentAnyhow = fc.oneof(hostile, parts)

test('safety 14: whatever is sent, a safe path is below the root for realpath and for Windows', () => {
  using folder = temporaryFolder()
  const root = realpathSync(folder.path)
  let safe = 0
  fc.assert(
    fc.property(sentAnyhow, fc.constantFrom<NameRules>('posix', 'windows'), (sent, rules) => {
      const result = safePath(sent, rules)
      if (result.kind === 'refused') return
      safe += 1
      const { path } = result
      expect(path.length).toBeGreaterThan(0)
      for (const part of path) expect(Buffer.byteLength(part)).toBeLessThanOrEqual(255)
      // Once more changes nothing: what one device kept, the next one keeps.
      expect(safePath(path, rules)).toEqual({ kind: 'safe', path, changed: null })
      if (rules === 'windows') {
        const full = win32.resolve('C:\\root', ...path)
        expect(full).toBe(['C:\\root', ...path].join('\\'))
        return
      }
      expect(join(root, ...path)).toBe([root, ...path].join(sep))
    }),
    { numRuns: 10_000 },
  )
  expect(safe).toBeGreaterThan(1_000)
})

test('safety 14: the file system itself finds each safe path below the root', () => {
  using folder = temporaryFolder()
  const root = realpathSync(folder.path)
  fc.assert(
    fc.property(sentAnyhow, (sent) => {
      const result = safePath(sent, 'posix')
      if (result.kind === 'refused') return
      const full = [root, ...result.path].join('/')
      mkdirSync(full, { recursive: true })
      expect(realpathSync(full)).toBe(full)
      rmSync(join(root, result.path[0] ?? ''), { recursive: true })
    }),
    { numRuns: 400 },
  )
})

test('a plain name is legal on FAT below Linux and short enough for encrypted folders', () => {
  fc.assert(
    fc.property(hostile, (sent) => {
      const result = safePath([sent], 'posix')
      if (result.kind === 'refused') return
      const plain = plainName(result.path[0] ?? '')
      expect(plain).not.toMatch(/[<>:"|?*\\]/)
      expect(Buffer.byteLength(plain)).toBeLessThanOrEqual(140)
      expect(plainName(plain)).toBe(plain)
    }),
    { numRuns: 3_000 },
  )
})

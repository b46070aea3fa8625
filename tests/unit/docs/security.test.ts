import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '../../..')

/** Every numbered promise a test names, as `17 tests/….test.ts`. */
function keptByTests(): Set<string> {
  const kept = new Set<string>()
  for (const name of readdirSync(join(root, 'tests'), { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.ts') || name.startsWith('unit/docs/')) continue
    const source = readFileSync(join(root, 'tests', name), 'utf8')
    for (const [, numbers = ''] of source.matchAll(/safety (\d+(?:, \d+)*)/g)) {
      for (const number of numbers.split(', ')) kept.add(`${number} ${name}`)
    }
  }
  return kept
}

/** The same, as docs/security.md says it. */
function saidByDocument(): Set<string> {
  const said = new Set<string>()
  const table = readFileSync(join(root, 'docs/security.md'), 'utf8')
  for (const [, number, files = ''] of table.matchAll(/^\| (\d+) +\|.*\| (.*?) +\|$/gm)) {
    for (const [, file] of files.matchAll(/`([^`]+)`/g)) said.add(`${number} ${file}`)
  }
  return said
}

test('docs/security.md names exactly the tests that keep its promises', () => {
  expect([...saidByDocument()].sort()).toEqual([...keptByTests()].sort())
})

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseSync } from 'oxc-parser'
import { expect, test } from 'vitest'
import { faultTable, isFaultCode } from '#shared/faults.ts'
import { findingTable, isFound } from '#shared/findings.ts'
import { languageFor } from '#shared/languages.ts'
import { de } from '../../../renderer/text/de/de.ts'
import { en } from '../../../renderer/text/en/en.ts'

const renderer = join(import.meta.dirname, '../../../renderer')
const sources = readdirSync(renderer, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/.test(name) && !name.startsWith('text/'))
  .map((name) => ({ name, source: readFileSync(join(renderer, name), 'utf8') }))

/** Attributes whose words people see or hear. */
const spoken = new Set(['aria-label', 'aria-description', 'aria-roledescription', 'alt', 'help'])
for (const name of ['title', 'label', 'placeholder', 'detail', 'words']) spoken.add(name)

interface Node {
  readonly type: string
  readonly [key: string]: unknown
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value

function* within(value: unknown, isInFunction = false): Generator<[Node, boolean]> {
  if (Array.isArray(value)) for (const item of value) yield* within(item, isInFunction)
  if (!isNode(value)) return
  yield [value, isInFunction]
  const inside = isInFunction || /Function|MethodDefinition/.test(value.type)
  for (const part of Object.values(value)) yield* within(part, inside)
}

function wordsIn(source: string): string[] {
  return [...within(parseSync('page.tsx', source).program)].flatMap(([node]) => {
    if (node.type === 'JSXText')
      return /\p{L}/u.test(String(node['value'])) ? [String(node['value'])] : []
    if (node.type !== 'JSXAttribute' || !isNode(node['name']) || !isNode(node['value'])) return []
    const { name, value } = node
    return spoken.has(String(name['name'])) && value['type'] === 'Literal'
      ? [String(value['value'])]
      : []
  })
}

/** Read when the module is loaded, it would stay in the language of that moment. */
function readEarly(source: string): number {
  return [...within(parseSync('page.tsx', source).program)].filter(
    ([node, isInFunction]) =>
      !isInFunction &&
      node.type === 'MemberExpression' &&
      isNode(node['object']) &&
      ['text', 'formats'].includes(String(node['object']['name'])),
  ).length
}

test('every word of the screens is in the catalogue, and read when it is shown', () => {
  expect(wordsIn('const a = <p title="Ten" id="x">Hello {name}</p>')).toEqual(['Ten', 'Hello '])
  expect(readEarly('const words = text.settings; const f = () => text.app')).toBe(1)
  expect(sources.length).toBeGreaterThan(100)
  expect(
    sources.flatMap(({ name, source }) => wordsIn(source).map((words) => [name, words])),
  ).toEqual([])
  expect(sources.filter(({ source }) => readEarly(source) > 0).map(({ name }) => name)).toEqual([])
})

/** Looked up in a table by a code, of which there is a test below. */
const byTable = new Set(['.fault', '.doctor.found'])

/** A catalogue with every function called, so that what it says can be read. */
function said(part: unknown, path = ''): [string, string][] {
  if (typeof part === 'string') return [[path, part]]
  if (byTable.has(path)) return []
  if (typeof part === 'function') return [[path, String(part(['2'], ['3'], ['x']))]]
  return Object.entries(part as object).flatMap(([key, value]) => said(value, `${path}.${key}`))
}

/** Names, units and loan words are the same in both. */
const common =
  /\b(?:gangway\S*|serve|vpn|port|firewall|lan|relay|internet|o[nf]+line|laptop|desktop|server|name|version|[mg]b|ms|in)\b/giu

test('German says everything, in German, and never an empty word', () => {
  const english = new Map(said(en))
  const germans = said(de)
  expect(germans.map(([path]) => path)).toEqual([...english.keys()])
  expect(germans.filter(([, words]) => words.trim() === '')).toEqual([])
  const same = germans.filter(([path, words]) => words === english.get(path))
  expect(same.filter(([, words]) => /\p{L}{2}/u.test(words.replaceAll(common, '')))).toEqual([])
})

/** One for each that the English words name. */
function detailsIn(words: string): Record<string, string> {
  const names = [...words.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)
  return Object.fromEntries(names.map((name) => [name, `<${name}>`]))
}

test('every fault and finding has its German sentence, with no detail that is not there', () => {
  for (const code of Object.keys(faultTable).filter(isFaultCode)) {
    const details = detailsIn(faultTable[code].says)
    const sentence = de.fault({ code, details })
    expect(sentence, code).not.toMatch(/[{}?]|<problem>/)
    expect(sentence, code).not.toBe(en.fault({ code, details }))
    expect(de.doctor.found(code, details).detail).toBe(sentence.split(/(?<=\.) /)[0])
  }
  for (const [code, { detail, remedy }] of Object.entries(findingTable)) {
    if (!isFound(code)) throw new Error(code)
    const details = detailsIn(`${detail} ${remedy}`)
    const german = de.doctor.found(code, details)
    expect(german, code).not.toEqual(en.doctor.found(code, details))
    expect(german.detail + german.remedy, code).not.toMatch(/[{}?]/)
  }
})

test('a plural is what the language makes of it', () => {
  expect([0, 1, 2, 1_204].map(en.transfers.files)).toEqual([
    '0 files',
    'One file',
    '2 files',
    '1,204 files',
  ])
  expect([0, 1, 2, 1_204].map(de.transfers.files)).toEqual([
    '0 Dateien',
    'Eine Datei',
    '2 Dateien',
    '1.204 Dateien',
  ])
})

test('a person gets the language chosen, else the first of the computer that is spoken', () => {
  expect(languageFor('de', ['en-GB'])).toBe('de')
  expect(languageFor('system', ['fr-FR', 'de-AT', 'en-GB'])).toBe('de')
  expect(languageFor('system', ['fr-FR'])).toBe('en')
})

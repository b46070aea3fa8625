import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { faultTable } from '#shared/faults.ts'
import { messageAlpn } from '#core/messages/messages.ts'
import { introductionLength } from '#core/pairing/introduction.ts'
import { probeAlpn } from '#core/probe/probes.ts'
import { shareLength } from '#core/pairing/key-schedule.ts'
import { pairingAlpn } from '#core/pairing/wire.ts'
import { maxPayloadBytes } from '#core/sessions/secure-channel.ts'
import { holds, receiverCodes, senderCodes, wishes } from '#core/transfers/content/encode.ts'
import { reasons } from '#core/transfers/content/reasons.ts'
import { transferAlpn } from '#core/transfers/transfer-alpn.ts'
import control from '../../vectors/control-1.json' with { type: 'json' }

/** What docs/protocol.md says in tables is what the code says: whoever changes one changes both. */

const core = 'electron/core'
const paper = readFileSync('docs/protocol.md', 'utf8')

/** The cells below the head of the first table behind a heading. */
function table(heading: string): string[][] {
  const behind = paper.split(`\n${heading}\n`)[1]
  if (behind === undefined) throw new Error(`there is no heading "${heading}"`)
  const lines = behind.split('\n')
  const start = lines.findIndex((line) => line.startsWith('|'))
  const length = lines.slice(start).findIndex((line) => !line.startsWith('|'))
  return lines.slice(start + 2, start + length).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('`', '')),
  )
}

function cellsOf(row: readonly string[]): [string, string, string] {
  const [first = '', second = '', third = ''] = row
  return [first, second, third]
}

/** `0 a, 1 b, …` behind a word. */
function numbered(name: string): (readonly [number, string])[] {
  const line = new RegExp(`^- ${name}: (.*)\\.$`, 'm').exec(paper)?.[1] ?? ''
  return line.split(', ').map((item) => {
    const [number = '', text = ''] = item.replaceAll('`', '').split(' ')
    return [Number(number), text]
  })
}

function numbersOf(list: readonly (string | null)[]) {
  return list.map((name, number) => [number, name ?? 'none'])
}

/** The number a constant or a field is given in a file: sums of products of powers. */
function numberIn(file: string, name: string): number {
  const source = readFileSync(join(core, file), 'utf8')
  const number = String.raw`((?:\w+ \+ )?\d[\d_]*(?: \*{1,2} \d[\d_]*)*)(?=[\n,}]| \}| as const)`
  const given =
    new RegExp(`const ${name} = ${number}`).exec(source) ??
    new RegExp(`\\b${name}: ${number}`).exec(source)
  const [, text] = given ?? []
  if (text === undefined) throw new Error(`${file} gives no number to ${name}`)
  // What is added to another constant is told alone.
  return product(text.replace(/^[a-z]\w* \+ /, ''))
}

function product(text: string): number {
  const factors = text.replaceAll('_', '').split(/ \* /)
  return factors
    .map((factor) => factor.split(' ** ').map(Number))
    .reduce((whole, [base = 0, power = 1]) => whole * base ** power, 1)
}

function sources(folder: string): string[] {
  const entries = readdirSync(join(core, folder), { recursive: true, encoding: 'utf8' })
  return entries
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(core, folder, name), 'utf8'))
}

describe('docs/protocol.md', () => {
  test('tells every close code', () => {
    const told = table('## Close codes').map(([code, name]) => [name, Number(code)])
    const ours = Object.entries(faultTable).map(([name, { wire }]) => [name, wire])
    expect(Object.fromEntries(told)).toEqual(Object.fromEntries(ours))
    expect(told).toHaveLength(ours.length)
  })

  test('tells every protocol', () => {
    const told = table('### Protocols').map(([alpn]) => alpn)
    expect(told).toEqual([pairingAlpn, messageAlpn, transferAlpn, probeAlpn, 'gangway/lane/1'])
    expect(sources('transfers/lanes/quic').join('')).toContain("alpn: Alpn = 'gangway/lane/1'")
  })

  test.each(table('## Limits').map(cellsOf))('%s: %s', (_, value, place) => {
    const [file = '', name = ''] = place.split(' ')
    expect(numberIn(file, name)).toBe(Number(value))
  })

  test('tells every label', () => {
    const rooms = [
      'discovery',
      'devices',
      'pairing',
      'sessions',
      'messages',
      'transfers',
      'private-network',
    ]
    const code = rooms.flatMap(sources).join('\n')
    const whole = [...code.matchAll(/'(gangway\/[a-z]+\/1(?:\/[a-z]+)?)'/g)].map(([, text]) => text)
    const pairing = [...code.matchAll(/\b(?:label\(|tag\(prk, )'([a-z0-9-]+)'/g)].map(
      ([, name]) => `${pairingAlpn}/${name}`,
    )
    const alpns = new Set(table('### Protocols').map(([alpn]) => alpn))
    const labels = [...whole, ...pairing].filter((label) => !alpns.has(label))
    const told = table('## Labels').map(([label]) => label)
    expect(new Set(told)).toEqual(new Set(labels))
  })

  test('tells the numbers of the content protocol', () => {
    const codes = (heading: string) =>
      Object.fromEntries(table(heading).map(([code, name]) => [name, Number(code)]))
    expect(codes('### Sender messages')).toEqual(senderCodes)
    expect(codes('### Receiver messages')).toEqual(receiverCodes)
    expect(numbered('Wishes')).toEqual(numbersOf(wishes))
    expect(numbered('Holds')).toEqual(numbersOf(holds))
    expect(numbered('Reasons')).toEqual(numbersOf(reasons))
  })

  test('tells every type of transfers, each of which has a vector', () => {
    const told = table('## Transfers: control').flatMap(([types = '']) => types.split(', '))
    expect(new Set(told)).toEqual(new Set(control.transfer.map(({ message }) => message.type)))
  })

  test('lists every vector', () => {
    const listed = [...paper.matchAll(/^- `tests\/vectors\/([^`]+)`/gm)].map(([, name]) => name)
    const files = readdirSync('tests/vectors').filter((name) => name.endsWith('.json'))
    expect(new Set(listed)).toEqual(new Set(files))
  })

  test('tells how long messages are', () => {
    const overhead = 64 + 64 + 16
    const { least, most } = introductionLength
    expect(paper).toContain(`${overhead + least} to ${overhead + most}`)
    expect(table('### Messages')).toContainEqual(['M3, M4', `${shareLength}`])
    expect(paper).toContain(`up to ${maxPayloadBytes.toLocaleString('en')} bytes`)
  })
})

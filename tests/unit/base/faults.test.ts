import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { Fault, faultCodeOfWire, faultTable, isFaultCode, type FaultCode } from '#shared/faults.ts'
import { sourceFiles } from '../../../scripts/boundaries.js'

const codes = Object.keys(faultTable) as FaultCode[]

describe('the fault table', () => {
  test.each(codes)('%s: a sentence of what happened, then what to do', (code) => {
    const sentences = faultTable[code].says.split(/(?<=\.) (?=[A-Z])/)
    expect(sentences.length).toBeGreaterThanOrEqual(2)
    expect(faultTable[code].says).not.toMatch(/[!]|error|exception|invalid|null/i)
  })

  test('wire codes are unique and find their way back', () => {
    expect(new Set(codes.map((code) => faultTable[code].wire)).size).toBe(codes.length)
    for (const code of codes) expect(faultCodeOfWire(faultTable[code].wire)).toBe(code)
    expect(faultCodeOfWire(9_999)).toBe('peer.closed')
  })

  test('every code is thrown or shown somewhere', () => {
    const source = [...sourceFiles()]
      .filter(([path]) => path !== 'shared/faults.ts')
      .map(([, text]) => text)
      .concat(readFileSync('shared/faults.ts', 'utf8').split('export type FaultCode')[1] ?? '')
      .join('\n')
    expect(codes.filter((code) => !source.includes(`'${code}'`))).toEqual([])
  })

  test('details fill the sentence; inherited names are no codes', () => {
    expect(new Fault('profile.unwritable', { folder: '/data' }).message).toContain(
      'write to /data.',
    )
    expect(isFaultCode('toString')).toBe(false)
  })

  test('a bug keeps its cause and says nothing of it', () => {
    const bug = new Error('detail')
    expect(Fault.of(bug)).toMatchObject({ code: 'internal', cause: bug })
    expect(Fault.of(bug).message).not.toContain('detail')
  })
})

import { expect, test } from 'vitest'
import { crowdedOut } from '#core/base/crowded-out.ts'

const rows = (text: string) => text.split(' ').filter(Boolean)
const gone = (text: string, limit: number) =>
  crowdedOut(rows(text), limit, (row) => row.slice(0, 1)).join(' ')

test('as long as there is room, nothing goes', () => {
  expect(gone('', 2)).toBe('')
  expect(gone('a1 b1', 2)).toBe('')
})

test('of one owner the oldest go', () => {
  expect(gone('a1 a2 a3 a4', 2)).toBe('a1 a2')
})

test('safety 9: whoever has most loses the oldest, and others lose nothing to them', () => {
  expect(gone('b1 a1 a2 a3 a4', 3)).toBe('a1 a2')
  expect(gone('b1 b2 a1 a2 a3 a4', 3)).toBe('a1 a2 b1')
})

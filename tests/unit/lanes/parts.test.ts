import { expect, it } from 'vitest'
import { joined, lengthOf, slice } from '#core/transfers/lanes/parts.ts'

const parts = ['abc', '', 'd', 'efgh'].map((text) => Buffer.from(text))

it('slices pieces anywhere as if they were one', () => {
  const whole = 'abcdefgh'
  for (let start = 0; start <= whole.length; start++) {
    for (let end = start; end <= whole.length; end++) {
      expect(Buffer.from(joined(slice(parts, start, end))).toString()).toBe(whole.slice(start, end))
    }
    expect(lengthOf(slice(parts, start))).toBe(whole.length - start)
  }
})

it('copies nothing where there is one piece', () => {
  const [only] = slice(parts, 4)
  expect(joined([Buffer.from('x')]).length).toBe(1)
  expect(only?.buffer).toBe(parts[3]?.buffer)
})

import { expect, test } from 'vitest'
import { collectGarbage } from '#core/base/collect-garbage.ts'
import { Marks } from '#core/transfers/marks.ts'

test('each name has the number it was given last, and nobody else', () => {
  const marks = new Marks()
  const numbers = [-1, -2, 0, 2 ** 52 - 1]
  for (let n = 0; n < 20_000; n++) marks.set(`folder/file ${n}`, numbers[n % 4] ?? 0)
  for (let n = 0; n < 20_000; n += 2) marks.set(`folder/file ${n}`, n)
  for (let n = 0; n < 20_000; n++) {
    expect(marks.get(`folder/file ${n}`)).toBe(n % 2 === 0 ? n : numbers[n % 4])
  }
  expect(marks.get('folder/file 20000')).toBeUndefined()
})

test('safety 12: what was told of a million files takes little memory', async () => {
  await collectGarbage()
  const before = process.memoryUsage()
  const marks = new Marks()
  for (let n = 0; n < 200_000; n++) marks.set(`a folder/of many/file ${n}.txt`, n)
  // What it outgrew goes a turn later.
  await collectGarbage()
  await collectGarbage()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  const used = heapUsed - before.heapUsed + arrayBuffers - before.arrayBuffers
  expect(used / 200_000).toBeLessThan(70)
  expect(marks.get('a folder/of many/file 7.txt')).toBe(7)
})

import { expect, it } from 'vitest'
import { Promptness } from '#core/base/promptness.ts'

function watched() {
  let now = 0
  const promptness = new Promptness(() => now)
  const takes = (milliseconds: number) =>
    promptness.watch(1024 * 1024, () => {
      now += milliseconds
      return 7
    })
  return { promptness, takes }
}

it('a file that has to be waited for three times in a row is left to other threads', () => {
  const { promptness, takes } = watched()
  takes(20)
  takes(20)
  expect(promptness.isPrompt).toBe(true)
  takes(20)
  expect(promptness.isPrompt).toBe(false)
})

it('an interruption now and then does not count', () => {
  const { promptness, takes } = watched()
  for (const milliseconds of [20, 20, 0.2, 20, 20, 0.2]) expect(takes(milliseconds)).toBe(7)
  expect(promptness.isPrompt).toBe(true)
})

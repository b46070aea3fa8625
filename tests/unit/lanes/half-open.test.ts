import { expect, it } from 'vitest'
import { HalfOpen } from '#core/transfers/lanes/tcp/half-open.ts'

function crowd(halfOpen: HalfOpen) {
  const dropped: string[] = []
  return {
    dropped,
    enter: (name: string, origin: string) => halfOpen.enter(origin, () => dropped.push(name)),
  }
}

it('safety 9: drops the longest silent of an origin that has too many', () => {
  const { dropped, enter } = crowd(new HalfOpen())
  enter('neighbour', 'b')
  for (let at = 0; at < 18; at++) enter(`a${at}`, 'a')
  expect(dropped).toEqual(['a0', 'a1'])
})

it('safety 9: drops the longest silent of all when there are too many', () => {
  const { dropped, enter } = crowd(new HalfOpen())
  for (let at = 0; at < 70; at++) enter(`n${at}`, `origin ${at}`)
  expect(dropped).toEqual(['n0', 'n1', 'n2', 'n3', 'n4', 'n5'])
})

it('forgets who left, and drops all in the end', () => {
  const halfOpen = new HalfOpen()
  const { dropped, enter } = crowd(halfOpen)
  for (let at = 0; at < 200; at++) enter(`gone${at}`, 'a')()
  enter('left', 'a')
  halfOpen.dropAll()
  expect(dropped).toEqual(['left'])
})

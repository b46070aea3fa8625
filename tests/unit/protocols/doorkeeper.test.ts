import { expect, it } from 'vitest'
import { Doorkeeper } from '#core/protocols/doorkeeper.ts'

const limits = { handshakes: 8, handshakesPerOrigin: 3, handshakesUnproved: 2 }
const enter = (door: Doorkeeper, origin: string, proved: boolean) => {
  const welcome = door.enter({ origin, proved })
  return typeof welcome === 'string' ? welcome : 'in'
}

it('safety 9: asks for proof of origin once the unproved seats are taken, whoever asks', () => {
  const door = new Doorkeeper(limits)
  const leave = door.enter({ origin: 'a', proved: false })
  expect(enter(door, 'b', false)).toBe('in')
  expect(enter(door, 'c', false)).toBe('prove')
  if (typeof leave === 'function') leave()
  expect(enter(door, 'c', false)).toBe('in')
})

it('safety 9: keeps each proved origin to its own seats, and all of them to theirs', () => {
  const door = new Doorkeeper(limits)
  for (const origin of ['a', 'a', 'a', 'b', 'b', 'b']) expect(enter(door, origin, true)).toBe('in')
  expect(enter(door, 'c', true)).toBe('full')
  expect(enter(new Doorkeeper({ ...limits, handshakesPerOrigin: 0 }), 'a', true)).toBe('full')
  expect(enter(door, 'c', false)).toBe('in')
})

it('safety 9: what is unproved counts against no origin', () => {
  const door = new Doorkeeper(limits)
  for (let n = 0; n < 5; n++) enter(door, 'home', false)
  expect(enter(door, 'home', true)).toBe('in')
  expect(enter(door, 'home', true)).toBe('in')
  expect(enter(door, 'home', true)).toBe('in')
  expect(enter(door, 'home', true)).toBe('full')
})

import { expect, test } from 'vitest'
import { Awake } from '#core/transfers/awake.ts'
import { keepAwake } from '../../../electron/shell/power.ts'

test('the computer is kept awake once while anything moves, and let go when nothing does', () => {
  const noted: string[] = []
  const awake = new Awake(() => {
    noted.push('awake')
    return () => void noted.push('asleep')
  })
  for (const count of [0, 1, 3, 1, 0, 0, 2]) awake.moving(count)
  expect(noted).toEqual(['awake', 'asleep', 'awake'])
  awake.close()
  awake.close()
  expect(noted).toEqual(['awake', 'asleep', 'awake', 'asleep'])
})

test('where nobody can keep it awake, that is no reason to fail', () => {
  const awake = new Awake(undefined)
  awake.moving(1)
  expect(() => awake.close()).not.toThrow()
})

test('the desktop keeps the computer awake, not its display', () => {
  const noted: unknown[] = []
  const release = keepAwake({
    start: (type) => {
      noted.push(type)
      return 7
    },
    stop: (id) => {
      noted.push(id)
      return true
    },
  })
  release()
  expect(noted).toEqual(['prevent-app-suspension', 7])
})

import { describe, expect, test } from 'vitest'
import { tokenIn } from '../../../renderer/bridge/socket.ts'
import { inOrder, nearbyDetail, sharedNames } from '../../../renderer/devices/names.ts'
import { scopeOf } from '../../../renderer/devices/scope.ts'
import { deviceHref, routeOf } from '../../../renderer/route.ts'
import { sinceWords } from '../../../renderer/text/times.ts'
import { fakeId, fakeNearby } from '../../support/fake-devices.ts'

describe('an address', () => {
  test.each([
    ['127.0.0.1:1', 'here'],
    ['[::1]:1', 'here'],
    ['10.1.2.3:1', 'network'],
    ['172.16.0.1:1', 'network'],
    ['172.31.255.1:1', 'network'],
    ['192.168.1.2:1', 'network'],
    ['169.254.1.1:1', 'network'],
    ['100.64.0.1:1', 'network'],
    ['100.127.0.1:1', 'network'],
    ['[fe80::1%eth0]:1', 'network'],
    ['[fd00::1]:1', 'network'],
    ['172.15.0.1:1', 'internet'],
    ['172.32.0.1:1', 'internet'],
    ['100.63.0.1:1', 'internet'],
    ['100.128.0.1:1', 'internet'],
    ['203.0.113.9:1', 'internet'],
    ['[2001:db8::1]:1', 'internet'],
  ])('%s leads to: %s', (address, scope) => {
    expect(scopeOf(address)).toBe(scope)
  })
})

describe('the fragment of the page', () => {
  test('is a place in the app or a token, never both', () => {
    for (const hash of ['', '#/', '#/here', deviceHref(fakeId(1))]) expect(tokenIn(hash)).toBeNull()
    expect(tokenIn('#abc_DEF-123')).toBe('abc_DEF-123')
    expect(routeOf('#abc_DEF-123')).toEqual({ page: 'home' })
  })

  test('names a device by its id or nothing at all', () => {
    expect(routeOf(deviceHref(fakeId(7)))).toEqual({ page: 'device', id: fakeId(7) })
    expect(routeOf('#/here')).toEqual({ page: 'here' })
    for (const hash of ['#/device/', '#/device/../x', `#/device/${fakeId(7)}0`, '#/nowhere']) {
      expect(routeOf(hash)).toEqual({ page: 'home' })
    }
  })
})

describe('the list of nearby devices', () => {
  const late = fakeNearby(1, { since: 200, name: 'Twin' })
  const early = fakeNearby(9, { since: 100, name: 'Twin' })
  const alone = fakeNearby(5, { since: 150, name: 'Alone' })

  test('keeps the order in which they came', () => {
    const known = new Map([late, early, alone].map((device) => [device.id, device]))
    expect(inOrder(known)).toEqual([early, alone, late])
  })

  test('says the short id where a name does not tell apart', () => {
    const ambiguous = sharedNames([late, early, alone])
    expect(nearbyDetail(late, ambiguous, 0)).toMatch(/^00000000 · /)
    expect(nearbyDetail(alone, ambiguous, 0)).toMatch(/^Not paired · /)
  })
})

test('a time of today is a time, an earlier one a day', () => {
  const noon = new Date(2026, 2, 12, 12).getTime()
  expect(sinceWords(noon - 3_600_000, noon)).toMatch(/11.00/)
  expect(sinceWords(noon - 86_400_000, noon)).toMatch(/11/)
  expect(sinceWords(noon - 86_400_000, noon)).not.toMatch(/:/)
})

import { expect, test } from 'vitest'
import { isDeviceId, type DeviceId } from '#shared/ids.ts'
import { didOf, fingerprintOf } from '#core/devices/identity.ts'
import { fakeId } from '../../support/fake-devices.ts'

function id(hex: string): DeviceId {
  if (!isDeviceId(hex)) throw new Error('not an id')
  return hex
}

test('did:key is that of the specification’s vector', () => {
  const key = id('3b6a27bcceb6a42d62a3a8d02a6f0d73653215771de243a63ac048a18b59da29')
  expect(didOf(key)).toBe('did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp')
})

test('a fingerprint is four words, the same each time, and another for another key', () => {
  const words = fingerprintOf(fakeId(1)).split(' · ')
  expect(words).toHaveLength(4)
  expect(fingerprintOf(fakeId(1))).toBe(fingerprintOf(fakeId(1)))
  const all = new Set(Array.from({ length: 200 }, (_, n) => fingerprintOf(fakeId(n))))
  expect(all.size).toBe(200)
})

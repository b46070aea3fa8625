import { expect, test } from 'vitest'
import { isDeviceId } from '#shared/ids.ts'
import { publicKeyOf } from '#core/crypto/ed25519.ts'
import { didOf, fingerprintOf } from '#core/devices/identity.ts'
import { fromHex, toHex } from '../support/bytes.ts'
import vectors from './identity-1.json' with { type: 'json' }

test.each(vectors.devices)('the device with the key $key', ({ key, id, did, fingerprint }) => {
  expect(toHex(publicKeyOf(fromHex(key)))).toBe(id)
  if (!isDeviceId(id)) throw new Error('not an id')
  expect(didOf(id)).toBe(did)
  expect(fingerprintOf(id)).toBe(fingerprint)
})

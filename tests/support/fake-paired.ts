import type { PairedDevice } from '#shared/devices.ts'
import { fakeId } from './fake-devices.ts'

/** The n-th paired device of a test; what it calls itself is what it is called. */
export function fakePaired(n: number, { name = `Device ${n}` } = {}): PairedDevice {
  return {
    id: fakeId(n),
    name,
    ownName: name,
    note: '',
    kind: 'laptop',
    os: 'Linux',
    version: '0.0.0',
    trust: 'known',
    fingerprint: 'abandon · ability · able · about',
    did: 'did:key:z6Mk',
    addresses: [],
    pairedAt: Date.UTC(2026, 0, 1),
    lastSeen: null,
    status: null,
    state: 'paired',
  }
}

import type { DeviceStatus, PairedDevice, Presence } from '#shared/devices.ts'
import { fakeId } from './fake-devices.ts'

type Facts = Omit<PairedDevice, 'state' | 'path' | 'reason'>

/** The n-th paired device of a test; what it calls itself is what it is called. */
export function fakePaired(
  n: number,
  { name = `Device ${n}`, ...rest }: Partial<Facts> = {},
  presence: Presence = { state: 'paired' },
): PairedDevice {
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
    ...rest,
    ...presence,
  }
}

/** Connected, with nothing under way. */
export function idleOver(kind: 'lan' | 'direct' | 'relay' = 'lan', rttMs: number | null = 1.2) {
  return { state: 'idle', path: { kind, address: '192.0.2.8:41000', rttMs } } as const
}

export function fakeStatus(rest: Partial<DeviceStatus> = {}): DeviceStatus {
  return {
    at: Date.now() - 3 * 60_000,
    seq: 1,
    name: 'Studio',
    version: '0.1.0',
    uptimeSeconds: 3 * 3_600 + 20 * 60,
    power: 'mains',
    freeBytes: 214e9,
    load: 0.4,
    transfers: 0,
    ...rest,
  }
}

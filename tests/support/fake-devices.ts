import { isDeviceId, type DeviceId } from '#shared/ids.ts'
import type { NearbyDevice, Settings, ThisDevice } from '#shared/model.ts'

/** The n-th id of a test; never a real key. */
export function fakeId(n: number): DeviceId {
  const id = n.toString(16).padStart(64, '0')
  if (!isDeviceId(id)) throw new Error('not an id')
  return id
}

export function fakeDevice(
  settings: Partial<Settings> = {},
  rest: Partial<ThisDevice> = {},
): ThisDevice {
  return {
    id: fakeId(0xa11ce),
    fingerprint: 'maple · orbit · velvet · stone',
    kind: 'laptop',
    os: 'Linux',
    version: '0.0.0',
    settings: {
      name: 'Laptop',
      language: 'system',
      welcomed: true,
      visible: false,
      lanOnly: true,
      routerPort: true,
      relay: null,
      statusMinutes: 5,
      downloads: '/home/ada/Downloads',
      caps: { all: null, devices: {} },
      acceptRules: {},
      ...settings,
    },
    endpoint: { addresses: ['192.0.2.7:41234'], relay: null },
    reach: 'lan',
    keyProtection: 'key-file',
    privateNetwork: null,
    startedAt: Date.UTC(2026, 0, 1),
    problems: [],
    ...rest,
  }
}

export const fakeNetwork = { fingerprint: 'ember · harbor · pilot', given: false }
export const fakeNetworkKey = `gwnet1${'qpzry9x8'.repeat(7)}qq`

export function fakeNearby(n: number, rest: Partial<NearbyDevice> = {}): NearbyDevice {
  return {
    id: fakeId(n),
    name: `Device ${n}`,
    kind: 'laptop',
    addresses: [`192.0.2.${n % 250}:4000`],
    via: 'lan',
    since: Date.UTC(2026, 0, 1) + n,
    ...rest,
  }
}

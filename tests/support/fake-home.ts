import { fakeApi } from './fake-api.ts'
import { fakeDevice, fakeId, fakeNearby } from './fake-devices.ts'
import { openFakePage } from './fake-page.ts'
import { fakePaired, fakeStatus } from './fake-paired.ts'

/** The page as somebody's home would show it, for pictures. */
export async function openFakeHome() {
  const today = new Date()
  today.setUTCHours(10, 42, 0, 0)
  const at = (minutes: number) => today.getTime() + minutes * 60_000
  const fake = fakeApi()
  fake.device.set(
    fakeDevice(
      { name: 'Laptop', visible: true, lanOnly: false },
      {
        os: 'Linux',
        version: '0.1.0',
        startedAt: at(-71),
        reach: 'relay',
        keyProtection: 'keychain',
        endpoint: {
          addresses: ['192.168.1.20:41641', '[fe80::5054:ff:fe12:3456]:41641'],
          relay: 'euw1-1.relay.n0.iroh.link',
        },
      },
    ),
  )
  fake.devices.put(
    fakePaired(
      0x51,
      {
        name: 'Studio',
        kind: 'desktop',
        version: '0.1.0',
        fingerprint: 'harbor · cloth · ginger · swift',
        did: `did:key:z6Mk${fakeId(0x51).slice(20)}`,
        addresses: ['192.168.1.31:41641', '[fe80::5054:ff:fe31:7a20]:41641'],
        lastSeen: Date.now(),
        pairedAt: Date.UTC(2026, 2, 12),
        status: fakeStatus(),
      },
      {
        state: 'idle',
        path: { kind: 'lan', address: '192.168.1.31:41641', rttMs: 1 },
      },
    ),
  )
  fake.devices.put(
    fakePaired(
      0x52,
      { name: 'Work laptop', os: 'macOS', lastSeen: Date.now() },
      { state: 'idle', path: { kind: 'direct', address: '203.0.113.9:52011', rttMs: 24 } },
    ),
  )
  fake.devices.put(
    fakePaired(
      0x53,
      { name: 'Attic server', kind: 'server', trust: 'trusted', lastSeen: at(-120) },
      { state: 'disconnected', reason: 'away' },
    ),
  )
  fake.nearby.put(fakeNearby(0x54, { name: 'Another laptop', since: at(0) }))
  return Object.assign(await openFakePage(fake.api), { fake })
}

import { fakeApi } from './fake-api.ts'
import { fakeDevice, fakeNearby } from './fake-devices.ts'
import { openFakePage } from './fake-page.ts'

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
  fake.nearby.put(
    fakeNearby(0x51, {
      name: 'Studio',
      kind: 'desktop',
      since: at(0),
      addresses: ['192.168.1.31:41641'],
    }),
  )
  fake.nearby.put(fakeNearby(0x52, { name: 'Work laptop', since: at(4) }))
  fake.nearby.put(fakeNearby(0x53, { name: 'Attic server', kind: 'server', since: at(9) }))
  return openFakePage(fake.api)
}

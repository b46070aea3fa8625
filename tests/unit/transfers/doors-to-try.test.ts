import type { NetworkInterfaceInfo } from 'node:os'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Doors } from '#core/transfers/control.ts'
import { doorsToTry, relayToTry } from '#core/transfers/doors-to-try.ts'
import { fakeId } from '../../support/fake-devices.ts'

function info(address: string): NetworkInterfaceInfo {
  const family = address.includes(':') ? 'IPv6' : 'IPv4'
  return {
    address,
    family,
    internal: false,
    netmask: '',
    mac: '',
    cidr: null,
  } as NetworkInterfaceInfo
}

const here = { lo: [info('127.0.0.1'), info('::1')], eth0: [info('10.0.0.5'), info('2001:db8::5')] }
const far = '10.0.0.9:50000'
const tcp = (...addresses: string[]): Doors => ({ kind: 'tcp', addresses })
const tried = (session: string | null, ...addresses: string[]) =>
  doorsToTry(tcp(...addresses), session, here).addresses

const within = ['127.0.0.1:9000', '127.8.8.8:9000', '[::1]:9000', '10.0.0.5:9000']
const mapped = ['[::ffff:127.0.0.1]:9000', '[::ffff:7f00:1]:9000', '[::ffff:10.0.0.9]:9000']
const nobody = [
  '0.0.0.0:9000',
  '255.255.255.255:9000',
  '224.0.0.1:9000',
  '[::]:9000',
  '[0:0:0:0:0:0:0:0]:9000',
  '[ff02::1]:9000',
  '[fe80::1]:9000',
  '[fe80::1%eth0]:9000',
  '169.254.169.254:9000',
]

describe('safety 9: where a device may send this one', () => {
  test('not to itself, however that is written, unless the session stays within it', () => {
    expect(
      tried(far, ...within, ...mapped, '[0:0:0:0:0:0:0:1]:9000', '[2001:DB8:0::5]:9000'),
    ).toEqual([])
    expect(tried(null, ...within)).toEqual([])
    expect(tried('127.0.0.1:4000', ...within)).toHaveLength(4)
    expect(tried('10.0.0.5:4000', '10.0.0.5:9000')).toHaveLength(1)
  })

  test('not to everybody, nor to whom only this end could find', () => {
    expect(tried(far, ...nobody)).toEqual([])
    expect(tried('127.0.0.1:4000', ...nobody)).toEqual([])
  })

  test('not to the services of others', () => {
    expect(tried(far, '10.0.0.1:22', '10.0.0.1:80', '10.0.0.1:1023')).toEqual([])
    expect(tried(far, '10.0.0.1:1024')).toHaveLength(1)
  })

  test('first to where the session goes', () => {
    expect(tried(far, '192.168.1.1:9000', '10.0.0.9:9000', '203.0.113.7:9000')).toEqual([
      '10.0.0.9:9000',
      '192.168.1.1:9000',
      '203.0.113.7:9000',
    ])
  })

  test('by quic neither', () => {
    const doors = {
      kind: 'quic',
      id: fakeId(1),
      relay: null,
      addresses: [...within, ...nobody],
    } as const
    const { addresses } = doorsToTry({ ...doors, addresses: [...doors.addresses] }, far, here)
    expect(addresses).toEqual([])
  })

  test('whatever it says, never within this computer', () => {
    const host = fc.oneof(
      fc.ipV4Extended(),
      fc.ipV6().map((text) => `[${text}]`),
      fc.string(),
    )
    fc.assert(
      fc.property(fc.array(host), fc.constantFrom(far, null, '[fd00::9]:1'), (hosts, session) => {
        for (const address of tried(session, ...hosts.map((text) => `${text}:9000`))) {
          const { hostname } = new URL(`http://${address}`)
          expect(hostname).not.toMatch(
            /^(?:127\.|0\.|\[::1?\]|\[::ffff:|10\.0\.0\.5$|\[2001:db8::5\])/,
          )
        }
      }),
      { examples: [[['127.1', '0x7f.1', '2130706433', '[::1]', '[::ffff:7f00:1]'], far]] },
    )
  })
})

test.each<[string | null, string | null, boolean]>([
  [null, null, false],
  ['https://relay.example/', null, true],
  ['http://relay.example:3340', 'http://relay.example:3340/', true],
  ['http://relay.example:3340', null, false],
  ['http://127.0.0.1:631/', null, false],
  ['http://169.254.169.254/', 'https://relay.example', false],
  ['ws://relay.example', null, false],
  ['file:///etc/passwd', null, false],
  ['relay.example', null, false],
])('safety 9: the relay %s, where ours is %s, is gone to: %s', (named, own, isTried) => {
  expect(relayToTry(named, own)).toBe(isTried ? named : null)
})

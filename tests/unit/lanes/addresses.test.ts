import type { NetworkInterfaceInfo } from 'node:os'
import { expect, it } from 'vitest'
import { dialledAddresses, offeredAddresses } from '#core/transfers/lanes/tcp/addresses.ts'

function info(address: string, internal = false): NetworkInterfaceInfo {
  const family = address.includes(':') ? 'IPv6' : 'IPv4'
  return { address, family, internal, netmask: '', mac: '', cidr: null } as NetworkInterfaceInfo
}

it('offers what another device can dial', () => {
  const interfaces = {
    lo: [info('127.0.0.1', true), info('::1', true)],
    eth0: [info('192.168.7.4'), info('fe80::1'), info('2001:db8::4')],
    wlan0: [info('169.254.9.9')],
  }
  expect(offeredAddresses(700, interfaces)).toEqual(['192.168.7.4:700', '[2001:db8::4]:700'])
})

it('offers loopback where there is no network at all', () => {
  expect(offeredAddresses(700, { lo: [info('127.0.0.1', true)] })).toEqual(['127.0.0.1:700'])
})

it('dials the LAN first, and nothing beyond it where that is the choice', () => {
  const offered = ['203.0.113.9:5', '[2001:db8::4]:6', '10.1.2.3:7', '10.1.2.3:7']
  expect(dialledAddresses(offered, false).map(({ host }) => host)).toEqual([
    '10.1.2.3',
    '203.0.113.9',
    '2001:db8::4',
  ])
  expect(dialledAddresses(offered, true)).toEqual([{ host: '10.1.2.3', port: 7 }])
})

it('dials neither everybody nor nonsense, and only so many', () => {
  const nonsense = ['0.0.0.0:5', '[::]:5', '224.0.0.1:5', '255.255.255.255:5', '[ff02::1]:5']
  const malformed = [
    'host.example:5',
    '10.0.0.1',
    '10.0.0.1:0',
    '10.0.0.1:70000',
    '[10.0.0.1:5',
    '',
  ]
  expect(dialledAddresses([...nonsense, ...malformed, '[fe80::1]:5'], false)).toEqual([])
  const many = Array.from({ length: 500 }, (_, at) => `10.0.${at >> 8}.${at & 255}:5`)
  expect(dialledAddresses(many, false)).toHaveLength(16)
})

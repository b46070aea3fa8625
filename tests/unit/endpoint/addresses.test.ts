import type { NetworkInterfaceInfo } from 'node:os'
import { describe, expect, it } from 'vitest'
import { dialable, isLanAddress } from '#core/endpoint/addresses.ts'

const common = { mac: '00:00:00:00:00:00', internal: false } as const
const six = { ...common, family: 'IPv6', netmask: 'ffff:ffff:ffff:ffff::' } as const
const interfaces: NodeJS.Dict<NetworkInterfaceInfo[]> = {
  eth0: [
    { ...common, family: 'IPv4', address: '198.51.100.7', netmask: '', cidr: '198.51.100.7/24' },
    { ...six, address: '2001:db8:1::7', cidr: '2001:db8:1::7/64', scopeid: 0 },
    { ...six, address: 'fe80::7', cidr: 'fe80::7/64', scopeid: 3 },
  ],
  tun0: [{ ...common, family: 'IPv4', address: '5.5.5.5', netmask: '', cidr: '5.5.5.5/1' }],
}

describe('an address is on the LAN', () => {
  it.each([
    '10.1.2.3:1',
    '127.0.0.1:1',
    '169.254.1.1:1',
    '172.16.0.1:1',
    '172.31.255.255:1',
    '192.168.1.1:65535',
    '[::1]:1',
    '[fd00::1]:1',
    '[fe80::1]:1',
    '[fe80::1%eth0]:1',
    '198.51.100.200:1',
    '[2001:db8:1::99]:1',
  ])('%s', (address) => {
    expect(isLanAddress(address, interfaces)).toBe(true)
  })

  it.each([
    '8.8.8.8:1',
    '172.32.0.1:1',
    '192.169.0.1:1',
    '100.64.0.1:1',
    '198.51.101.1:1',
    '[2001:db8:2::1]:1',
    '5.5.5.6:1',
    '192.168.1.1',
    'relay.example:1',
    'https://relay.example/',
    '',
  ])('but not %s', (address) => {
    expect(isLanAddress(address, interfaces)).toBe(false)
  })
})

describe('an address as the binding takes it', () => {
  it.each([
    ['192.168.1.1:80', '192.168.1.1:80'],
    ['[fd00::1]:80', '[fd00::1]:80'],
    ['[fe80::1%eth0]:80', '[fe80::1%3]:80'],
    ['[fe80::1%2]:80', '[fe80::1%2]:80'],
    ['[fe80::1%gone]:80', null],
    ['192.168.1.1:0', null],
    ['192.168.1.1:65536', null],
    ['[192.168.1.1]:80', null],
    ['256.1.1.1:80', null],
    ['somewhere:80', null],
    ['::1:80', null],
    ['', null],
  ])('%s → %s', (address, expected) => {
    expect(dialable(address, interfaces)).toBe(expected)
  })
})

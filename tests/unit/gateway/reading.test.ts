import { describe, expect, test } from 'vitest'
import { systemClock } from '#core/base/clock.ts'
import {
  gatewayInLinux,
  gatewayInMac,
  gatewayInWindows,
  systemGateway,
} from '#core/gateway/default-gateway.ts'
import { isPublic } from '#core/gateway/outside-address.ts'
import { readLocation } from '#core/gateway/upnp/search.ts'
import { servicesIn } from '#core/gateway/upnp/upnp.ts'
import { elementsOf, textOf } from '#core/gateway/upnp/xml.ts'
import { rootDescription } from '../../support/fake-router.ts'

describe('which router a system uses', () => {
  const head =
    'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n'
  const lan = 'lan0\t0001A8C0\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0\n'

  test.each([
    ['the default route', 'lan0\t00000000\t0101A8C0\t0003\t0\t0\t100\t00000000', '192.168.1.1'],
    [
      'the nearest of two',
      [
        'w\t00000000\t010200C0\t0003\t0\t0\t600\t00000000',
        'l\t00000000\t010000C0\t0003\t0\t0\t100\t00000000',
      ].join('\n'),
      '192.0.0.1',
    ],
    [
      'a tunnel before it',
      [
        't\t00000000\t00000000\t0001\t0\t0\t50\t00000000',
        'l\t00000000\t0101A8C0\t0003\t0\t0\t100\t00000000',
      ].join('\n'),
      null,
    ],
    ['none', '', null],
    ['garbage', 'l\t00000000\tXYZ\t0003\t0\t0\t0\t00000000', null],
  ])('Linux: %s', (_, rows, gateway) => {
    expect(gatewayInLinux(head + lan + rows)).toBe(gateway)
  })

  test('macOS', () => {
    const printed = [
      '   route to: default',
      'destination: default',
      '       mask: default',
      '    gateway: 192.168.1.1',
      '  interface: en0',
    ]
    expect(gatewayInMac(printed.join('\n'))).toBe('192.168.1.1')
    expect(gatewayInMac(printed.join('\n').replace('192.168.1.1', 'link#21'))).toBeNull()
    expect(gatewayInMac('route: writing to routing socket: not in table')).toBeNull()
  })

  test('Windows, in any language', () => {
    const printed = [
      'IPv4-Routentabelle',
      'Aktive Routen:',
      '     Netzwerkziel    Netzwerkmaske          Gateway    Schnittstelle Metrik',
      '          0.0.0.0          0.0.0.0      192.168.2.1     192.168.2.50     55',
      '          0.0.0.0          0.0.0.0      192.168.1.1     192.168.1.50     25',
      'Ständige Routen:',
      '  Netzwerkadresse          Netzmaske  Gatewayadresse  Metrik',
      '          0.0.0.0          0.0.0.0         10.9.9.9       1',
    ]
    expect(gatewayInWindows(printed.join('\r\n'))).toBe('192.168.1.1')
    const tunnel = printed.join('\r\n').replace('192.168.1.1 ', 'Auf Verbindung')
    expect(gatewayInWindows(tunnel)).toBeNull()
    expect(gatewayInWindows('')).toBeNull()
  })

  test('a system nobody wrote this for: unknown', async () => {
    expect(await systemGateway(systemClock, 'freebsd')(new AbortController().signal)).toBeNull()
  })
})

test('addresses that lead nowhere from outside', () => {
  const nowhere = ['10.1.2.3', '172.31.255.255', '192.168.0.1', '100.64.0.1', '100.127.9.9']
  const never = ['127.0.0.1', '169.254.1.1', '0.0.0.0', '192.0.0.8', '224.0.0.1', '255.255.255.255']
  for (const host of [...nowhere, ...never, '2001:db8::1', 'router', '']) {
    expect(isPublic(host), host).toBe(false)
  }
  for (const host of ['100.63.255.255', '100.128.0.1', '172.32.0.1', '11.0.0.1', '203.0.113.9']) {
    expect(isPublic(host), host).toBe(true)
  }
})

describe('what routers write', () => {
  const router = {
    address: '192.168.1.1',
    port: 5351,
    clock: systemClock,
    signal: new AbortController().signal,
  }
  const location = new URL('http://192.168.1.1:5000/root.xml')
  const controlIn = (text: string) =>
    servicesIn(text, location, router).map(({ control }) => control.href)

  test('elements by their names, whatever their prefix', () => {
    const xml = '<a:b x="1">one</a:b><b>two &lt;&amp;&#x41;&gt;</b><bb>no</bb><b/><b />'
    expect(elementsOf(xml, 'b')).toEqual(['one', 'two &lt;&amp;&#x41;&gt;', '', ''])
    expect(textOf(xml, 'b')).toBe('one')
    expect(textOf('<b>two &lt;&amp;&#x41;&gt;</b>', 'b')).toBe('two <&&#x41;>')
    expect(textOf('<b><c/></b>', 'b')).toBeNull()
    expect(elementsOf('<b>open', 'b')).toEqual([])
  })

  test('safety 8: a document with types or entities of its own is none; a long one costs no time', () => {
    const bomb = '<!DOCTYPE x [<!ENTITY a "aaaa">]><b>&a;</b>'
    expect(elementsOf(bomb, 'b')).toEqual([])
    const began = performance.now()
    for (const piece of ['<b>', '<b ', '<b><c>', '</b>', '<x:', '<service>', '&amp;', '<!--']) {
      elementsOf(piece.repeat(65_536 / piece.length), 'b')
      servicesIn(piece.repeat(65_536 / piece.length), location, router)
    }
    expect(performance.now() - began).toBeLessThan(1_000)
  })

  test('the service that opens ports, found among others', () => {
    expect(controlIn(rootDescription)).toEqual(['http://192.168.1.1:5000/control?unit=1&x=2'])
    const based = rootDescription.replace(
      '<device>',
      '<URLBase>http://192.168.1.1:49152/</URLBase><device>',
    )
    expect(controlIn(based)).toEqual(['http://192.168.1.1:49152/control?unit=1&x=2'])
  })

  test.each([
    'http://192.168.1.2/control',
    'https://192.168.1.1/control',
    'http://user@192.168.1.1/control',
    'http://router.example/control',
    '//203.0.113.5/control',
    'file:///etc/passwd',
    'http://[::1]/control',
  ])('safety 9: a control address that is not the router itself is not called: %s', (url) => {
    expect(
      controlIn(rootDescription.replace(/<controlURL>\/control[^<]*/, `<controlURL>${url}`)),
    ).toEqual([])
    const based = rootDescription.replace('<device>', `<URLBase>${url}</URLBase><device>`)
    expect(controlIn(based).every((href) => href.startsWith('http://192.168.1.1'))).toBe(true)
  })

  test('answers to a search', () => {
    const st = 'ST: urn:schemas-upnp-org:device:InternetGatewayDevice:1'
    const answer = (...lines: readonly string[]) =>
      readLocation(Buffer.from([...lines, '', ''].join('\r\n')))
    expect(answer('HTTP/1.1 200 OK', 'Location:http://192.168.1.1/x', st)).toBe(
      'http://192.168.1.1/x',
    )
    expect(answer('HTTP/1.1 200 OK', st)).toBeNull()
    expect(
      answer('HTTP/1.1 200 OK', 'LOCATION: http://192.168.1.1/x', 'ST: upnp:rootdevice'),
    ).toBeNull()
    expect(answer('NOTIFY * HTTP/1.1', 'LOCATION: http://192.168.1.1/x', st)).toBeNull()
    expect(
      answer('HTTP/1.1 200 OK', 'LOCATION: http://192.168.1.1/x', st, 'x'.repeat(2_048)),
    ).toBeNull()
  })
})

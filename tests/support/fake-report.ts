import type { DoctorReport } from '#shared/devices.ts'
import { fakeId } from './fake-devices.ts'

/** One of each verdict, a device that is reached and one that is not. */
export const fakeReport: DoctorReport = {
  at: Date.UTC(2026, 0, 1),
  version: '0.0.0',
  checks: [
    {
      id: 'network',
      title: 'Network',
      verdict: 'good',
      code: 'network.local',
      details: { names: 'lan0' },
      detail: 'Connected (lan0) with an address of a local network.',
      remedy: null,
    },
    {
      id: 'vpn',
      title: 'VPN',
      verdict: 'notice',
      code: 'vpn.on',
      details: { names: 'tun0' },
      detail: 'A VPN seems to be on (tun0).',
      remedy: 'Allow access to the local network in the settings of the VPN.',
    },
    {
      id: 'endpoint',
      title: 'Port',
      verdict: 'bad',
      code: 'endpoint.unavailable',
      details: { port: 4001 },
      detail: 'Gangway could not open a network port.',
      remedy: 'Check that a network is connected, then try again.',
    },
  ],
  links: [
    {
      id: fakeId(1),
      name: 'Studio',
      path: { kind: 'lan', address: '192.0.2.8:41000', rttMs: 1.5 },
      congestionWindow: 12_000,
      lostPackets: 1,
      sentPackets: 250,
      mtu: 1_440,
      relay: null,
    },
    {
      id: fakeId(2),
      name: 'Cabin',
      path: null,
      congestionWindow: null,
      lostPackets: null,
      sentPackets: null,
      mtu: null,
      relay: null,
    },
  ],
}

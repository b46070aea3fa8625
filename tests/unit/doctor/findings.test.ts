import { findingTable } from '#shared/findings.ts'
import { describe, expect, test } from 'vitest'
import { Cell } from '#core/base/state.ts'
import { runDoctor } from '#core/doctor/doctor.ts'
import type { DoctorParts } from '#core/doctor/parts.ts'
import type { DoctorCheck } from '#shared/devices.ts'
import { Fault, isFaultCode } from '#shared/faults.ts'
import type { KeyProtection } from '#shared/model.ts'
import { fakeDevice } from '../../support/fake-devices.ts'
import {
  healthyParts,
  networkOf,
  nic,
  online,
  reportOf,
  withProblem,
  withoutStudio,
  type Bent,
} from '../../support/fake-doctor.ts'

const never = () => new Promise<never>(() => {})
const mib = 1024 ** 2
const lateMs = 5_000

const hearing = (others: number, own: number) => ({
  hearing: () => ({ interfaces: ['lan0'], minutes: 5, others, own }),
})
const alone = hearing(0, 4)
const nothingOpen = {
  endpoint: { addresses: [], relay: null },
  ports: { v4: null, v6: null },
}
const unavailable = new Fault('endpoint.unavailable', { port: 'any' }).toRecord()
const deaf = {
  discoveryProblems: new Cell<DoctorParts['discoveryProblems']['value']>([
    new Fault('discovery.unavailable', { problem: 'EACCES' }).toRecord(),
  ]),
}
const protectedBy = (keyProtection: KeyProtection) => ({
  device: new Cell(fakeDevice({}, { keyProtection })),
})
const on = (...interfaces: readonly (readonly [string, string])[]) => ({
  interfaces: () => Object.fromEntries(interfaces.map(([name, ip]) => [name, nic(ip)])),
})
const printing = (which: string, text: string) => ({
  output: async (command: string) => (command === which ? text : null),
})
const ufw = { textOf: async () => '# x\nENABLED=yes\n' }
const nftDrops = 'chain input { type filter hook input priority filter; policy drop; }'
const inNetwork = {
  device: new Cell(fakeDevice({}, { privateNetwork: { fingerprint: 'a · b · c', given: false } })),
}
const relay = 'https://relay.example/'

/** What is bent, which check notices, and what it says. */
type Row = readonly [string, Bent, string, DoctorCheck['verdict'], RegExp]

const network: readonly Row[] = [
  ['no network', { system: on(['lo', '127.0.0.1']) }, 'network', 'bad', /no network.*Wi-Fi/],
  ['no address', { system: on(['lan0', '169.254.3.4']) }, 'network', 'notice', /no address was/],
  ['public', { system: on(['wan0', '203.0.113.9']) }, 'network', 'good', /public addresses only/],
  ['a VPN', { system: on(['utun4', '10.8.0.2']) }, 'vpn', 'notice', /utun4/],
  ['no UDP', { system: { hearsItself: async () => false } }, 'udp', 'bad', /No UDP packet/],
  [
    'packets that vanish at one address',
    { system: { hearsItself: (to) => (to === '127.0.0.1' ? never() : Promise.resolve(true)) } },
    'udp',
    'notice',
    /to 127\.0\.0\.1 do not arrive/,
  ],
]

const reach: readonly Row[] = [
  [
    'no port',
    { parts: networkOf({ ...nothingOpen, problem: unavailable }) },
    'endpoint',
    'bad',
    /could not open a network port\. .*try again/,
  ],
  ['a port to come', { parts: networkOf(nothingOpen) }, 'endpoint', 'notice', /at the moment/],
  [
    'IPv6 alone',
    { parts: networkOf({ ports: { v4: null, v6: 7 } }) },
    'endpoint',
    'notice',
    /no IPv4 port/,
  ],
  ['ears shut', { parts: deaf }, 'discovery', 'bad', /EACCES.*5353/],
  ['nobody nearby', { parts: alone }, 'discovery', 'notice', /no other device/],
  ['not even itself', { parts: hearing(0, 0) }, 'discovery', 'notice', /not even this.*5353/],
  ['LAN only', {}, 'relay', 'good', /“This network only” .* is on/],
  [
    'LAN only and a device that is not here',
    { parts: withoutStudio('away') },
    'relay',
    'notice',
    /Not here now: Studio\. If one of them is on another network, it cannot be reached/,
  ],
  [
    'LAN only and one that is, and silent',
    { parts: withoutStudio('away', true) },
    'relay',
    'good',
    /nowhere else/,
  ],
  [
    'LAN only and one that is closed',
    { parts: withoutStudio('closed') },
    'relay',
    'good',
    /nowhere else/,
  ],
  ['no private network', {}, 'private', 'good', /in none/],
  ['a private network', { parts: inNetwork }, 'private', 'good', /in one/],
  [
    'a device in a private network',
    { parts: withoutStudio('elsewhere') },
    'private',
    'notice',
    /not talking to this device: Studio\..*join it here/,
  ],
  [
    'a device outside the private network',
    { parts: { ...inNetwork, ...withoutStudio('elsewhere') } },
    'private',
    'notice',
    /not talking to this device: Studio\..*Join this network there too/,
  ],
  ['no relay', { parts: online(null) }, 'relay', 'notice', /No relay can be reached/],
  ['own relay away', { parts: online(null, relay) }, 'relay', 'bad', /chosen in the settings/],
  [
    'a relay that went away',
    { parts: online(relay), system: { answers: never } },
    'relay',
    'notice',
    /does not answer now/,
  ],
  ['a relay', { parts: online(relay) }, 'relay', 'good', /relay\.example answers/],
  [
    'relay only',
    { parts: { ...online(relay), forceRelay: true } },
    'relay',
    'notice',
    /--force-relay/,
  ],
]

const routerSays = (facts: Awaited<ReturnType<DoctorParts['lookAtRouter']>>): Bent => ({
  parts: { lookAtRouter: async () => facts },
})
const speaking = { state: 'speaks', protocol: 'UPnP' } as const

const router: readonly Row[] = [
  ['not to be asked', routerSays({ state: 'off' }), 'router', 'good', /Not asked/],
  ['nobody knows it', routerSays({ state: 'unknown' }), 'router', 'good', /does not say which/],
  ['mute', routerSays({ state: 'silent' }), 'router', 'notice', /opens no ports.*allow UPnP/],
  ['opens', routerSays({ ...speaking, isPublic: true }), 'router', 'good', /asked \(UPnP\)/],
  ['opens, it seems', routerSays({ ...speaking, isPublic: null }), 'router', 'good', /\(UPnP\)/],
  ['behind another', routerSays({ ...speaking, isPublic: false }), 'router', 'notice', /behind/],
  ['hangs', { parts: { lookAtRouter: never } }, 'router', 'notice', /could not be looked at/],
]

const firewall: readonly Row[] = [
  [
    'ufw',
    { system: ufw, parts: alone },
    'firewall',
    'notice',
    /sudo ufw allow proto udp from 192\.168\.7\.0\/24/,
  ],
  ['ufw off', { system: { textOf: async () => 'ENABLED=no' } }, 'firewall', 'good', /No firewall/],
  [
    'firewalld',
    { system: printing('firewall-cmd', 'running\n'), parts: alone },
    'firewall',
    'notice',
    /firewall-cmd --permanent .*192\.168\.7\.0\/24/,
  ],
  [
    'nftables',
    { system: printing('nft', nftDrops), parts: alone },
    'firewall',
    'notice',
    /ip saddr 192\.168\.7\.0\/24/,
  ],
  ['one others are heard through', { system: ufw }, 'firewall', 'good', /heard through it/],
  [
    'Windows',
    { system: { platform: 'win32' }, parts: alone },
    'firewall',
    'notice',
    /Windows Security/,
  ],
  ['macOS', { system: { platform: 'darwin' }, parts: alone }, 'firewall', 'notice', /Local Net/],
  ['Windows, heard', { system: { platform: 'win32' } }, 'firewall', 'good', /lets them through/],
]

const clocks: readonly Row[] = [
  [
    'a clock put back',
    { system: { profileWrittenAt: async () => Date.UTC(2026, 5, 2) } },
    'clock',
    'notice',
    /put back/,
  ],
  [
    'behind another',
    { parts: { clockAheadMs: () => 180_000 } },
    'clock',
    'notice',
    /this computer is 3 min behind that of Studio/,
  ],
  [
    'ahead of another',
    { parts: { clockAheadMs: () => -86_400_000 } },
    'clock',
    'notice',
    /Studio is 24 h behind that of this computer/,
  ],
  ['near enough', { parts: { clockAheadMs: () => -59_000 } }, 'clock', 'good', /are there \(1\)/],
  ['nobody to ask', { parts: { clockAheadMs: () => null } }, 'clock', 'good', /no paired device/],
]

const computer: readonly Row[] = [
  ['a full disk', { system: { freeBytes: async () => 3 * mib } }, 'disk', 'bad', /^3 MB free/],
  ['nearly full', { system: { freeBytes: async () => 900 * mib } }, 'disk', 'notice', /^943 MB/],
  ['a key in a file', { parts: protectedBy('key-file') }, 'key', 'notice', /only this user/],
  ['an open key', { parts: protectedBy('unprotected') }, 'key', 'notice', /^Unprotected/],
  ['a passphrase', { parts: protectedBy('passphrase') }, 'key', 'good', /passphrase/],
  ['data set aside', { parts: withProblem('store.damaged') }, 'store', 'bad', /started afresh/],
  ['data lost', { parts: withProblem('store.incomplete') }, 'store', 'bad', /Part of the saved/],
  ['data put back', { parts: withProblem('store.restored') }, 'store', 'notice', /is missing/],
  ['too busy', { system: { stallWithin: async () => 700 } }, 'load', 'notice', /up to 700 ms/],
]

describe('what Doctor finds', () => {
  test('nothing, where all is well', async () => {
    const { checks } = await reportOf()
    expect(checks.filter(({ verdict }) => verdict !== 'good')).toEqual([])
    expect(checks.map(({ id }) => id)).toEqual([
      'network',
      'vpn',
      'udp',
      'endpoint',
      'discovery',
      'relay',
      'private',
      'router',
      'firewall',
      'clock',
      'disk',
      'key',
      'store',
      'load',
    ])
  })

  test('no code of a finding is that of a fault, which would speak in its place', () => {
    expect(Object.keys(findingTable).filter((code) => isFaultCode(code))).toEqual([])
  })

  test.each([...network, ...reach, ...router, ...firewall, ...clocks, ...computer])(
    '%s',
    async (_, bent, id, verdict, words) => {
      const found = (await reportOf(bent)).checks.find((check) => check.id === id)
      if (!found) throw new Error(`nobody looked at ${id}`)
      expect(found.verdict).toBe(verdict)
      expect(`${found.detail} ${found.remedy ?? ''}`).toMatch(words)
      if (verdict === 'bad') expect(found.remedy).not.toBeNull()
    },
  )

  test('a clock years off', async () => {
    const parts = healthyParts()
    parts.clock.jump(-5 * 365 * 86_400_000)
    const running = runDoctor(parts, new AbortController().signal)
    await parts.clock.advance(lateMs)
    const found = (await running).checks.find(({ id }) => id === 'clock')
    expect(found).toMatchObject({ verdict: 'bad', detail: expect.stringContaining('years') })
  })

  test('a relay that is reached while Doctor looks', async () => {
    const parts = healthyParts({}, online(null))
    const running = runDoctor(parts, new AbortController().signal)
    await parts.clock.advance(1_000)
    const { endpoint, ...rest } = parts.network.value
    parts.network.set({ ...rest, endpoint: { ...endpoint, relay: 'https://relay.example/' } })
    await parts.clock.advance(0)
    expect((await running).checks.find(({ id }) => id === 'relay')?.verdict).toBe('good')
  })
})

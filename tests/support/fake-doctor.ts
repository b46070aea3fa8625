import type { NetworkInterfaceInfo } from 'node:os'
import { silentLog } from '#core/base/log.ts'
import { Cell } from '#core/base/state.ts'
import { runDoctor } from '#core/doctor/doctor.ts'
import type { DoctorParts } from '#core/doctor/parts.ts'
import type { System } from '#core/doctor/system.ts'
import { doctorReportSchema, type DoctorReport } from '#shared/devices.ts'
import { Fault } from '#shared/faults.ts'
import { FakeClock } from './fake-clock.ts'
import { fakeDevice, fakeId } from './fake-devices.ts'

const gib = 1024 ** 3

/** An interface with one IPv4 address. */
export function nic(address: string, prefix = 24): NetworkInterfaceInfo[] {
  const cidr = `${address}/${prefix}`
  const netmask = '255.255.255.0'
  const mac = '00:00:5e:00:53:01'
  return [{ address, cidr, netmask, mac, family: 'IPv4', internal: address.startsWith('127.') }]
}

/** A computer on which everything is as it should be, but for what the test bends. */
export function healthyParts(
  system: Partial<System> = {},
  parts: Partial<DoctorParts> = {},
): DoctorParts & { readonly clock: FakeClock } {
  const clock = new FakeClock(Date.UTC(2026, 5, 1))
  const network = {
    endpoint: { addresses: ['192.168.7.5:4001', '127.0.0.1:4001'], relay: null },
    ports: { v4: 4001, v6: 4002 },
    problem: null,
  }
  return {
    log: silentLog,
    device: new Cell(fakeDevice({}, { keyProtection: 'keychain' })),
    network: new Cell<DoctorParts['network']['value']>(network),
    forceRelay: false,
    hearing: () => ({ interfaces: ['lan0'], minutes: 5, others: 3, own: 9 }),
    lookAtRouter: async () => ({ state: 'speaks', protocol: 'PCP', isPublic: true }),
    discoveryProblems: new Cell<DoctorParts['discoveryProblems']['value']>([]),
    devices: () => [{ id: fakeId(1), name: 'Studio', ...hereAndIdle }],
    isNearby: () => false,
    pathTo: () => null,
    clockAheadMs: () => 0,
    ...parts,
    clock,
    system: {
      platform: 'linux',
      interfaces: () => ({ lo: nic('127.0.0.1', 8), lan0: nic('192.168.7.5') }),
      hearsItself: async () => true,
      answers: async () => true,
      freeBytes: async () => 100 * gib,
      profileWrittenAt: async () => clock.now(),
      textOf: async () => null,
      output: async () => null,
      stallWithin: async () => 4,
      ...system,
    },
  }
}

const hereAndIdle = { state: 'idle', path: null } as const

/** The one paired device of that computer, and why it is not there. */
export function withoutStudio(reason: 'away' | 'closed' | 'elsewhere', isNearby = false) {
  const studio = { id: fakeId(1), name: 'Studio', state: 'disconnected', reason } as const
  return { devices: () => [studio], isNearby: () => isNearby }
}

export interface Bent {
  readonly system?: Partial<System>
  readonly parts?: Partial<DoctorParts>
}

const longestMs = 5_000

/** Runs Doctor to its end, letting as much time pass as it may take at most. */
export async function reportOf({ system, parts }: Bent = {}): Promise<DoctorReport> {
  const bent = healthyParts(system, parts)
  const running = runDoctor(bent, new AbortController().signal)
  await bent.clock.advance(longestMs)
  if (bent.clock.pending > 0) throw new Error('Doctor left a timer behind')
  return doctorReportSchema.parse(await running)
}

type NetworkFacts = DoctorParts['network']['value']

export function networkOf(rest: Partial<NetworkFacts>): Pick<DoctorParts, 'network'> {
  const endpoint = { addresses: ['192.168.7.5:4001'], relay: null }
  return { network: new Cell({ endpoint, ports: { v4: 4001, v6: null }, problem: null, ...rest }) }
}

/** Allowed to the internet, with the relay that was reached, and the one that was chosen. */
export function online(relay: string | null, chosen: string | null = null) {
  return {
    device: new Cell(fakeDevice({ lanOnly: false, relay: chosen })),
    ...networkOf({ endpoint: { addresses: ['192.168.7.5:4001'], relay } }),
  }
}

export function withProblem(
  code: 'store.damaged' | 'store.incomplete' | 'store.restored',
  file = '/data',
) {
  const problems = [new Fault(code, { file }).toRecord()]
  return { device: new Cell(fakeDevice({}, { problems })) }
}

import type { Clock } from '#core/base/clock.ts'
import { Lifetime } from '#core/base/lifetime.ts'
import { silentLog, type Log } from '#core/base/log.ts'
import { openDevices, type Devices } from '#core/devices/devices.ts'
import type { Discovery } from '#core/discovery/discovery.ts'
import { portsOf } from '#core/endpoint/addresses.ts'
import type { Endpoint } from '#core/endpoint/types.ts'
import type { Store } from '#core/keys/store.ts'
import { openPairing, type Pairing } from '#core/pairing/pairing.ts'
import type { NetworkKey } from '#core/private-network/network-key.ts'
import { privately } from '#core/private-network/private-endpoint.ts'
import { ProtocolRegistry } from '#core/protocols/registry.ts'
import { openRouter } from '#core/protocols/router.ts'
import type { PairingState, ShownCode } from '#shared/devices.ts'
import type { DeviceId } from '#shared/ids.ts'
import type { Phrase } from '#shared/words.ts'
import type { FakeClock } from './fake-clock.ts'
import type { MemoryNet } from './memory-net.ts'
import { memoryStore } from './memory-store.ts'
import { device, seeded } from './pairing.ts'

export interface PairingNode {
  readonly id: DeviceId
  readonly name: string
  readonly pairing: Pairing
  readonly devices: Devices
  readonly state: PairingState
  close(): Promise<void>
}

interface NodeOptions {
  readonly clock: Clock
  readonly openEndpoint: (secretKey: Uint8Array) => Promise<Endpoint>
  readonly discovery: Pick<Discovery, 'announceMeeting' | 'seekMeeting' | 'addressesOf'>
  readonly lanOnly?: boolean
  /** Of the private network it belongs to. */
  readonly networkKey?: NetworkKey
  readonly store?: Store
  readonly log?: Log
  readonly draw?: () => Phrase
}

/** A device that can pair and do nothing else. */
export async function openPairingNode(name: string, options: NodeOptions): Promise<PairingNode> {
  const { clock, discovery, networkKey, lanOnly = true } = options
  const openEndpoint = async (secretKey: Uint8Array) => {
    const endpoint = await options.openEndpoint(secretKey)
    return networkKey ? privately(endpoint, networkKey, clock) : endpoint
  }
  const { store = memoryStore(), log = silentLog, draw } = options
  await using lifetime = new Lifetime()
  const self = device(name)
  const registry = new ProtocolRegistry(log)
  const devices = lifetime.own(await openDevices({ store, clock, log }))
  const main = lifetime.own(await openEndpoint(seeded(`device ${name}`)(32)))
  const isPaired = (id: DeviceId) => devices.isPaired(id)
  lifetime.own(openRouter({ acceptor: main, registry, isPaired, clock, log }))
  const pairing = lifetime.own(
    await openPairing({
      store,
      registry,
      devices,
      discovery,
      openEndpoint,
      clock,
      log,
      self: () => self,
      whereabouts: () => ({ ...main.state.value, ports: portsOf(main.sockets) }),
      lanOnly: () => lanOnly,
      meetingSalt: () => options.networkKey?.meeting ?? null,
      lookup: async () => [],
      ...(draw && { draw }),
    }),
  )
  const kept = lifetime.keep()
  return {
    id: self.introduction.id,
    name,
    pairing,
    devices,
    get state() {
      return pairing.state.value
    },
    close: () => kept.close(),
  }
}

export function onNet(net: MemoryNet, clock: Clock): NodeOptions {
  return {
    clock,
    discovery: net.meetings,
    openEndpoint: (secretKey) => net.open(secretKey),
  }
}

/** Lets time pass until it holds. Curves and scrypt take real time, so real time passes as well. */
export async function pass(
  clock: FakeClock,
  what: string,
  condition: () => boolean,
  withinMs = 30_000,
): Promise<void> {
  const deadline = performance.now() + 20_000
  const end = clock.monotonic() + withinMs
  while (!condition()) {
    if (clock.monotonic() > end || performance.now() > deadline) {
      throw new Error(`waited in vain until ${what}`)
    }
    await clock.advance(5)
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
}

export function codeOf({ state }: PairingNode): ShownCode {
  if (state.state !== 'showing') throw new Error(`not showing but ${state.state}`)
  return state.code
}

/** Says so to whoever asks, at once. Returns its undo. */
export function answering({ pairing }: PairingNode, accept = true): () => void {
  return pairing.state.onChange(() => {
    const { value } = pairing.state
    if (value.state === 'asking') queueMicrotask(() => pairing.answer(value.prompt, accept))
  })
}

export function faultOf({ state }: PairingNode): string | null {
  return state.state === 'failed' ? state.fault.code : null
}

/** Both sides hold the same root, and each knows it of the other. */
export function arePaired(one: PairingNode, other: PairingNode): boolean {
  const [mine, theirs] = [one.devices.rootOf(other.id), other.devices.rootOf(one.id)]
  return mine !== null && theirs !== null && Buffer.compare(mine, theirs) === 0
}

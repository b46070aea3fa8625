import { platform } from 'node:os'
import type { FaultRecord } from '#shared/faults.ts'
import type { EndpointState, Reach, Settings, ThisDevice } from '#shared/model.ts'
import type { Lifetime } from './base/lifetime.ts'
import { derived, type Cell } from './base/state.ts'
import { fingerprintOf } from './devices/identity.ts'
import type { Host } from './host.ts'
import type { DeviceKey } from './keys/device-key.ts'
import type { Store } from './keys/store.ts'
import type { NetworkState } from './network.ts'
import type { PrivateNetwork } from './private-network/private-network.ts'

interface Parts {
  readonly host: Pick<Host, 'kind' | 'version' | 'clock'>
  readonly key: DeviceKey
  readonly store: Store
  readonly network: Cell<NetworkState>
  readonly settings: Cell<Settings>
  readonly discoveryProblems: Cell<readonly FaultRecord[]>
  readonly privateNetwork: PrivateNetwork
}

/** This device as it is right now, for people and for the rest of the core. */
export function describeThisDevice(lifetime: Lifetime, parts: Parts): Cell<ThisDevice> {
  const { host, key, store, network, settings, discoveryProblems, privateNetwork } = parts
  const startedAt = host.clock.now()
  const sources = [network, settings, discoveryProblems, privateNetwork.state]
  return derived(lifetime, sources, () => {
    const { endpoint, problem } = network.value
    return {
      id: key.id,
      fingerprint: fingerprintOf(key.id),
      kind: host.kind,
      os: systemNames[platform()] ?? platform(),
      version: host.version,
      settings: settings.value,
      endpoint,
      reach: reachOf(endpoint),
      keyProtection: key.protection,
      privateNetwork: privateNetwork.state.value.network,
      startedAt,
      problems: [
        ...store.problems.map((fault) => fault.toRecord()),
        ...(problem ? [problem] : []),
        ...discoveryProblems.value,
      ],
    }
  })
}

const systemNames: Partial<Record<NodeJS.Platform, string>> = {
  linux: 'Linux',
  darwin: 'macOS',
  win32: 'Windows',
}

function reachOf({ addresses, relay }: EndpointState): Reach {
  if (relay !== null) return 'relay'
  return addresses.length > 0 ? 'lan' : 'offline'
}

import type { Alpn, DeviceId } from '#shared/ids.ts'
import type { ThisDevice } from '#shared/model.ts'
import type { Clock } from './base/clock.ts'
import { Lifetime } from './base/lifetime.ts'
import type { Log } from './base/log.ts'
import type { Cell } from './base/state.ts'
import type { Devices } from './devices/devices.ts'
import type { Discovery } from './discovery/discovery.ts'
import type { DeviceKey } from './keys/device-key.ts'
import type { Store } from './keys/store.ts'
import { openIntroductions } from './messages/introductions.ts'
import { messageAlpn, Messages } from './messages/messages.ts'
import { Statuses } from './messages/statuses.ts'
import { Texts } from './messages/texts.ts'
import { stateOfThisComputer } from './messages/this-state.ts'
import type { Network } from './network.ts'
import type { ProtocolRegistry } from './protocols/registry.ts'
import { Keepers } from './sessions/keepers.ts'
import { Sessions } from './sessions/sessions.ts'

interface MailOptions {
  readonly key: DeviceKey
  readonly store: Store
  readonly devices: Devices
  readonly device: Cell<ThisDevice>
  readonly network: Network
  readonly registry: ProtocolRegistry
  readonly discovery: Discovery
  /** What others may open sessions for. */
  readonly capabilities: readonly Alpn[]
  /** How many transfers are under way. */
  readonly transfers: () => number
  readonly clock: Clock
  readonly log: Log
}

/**
 * What paired devices have with each other: sessions, the messages in them, and the keepers that
 * see to it that there is always one. Closing goes the other way round, sessions last.
 */
export async function openMail(options: MailOptions) {
  const { key, store, devices, device, network, registry, discovery, clock, log } = options
  const { capabilities, transfers } = options
  await using lifetime = new Lifetime()
  const sessions = lifetime.own(
    new Sessions({
      self: key.id,
      network,
      registry,
      devices,
      sightedAt: (peer) => discovery.addressesOf(peer),
      clock,
      log,
    }),
  )
  const wanted = (peer: DeviceId) => keepers.wanted(peer)
  const messages = lifetime.own(new Messages({ sessions, devices, wanted, clock, log }))
  const sign = (message: Uint8Array) => key.sign(message)
  lifetime.own(
    await openIntroductions({ messages, devices, device, capabilities, sign, store, clock, log }),
  )
  const sample = stateOfThisComputer
  const statuses = lifetime.own(
    new Statuses({ messages, devices, device, sample, transfers, sign, clock, log }),
  )
  const texts = lifetime.own(new Texts(messages, clock))
  const keepers = lifetime.own(new Keepers({ alpn: messageAlpn, sessions, devices, clock, log }))

  const kept = lifetime.keep()
  return { sessions, messages, statuses, texts, keepers, close: () => kept.close() }
}

import { Fault } from '#shared/faults.ts'
import type { Alpn } from '#shared/ids.ts'
import {
  Endpoint,
  EndpointAddr,
  EndpointId,
  RelayMode,
  type EndpointBuilder,
} from '@number0/iroh/index.js'
import { collectGarbage } from '../base/collect-garbage.ts'
import { dialable, isLanAddress } from './addresses.ts'
import { textToBinding, toBinding } from './bytes.ts'
import type { Target } from './types.ts'

export interface Network {
  /** No packet leaves the LAN: no relay, no address lookup. */
  readonly lanOnly: boolean
  /** A relay in place of the public ones. */
  readonly relay: string | null
  /** Dials nobody directly: an experiment. The two sides may still find a direct way together. */
  readonly forceRelay?: boolean
}

export function alpnsToBinding(alpns: readonly Alpn[]): number[][] {
  return alpns.map(textToBinding)
}

export interface Binding {
  readonly secretKey: Uint8Array
  readonly network: Network
  readonly alpns: readonly Alpn[]
  /** `ip:port`; without it, any free port on every interface. */
  readonly bindAddr?: string | undefined
}

export async function bind(options: Binding): Promise<Endpoint> {
  const { bindAddr } = options
  try {
    if (bindAddr === undefined) return await bound(options)
    return await bound(options).catch(async () => {
      // An endpoint that was closed holds its port until it is collected, and the next wants the same.
      await collectGarbage()
      return bound(options)
    })
  } catch (cause) {
    const port = bindAddr?.split(':').at(-1) ?? 'any'
    throw new Fault('endpoint.unavailable', { port }, { cause })
  }
}

async function bound({ secretKey, network, alpns, bindAddr }: Binding): Promise<Endpoint> {
  const builder = Endpoint.builder()
  applyNetwork(builder, network)
  builder.secretKey(toBinding(secretKey))
  builder.alpns(alpnsToBinding(alpns))
  if (bindAddr !== undefined) builder.bindAddr(bindAddr)
  return builder.bind()
}

function applyNetwork(builder: EndpointBuilder, { lanOnly, relay }: Network): void {
  if (lanOnly) {
    builder.applyMinimal()
    builder.relayMode(RelayMode.disabled())
    return
  }
  builder.applyN0()
  if (relay !== null) builder.relayMode(RelayMode.customFromUrls([relay]))
}

/** How the binding is told where to go; throws where this network allows no way at all. */
export function addressOf(target: Target, { lanOnly, forceRelay }: Network): EndpointAddr {
  const known = forceRelay ? [] : target.addresses
  const addresses = known
    .filter((address) => !lanOnly || isLanAddress(address))
    .map((address) => dialable(address))
    .filter((address) => address !== null)
  if (lanOnly && addresses.length === 0) throw new Fault('peer.unreachable')
  return new EndpointAddr(idOf(target), lanOnly ? null : target.relay, addresses)
}

/** Not every 32 bytes are a key. */
function idOf({ id }: Target): EndpointId {
  try {
    return EndpointId.fromBytes(toBinding(Buffer.from(id, 'hex')))
  } catch (cause) {
    throw new Fault('input.invalid', { problem: 'no device has this id' }, { cause })
  }
}

import { setMaxListeners } from 'node:events'
import { isIPv6 } from 'node:net'
import { isLanAddress } from '../../endpoint/addresses.ts'
import { bad, good, inTime, notice, type Check } from '../check.ts'
import type { DoctorParts } from '../parts.ts'
import type { Interfaces } from '../system.ts'

const linkLocal = /^(?:169\.254\.|fe80:)/i
const tunnels = /^(?:u?tun|tap|wg|ppp|ipsec|zt|tailscale|nordlynx|proton)/i
/** Of a machine full of containers the first ones tell enough. */
const maxAddresses = 16
/** Less than the check itself has, so that a packet which never comes is told as that. */
const echoMs = 1_500

export function networkChecks({ system, clock }: DoctorParts): Check[] {
  return [
    { id: 'network', title: 'Network', look: () => lookAtNetwork(system.interfaces()) },
    { id: 'vpn', title: 'VPN', look: () => lookForTunnels(system.interfaces()) },
    {
      id: 'udp',
      title: 'UDP on this computer',
      async look(signal) {
        const addresses = addressesOf(system.interfaces())
        setMaxListeners(0, signal)
        const heard = await Promise.all(
          addresses.map((address) =>
            inTime({ clock, milliseconds: echoMs, signal }, (inner) =>
              system.hearsItself(address, inner),
            ),
          ),
        )
        return lookAtEchoes(addresses, heard)
      },
    },
  ]
}

function lookAtNetwork(interfaces: Interfaces) {
  const outward = Object.entries(interfaces).filter(([, infos = []]) =>
    infos.some(({ internal }) => !internal),
  )
  if (outward.length === 0) {
    return bad(
      'This computer is connected to no network.',
      'Connect a cable or join a Wi-Fi network.',
    )
  }
  const names = outward.map(([name]) => name).join(', ')
  const addresses = outward
    .flatMap(([, infos = []]) => infos.map(({ address }) => address))
    .filter((address) => !linkLocal.test(address))
  if (addresses.length === 0) {
    return notice(
      `Connected (${names}), but no address was given to this computer.`,
      'Reconnect to the network, or restart its router.',
    )
  }
  const isPrivate = addresses.some((address) => isLanAddress(withPort(address), {}))
  return good(
    isPrivate
      ? `Connected (${names}) with an address of a local network.`
      : `Connected (${names}) with public addresses only.`,
  )
}

function lookForTunnels(interfaces: Interfaces) {
  const names = Object.keys(interfaces).filter((name) => tunnels.test(name))
  if (names.length === 0) return good('No VPN seems to be on.')
  return notice(
    `A VPN seems to be on (${names.join(', ')}).`,
    'If devices of your own network are not found, allow access to the local network in the settings of the VPN.',
  )
}

function addressesOf(interfaces: Interfaces): string[] {
  return Object.entries(interfaces)
    .flatMap(([name, infos = []]) =>
      infos.map(({ address }) => (/^fe80:/i.test(address) ? `${address}%${name}` : address)),
    )
    .slice(0, maxAddresses)
}

function lookAtEchoes(addresses: readonly string[], heard: readonly boolean[]) {
  const deaf = addresses.filter((_, at) => !heard[at])
  const count = addresses.length
  if (deaf.length === 0 && count > 0) {
    return good(
      `Packets to ${count === 1 ? 'the address' : `all ${count} addresses`} of this computer arrive.`,
    )
  }
  const remedy = 'Look whether a firewall or security program on this computer blocks UDP.'
  if (deaf.length === count) return bad('No UDP packet to this computer itself arrives.', remedy)
  return notice(`UDP packets to ${deaf.join(', ')} do not arrive.`, remedy)
}

function withPort(address: string): string {
  return isIPv6(address) ? `[${address}]:1` : `${address}:1`
}

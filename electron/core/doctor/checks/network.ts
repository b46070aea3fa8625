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
    { id: 'network', look: () => lookAtNetwork(system.interfaces()) },
    { id: 'vpn', look: () => lookForTunnels(system.interfaces()) },
    {
      id: 'udp',
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
  if (outward.length === 0) return bad('network.absent')
  const names = outward.map(([name]) => name).join(', ')
  const addresses = outward
    .flatMap(([, infos = []]) => infos.map(({ address }) => address))
    .filter((address) => !linkLocal.test(address))
  if (addresses.length === 0) return notice('network.addressless', { names })
  const isPrivate = addresses.some((address) => isLanAddress(withPort(address), {}))
  return good(isPrivate ? 'network.local' : 'network.public', { names })
}

function lookForTunnels(interfaces: Interfaces) {
  const names = Object.keys(interfaces).filter((name) => tunnels.test(name))
  return names.length === 0 ? good('vpn.none') : notice('vpn.on', { names: names.join(', ') })
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
  if (deaf.length === 0 && count > 0) return good('udp.arrives', { count })
  if (deaf.length === count) return bad('udp.none')
  return notice('udp.some', { addresses: deaf.join(', ') })
}

function withPort(address: string): string {
  return isIPv6(address) ? `[${address}]:1` : `${address}:1`
}

import { BlockList, isIPv4, isIPv6 } from 'node:net'
import type { NetworkInterfaceInfo } from 'node:os'

/** One way out of this computer for multicast: a network interface in one IP family. */
export interface Link {
  readonly name: string
  readonly family: 4 | 6
  /** The own address packets leave from. */
  readonly source: string
  /** How the system names the interface behind an IPv6 link-local address. */
  readonly zone: string
  /** Leads nowhere but to this computer. */
  readonly internal: boolean
  /** Own addresses of the interface that others on it can dial. */
  readonly addresses: readonly string[]
}

export interface Surroundings {
  readonly links: readonly Link[]
  /** Is this an address of a network this computer is itself part of? */
  isLocal(address: string): boolean
}

export type Interfaces = Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>

// A machine full of containers has dozens of interfaces; its people are behind the first few.
const maxLinks = 16

export function surroundingsOf(interfaces: Interfaces): Surroundings {
  const subnets = new BlockList()
  const links: Link[] = []
  for (const [name, infos = []] of Object.entries(interfaces)) {
    links.push(...linksOf(name, infos))
    for (const { address, cidr } of infos) {
      const prefix = Number(cidr?.split('/')[1])
      if (Number.isInteger(prefix)) subnets.addSubnet(address, prefix, familyOf(address))
    }
  }
  links.sort((a, b) => Number(a.internal) - Number(b.internal))
  return {
    links: links.slice(0, maxLinks),
    isLocal: (address) => isIn(subnets, address),
  }
}

function linksOf(name: string, infos: readonly NetworkInterfaceInfo[]): Link[] {
  const addresses = infos.map(({ address }) => address).filter((one) => !isIn(linkLocal6, one))
  const v4 = infos.find(({ address }) => isIPv4(address))
  // Multicast DNS over IPv6 lives in the link-local scope; what has no such address has no peers.
  const v6 = infos.find(({ address }) => isIn(linkLocal6, address))
  const links: Link[] = []
  for (const info of [v4, v6]) {
    if (!info) continue
    const { address: source, internal } = info
    const zone = process.platform === 'win32' ? String(info.scopeid ?? 0) : name
    links.push({ name, family: info === v4 ? 4 : 6, source, zone, internal, addresses })
  }
  return links
}

const linkLocal6 = blocks('fe80::/10')
const loopback = blocks('127.0.0.0/8', '::1/128')
const notOneDevice4 = blocks('0.0.0.0/8', '224.0.0.0/3')
// Link-local IPv6 is not among them, since the endpoint cannot answer where an address needs a zone
// (docs/decisions/discovery.md); nor is IPv4 in disguise.
const oneDevice6 = blocks('2000::/3', 'fc00::/7', '::1/128')

/** May this be where a device is reached, when a packet from that source says so? */
export function isDialable(address: string, source: string): boolean {
  if (isIn(loopback, address) && !isIn(loopback, source)) return false
  if (isIPv4(address)) return !isIn(notOneDevice4, address)
  return isIPv6(address) && isIn(oneDevice6, address)
}

export function socketAddress(address: string, port: number): string {
  return isIPv6(address) ? `[${address}]:${port}` : `${address}:${port}`
}

function blocks(...subnets: readonly string[]): BlockList {
  const list = new BlockList()
  for (const subnet of subnets) {
    const [address = '', prefix] = subnet.split('/')
    list.addSubnet(address, Number(prefix), familyOf(address))
  }
  return list
}

function isIn(list: BlockList, address: string): boolean {
  const plain = address.split('%')[0] ?? address
  return list.check(plain, familyOf(plain))
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIPv6(address) ? 'ipv6' : 'ipv4'
}

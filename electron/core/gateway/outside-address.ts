import { BlockList, isIPv4 } from 'node:net'

/** Addresses at which nobody beyond a network, or beyond a provider, finds anything. */
const elsewhere: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  // Shared between the customers of a provider (RFC 6598): a port there leads to the provider.
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  // Multicast, what is reserved, and broadcast.
  ['224.0.0.0', 3],
]

const list = new BlockList()
for (const [net, prefix] of elsewhere) list.addSubnet(net, prefix)

/** Whether a router with this address outside can be called from anywhere. */
export function isPublic(host: string): boolean {
  return isIPv4(host) && !list.check(host)
}

import { socketAddressSchema } from '#shared/model.ts'
import { isLanAddress, parsedAddress } from '../endpoint/addresses.ts'
import { maxDoorAddresses, maxRelayLength, type Doors } from './control.ts'
import { isLinkLocal, isLoopback } from './lanes/tcp/addresses.ts'

/** However many bridges a computer has on its LAN, so many ways from beyond it are told. */
const keptForFar = 8

/**
 * Doors as a message takes them: too many addresses, or a relay too long to tell, would end the
 * session at the other side, so the least useful stay behind.
 */
export function doorsThatFit(doors: Doors): Doors {
  const addresses = fitting(doors.addresses)
  if (doors.kind === 'tcp') return { ...doors, addresses }
  const { relay } = doors
  return { ...doors, addresses, relay: relay && relay.length > maxRelayLength ? null : relay }
}

function fitting(all: readonly string[]): string[] {
  const sayable = [...new Set(all)].filter((text) => socketAddressSchema.safeParse(text).success)
  const host = (text: string) => parsedAddress(text)?.host ?? ''
  const isLast = (text: string) => isLoopback(host(text)) || isLinkLocal(host(text))
  const useful = sayable.filter((text) => !isLast(text))
  const near = useful.filter((text) => isLanAddress(text))
  const far = useful.filter((text) => !isLanAddress(text))
  const first = near.slice(0, maxDoorAddresses - Math.min(keptForFar, far.length))
  const rest = [...near.slice(first.length), ...sayable.filter((text) => isLast(text))]
  return [...first, ...far, ...rest].slice(0, maxDoorAddresses)
}

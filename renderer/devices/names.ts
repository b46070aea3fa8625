import { shortId } from '#shared/ids.ts'
import type { NearbyDevice } from '#shared/model.ts'
import { text } from '../text/text.ts'
import { sinceWords } from '../text/times.ts'

export function nameOf(device: NearbyDevice): string {
  return device.name ?? text.unnamed
}

/** In the order they came, so that nothing jumps when another one appears. */
export function inOrder(devices: ReadonlyMap<string, NearbyDevice>): NearbyDevice[] {
  return [...devices.values()].sort((a, b) => a.since - b.since || (a.id < b.id ? -1 : 1))
}

/** Names that more than one device uses; those rows also say the short id. */
export function sharedNames(
  devices: readonly { readonly name: string | null }[],
): ReadonlySet<string> {
  const seen = new Set<string>()
  const shared = new Set<string>()
  for (const { name } of devices) {
    if (name === null || seen.has(name)) shared.add(name ?? '')
    else seen.add(name)
  }
  return shared
}

export function nearbyDetail(
  device: NearbyDevice,
  ambiguous: ReadonlySet<string>,
  now: number,
): string {
  const since = text.nearby.since(sinceWords(device.since, now))
  const first = ambiguous.has(device.name ?? '') ? shortId(device.id) : text.nearby.notPaired
  return first + text.separator + since
}

import { createHash } from 'node:crypto'
import { silentLog } from '#core/base/log.ts'
import { Cell } from '#core/base/state.ts'
import type { Announced, AnnouncementKeys } from '#core/discovery/announcement.ts'
import { openDiscovery, type DiscoveryOptions } from '#core/discovery/discovery.ts'
import { isDeviceId, type DeviceId } from '#shared/ids.ts'
import type { StaticPeer } from '#shared/model.ts'

/** A made-up device: everything about it follows from its word. */
export function fakeId(word: string): DeviceId {
  const id = createHash('sha256').update(word).digest('hex')
  if (!isDeviceId(id)) throw new Error('a digest in hex is a device id')
  return id
}

export function fakeKey(word: string): Uint8Array {
  return createHash('sha256').update(`key of ${word}`).digest()
}

export function keysOf(...words: readonly string[]): () => AnnouncementKeys {
  return () => words.map((word) => [fakeId(word), fakeKey(word)] as const)
}

type Needed = Pick<DiscoveryOptions, 'clock'>

/** Discovery of the device of that word, with the cell that steers what it announces. */
export async function openNode(
  word: string,
  options: Needed & Partial<DiscoveryOptions> & { readonly visible?: boolean },
) {
  const announced = new Cell<Announced>({
    ports: { v4: 4433, v6: 4434 },
    name: `${word}'s laptop`,
    visible: options.visible ?? false,
  })
  const discovery = await openDiscovery({
    log: silentLog,
    self: { id: fakeId(word), kind: 'laptop' },
    announced,
    announcementKey: () => fakeKey(word),
    knownKeys: () => [],
    staticPeers: new Cell<readonly StaticPeer[]>([]),
    ...options,
  })
  const change = (some: Partial<Announced>) => announced.set({ ...announced.value, ...some })
  const sees = (other: string) => discovery.nearby.get(fakeId(other))
  return { ...discovery, change, sees }
}

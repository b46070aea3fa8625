import { Fault } from '#shared/faults.ts'
import type { DeviceId } from '#shared/ids.ts'
import { staticPeerSchema, type StaticPeer } from '#shared/model.ts'
import { Cell } from './base/state.ts'
import type { Store } from './keys/store.ts'

export interface Peers {
  /** All of them, those of this run first. */
  readonly cell: Cell<readonly StaticPeer[]>
  readonly rows: readonly (StaticPeer & { readonly saved: boolean })[]
  add(peer: StaticPeer): Promise<void>
  remove(id: DeviceId): Promise<void>
}

const maxSaved = 256

/** Devices at known addresses: those given for this run, and those added while it runs, which stay. */
export async function openPeers(
  store: Store,
  { self, given }: { readonly self: DeviceId; readonly given: readonly StaticPeer[] },
): Promise<Peers> {
  const records = store.collection('peers', staticPeerSchema)
  const saved = await records.all()
  const own = new Map(
    given.filter(({ id }) => id !== self).map((peer) => [keyOf(peer), peer] as const),
  )
  const all = () => [...new Map([...own, ...saved]).values()]
  const cell = new Cell<readonly StaticPeer[]>(all())

  return {
    cell,
    get rows() {
      return cell.value.map((peer) => ({ ...peer, saved: saved.has(keyOf(peer)) }))
    },
    async add(peer) {
      const key = keyOf(peer)
      if (peer.id === self) throw invalid('that is the id of this device')
      if (!saved.has(key) && saved.size >= maxSaved) throw invalid(`there are ${maxSaved} already`)
      await records.put(key, peer)
      saved.set(key, peer)
      cell.set(all())
    },
    async remove(id) {
      const keys = [...saved].filter(([, peer]) => peer.id === id).map(([key]) => key)
      if (keys.length === 0) throw invalid('no address of this device has been added')
      for (const key of keys) {
        await records.delete(key)
        saved.delete(key)
      }
      cell.set(all())
    },
  }
}

function invalid(problem: string): Fault {
  return new Fault('input.invalid', { problem })
}

function keyOf({ id, host, port }: StaticPeer): string {
  return `${id}@${host.toLowerCase()}:${port}`
}

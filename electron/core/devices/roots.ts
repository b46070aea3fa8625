import type { DeviceRecord, NewDevice } from './record.ts'

type Keys = Pick<DeviceRecord, 'trust' | 'root' | 'renewal'>

export function isRoot(saved: string | undefined, root: Uint8Array): boolean {
  return saved !== undefined && Buffer.compare(bytesOf(saved), root) === 0
}

/** Under which the device may come: the one in force, and before it one that is not proved yet. */
export function rootsOf({ trust, root, renewal }: Keys): Uint8Array[] {
  const inForce = trust === 'blocked' ? [] : [root]
  return (renewal ? [renewal.root, ...inForce] : inForce).map(bytesOf)
}

/**
 * Under which it is dialled. Only a joiner may expect that its newer one holds over there: the host
 * saved it first. While the pairing is still being concluded, nobody does.
 */
export function rootToDial({ trust, root, renewal }: Keys, settling: boolean): Uint8Array | null {
  if (renewal?.role === 'joiner' && !settling) return bytesOf(renewal.root)
  return trust === 'blocked' ? null : bytesOf(root)
}

/** Who this device was in the pairing that this root is still to prove. */
export function unprovedAs(record: DeviceRecord, root: Uint8Array): NewDevice['role'] | null {
  const { renewal, unproved } = record
  if (isRoot(renewal?.root, root)) return renewal?.role ?? null
  return isRoot(record.root, root) ? unproved : null
}

function bytesOf(saved: string): Uint8Array {
  return Buffer.from(saved, 'base64')
}

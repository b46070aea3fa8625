import type {
  DeviceDocument,
  DeviceStatus,
  PairedDevice,
  Presence,
  Trust,
} from '#shared/devices.ts'
import { Fault } from '#shared/faults.ts'
import type { DeviceId } from '#shared/ids.ts'
import { Table } from '../base/state.ts'
import type { StoredCollection } from '../keys/records.ts'
import type { DeviceRecord, NewDevice } from './record.ts'
import { rootsOf, unprovedAs } from './roots.ts'
import { rowOf } from './row.ts'

/** What is known of the devices we are paired with: kept on disk, and shown to people. */
export class Book {
  /** As people see them. */
  readonly table = new Table<PairedDevice>()
  readonly #stored: StoredCollection<DeviceRecord>
  readonly #records = new Map<DeviceId, DeviceRecord>()
  readonly #presence = new Map<DeviceId, Presence>()

  constructor(stored: StoredCollection<DeviceRecord>, known: Iterable<DeviceRecord>) {
    this.#stored = stored
    for (const record of known) {
      this.#records.set(record.id, record)
      this.#show(record.id)
    }
  }

  get ids(): DeviceId[] {
    return [...this.#records.keys()]
  }

  /** May it speak what is meant for paired devices? */
  isPaired(id: DeviceId): boolean {
    const record = this.find(id)
    // A blocked one whose pairing anew was agreed to may come and prove that.
    return record !== undefined && (record.trust !== 'blocked' || record.renewal !== null)
  }

  trustOf(id: DeviceId): Trust | null {
    return this.find(id)?.trust ?? null
  }

  /** Under which it may come, the newest first. */
  rootsOf(id: DeviceId): Uint8Array[] {
    const record = this.find(id)
    return record ? rootsOf(record) : []
  }

  holds(id: DeviceId, root: Uint8Array): boolean {
    return this.rootsOf(id).some((held) => Buffer.compare(held, root) === 0)
  }

  /** Who was this device in the pairing that this root is to prove; null if that is proved. */
  unprovedAs(id: DeviceId, root: Uint8Array): NewDevice['role'] | null {
    const record = this.find(id)
    return record ? unprovedAs(record, root) : null
  }

  isProved(id: DeviceId, root: Uint8Array): boolean {
    return this.holds(id, root) && this.unprovedAs(id, root) === null
  }

  /** Where it was last, for when nobody on the LAN has heard of it. */
  addressesOf(id: DeviceId): readonly string[] {
    return this.find(id)?.addresses ?? []
  }

  documentOf(id: DeviceId): DeviceDocument | null {
    return this.find(id)?.document ?? null
  }

  statusOf(id: DeviceId): DeviceStatus | null {
    return this.find(id)?.status ?? null
  }

  /** By which we recognise their announcements. */
  *announcementKeys(): Iterable<readonly [DeviceId, Uint8Array]> {
    for (const { id, announcementKey, trust } of this.#records.values()) {
      if (trust !== 'blocked') yield [id, Buffer.from(announcementKey, 'base64')]
    }
  }

  setPresence(id: DeviceId, presence: Presence): void {
    if (!this.#records.has(id)) return
    this.#presence.set(id, presence)
    this.#show(id)
  }

  protected find(id: DeviceId): DeviceRecord | undefined {
    return this.#records.get(id)
  }

  protected record(id: DeviceId): DeviceRecord {
    const record = this.find(id)
    if (!record) throw new Fault('device.unknown')
    return record
  }

  /** In force at once; a write that fails is told to whoever asked for it. */
  protected async put(record: DeviceRecord): Promise<void> {
    this.#records.set(record.id, record)
    this.#show(record.id)
    await this.#stored.put(record.id, record)
  }

  protected async update(id: DeviceId, changes: Partial<DeviceRecord>): Promise<void> {
    await this.put({ ...this.record(id), ...changes })
  }

  /** Gone at once, and from the disk when it resolves. */
  protected async erase(id: DeviceId): Promise<void> {
    this.#records.delete(id)
    this.#presence.delete(id)
    this.table.remove(id)
    await this.#stored.delete(id)
  }

  #show(id: DeviceId): void {
    const record = this.find(id)
    if (record) this.table.put(rowOf(record, this.#presence.get(id)))
  }
}

import type { DeviceDocument, DeviceStatus, Trust } from '#shared/devices.ts'
import { Fault } from '#shared/faults.ts'
import type { DeviceId } from '#shared/ids.ts'
import type { Clock } from '../base/clock.ts'
import { Emitter } from '../base/emitter.ts'
import type { Log } from '../base/log.ts'
import { Timers } from '../base/timers.ts'
import type { StoredCollection } from '../keys/records.ts'
import type { Store } from '../keys/store.ts'
import { openAnnouncementKey, type AnnouncementKey } from './announcement-key.ts'
import { Book } from './book.ts'
import {
  deviceRecordSchema,
  recordOf,
  renewalOf,
  renewed,
  withAddresses,
  type DeviceRecord,
  type NewDevice,
} from './record.ts'
import { isRoot, rootToDial } from './roots.ts'

export type { NewDevice }

interface Changes extends Record<string, unknown> {
  /** There, with keys it did not have before. */
  added: DeviceId
  /** Gone, blocked, or its pairing did not come about: whatever it has running here must end. */
  barred: DeviceId
  /** No longer blocked. */
  readmitted: DeviceId
  /** Our own announcement key is another: the remaining devices need it. */
  announcementKey: null
}

interface DevicesOptions {
  readonly store: Store
  readonly clock: Clock
  readonly log: Log
}

/** How long a host waits for the other side to prove a pairing, counted from its start. */
const proofMs = 30_000

/** The one source of truth about who we are paired with, what they may do and where they stand. */
export async function openDevices(options: DevicesOptions): Promise<Devices> {
  const { store } = options
  const records = store.collection('devices', deviceRecordSchema)
  const ownKey = await openAnnouncementKey(store)
  return new Devices({ ...options, records, known: await records.all(), ownKey })
}

interface Parts extends DevicesOptions {
  readonly records: StoredCollection<DeviceRecord>
  readonly known: ReadonlyMap<string, DeviceRecord>
  readonly ownKey: AnnouncementKey
}

/** How it changes: pairings come about, are proved or fail, and people change their mind. */
export class Devices extends Book {
  readonly changes: Emitter<Changes>
  readonly #parts: Parts
  readonly #log: Log
  /** For a host: how long the proof of a pairing may still take. */
  readonly #proofs: Timers<DeviceId>
  /** Being paired right now, over the pairing's own connection. */
  readonly #settling = new Set<DeviceId>()

  constructor(parts: Parts) {
    super(parts.records, parts.known.values())
    this.#parts = parts
    this.#log = parts.log.room('devices')
    this.#proofs = new Timers(parts.clock)
    this.changes = new Emitter((error) =>
      this.#log.error('a listener failed', { error: Fault.of(error) }),
    )
    for (const id of this.ids) this.#awaitProof(id)
  }

  /** Under which it is dialled. */
  rootOf(id: DeviceId): Uint8Array | null {
    const record = this.find(id)
    return record ? rootToDial(record, this.#settling.has(id)) : null
  }

  /** Ours, by which paired devices recognise our announcements. */
  get announcementKey(): Uint8Array {
    return this.#parts.ownKey.value
  }

  /** On disk when it resolves, and sought from then on. */
  async add(device: NewDevice): Promise<void> {
    await this.save(device)
    this.seek(device.id)
  }

  /**
   * On disk when it resolves. It may come from now on, but is not dialled while the pairing itself
   * is still being concluded. A device that is known keeps its old keys until the new are proved.
   */
  async save(device: NewDevice): Promise<void> {
    const { id, addresses = [] } = device
    const before = this.find(id)
    this.#settling.add(id)
    if (!before || before.unproved === 'host') {
      // Two pairings of which neither was proved: the later one is meant.
      if (before) {
        this.changes.emit('barred', id)
        this.setPresence(id, { state: 'paired' })
      }
      await this.put(recordOf(device, this.#parts.clock.now()))
    } else {
      const renewal = renewalOf(device)
      await this.put({ ...before, renewal, addresses: withAddresses(before, addresses) })
    }
    this.#awaitProof(id)
  }

  /** The pairing is concluded, or will not be: sessions show from here on which keys hold. */
  seek(id: DeviceId): void {
    if (this.#settling.delete(id) && this.find(id)) this.changes.emit('added', id)
  }

  /** The other side has said that it has saved the pairing, even if it was given up here since. */
  async confirm(device: NewDevice): Promise<void> {
    if (!this.holds(device.id, device.root)) await this.save(device)
    await this.prove(device.id, device.root)
    this.seek(device.id)
  }

  /** The other side has shown that it holds this root: the pairing stands. */
  async prove(id: DeviceId, root: Uint8Array): Promise<void> {
    const record = this.find(id)
    if (!record) return
    if (isRoot(record.renewal?.root, root)) {
      this.#proofs.stop(id)
      const saved = this.put(renewed(record, this.#parts.clock.now()))
      this.#settling.delete(id)
      this.changes.emit('added', id)
      return saved
    }
    if (!record.unproved || !isRoot(record.root, root)) return
    if (!record.renewal) this.#proofs.stop(id)
    const saved = this.put({ ...record, unproved: null })
    // A session may show it while the pairing's own connection still waits for its last message.
    this.seek(id)
    return saved
  }

  /** The other side said no after all: as if this pairing had never been. */
  async retract({ id, root }: NewDevice): Promise<void> {
    const record = this.find(id)
    this.#settling.delete(id)
    if (isRoot(record?.renewal?.root, root)) await this.#dropRenewal(id)
    // It knows our announcements by now, so that is undone as well.
    else if (record?.unproved && isRoot(record.root, root)) await this.remove(id)
  }

  /**
   * The other side does not know us by this root. A joiner whose pairing was never proved has then
   * not come to one; a host may only be early, and its own deadline decides. Resolves with whether
   * there is another root to try.
   */
  async disowned(id: DeviceId, root: Uint8Array): Promise<boolean> {
    const record = this.find(id)
    if (!record) return false
    if (record.renewal?.role === 'joiner' && isRoot(record.renewal.root, root)) {
      await this.#dropRenewal(id)
      return true
    }
    if (!isRoot(record.root, root)) return true
    if (record.unproved === 'joiner') await this.#delete(id)
    else if (record.unproved === null) {
      this.setPresence(id, { state: 'disconnected', reason: 'removed' })
    }
    return false
  }

  async change(
    id: DeviceId,
    changes: {
      readonly name?: string | null | undefined
      readonly note?: string | undefined
      readonly trust?: Trust | undefined
    },
  ): Promise<void> {
    const before = this.record(id)
    const { name, note, trust } = changes
    await this.update(id, {
      ...(name === undefined ? {} : { alias: name }),
      ...(note === undefined ? {} : { note }),
      ...(trust === undefined ? {} : { trust }),
      ...(trust === 'blocked' ? { renewal: null } : {}),
    })
    if (trust === undefined || trust === before.trust) return
    if (trust === 'blocked') this.changes.emit('barred', id)
    else if (before.trust === 'blocked') this.changes.emit('readmitted', id)
  }

  /** Forgets it for good, and what it knew of us: our announcements are not for it any more. */
  async remove(id: DeviceId): Promise<void> {
    this.record(id)
    await this.#delete(id)
    await this.#parts.ownKey.renew()
    this.changes.emit('announcementKey', null)
  }

  /** It answered just now, there. */
  async seen(id: DeviceId, address: string | null): Promise<void> {
    const record = this.find(id)
    if (!record) return
    const addresses = withAddresses(record, address === null ? [] : [address])
    await this.update(id, { addresses, lastSeen: this.#parts.clock.now() })
  }

  async setDocument(id: DeviceId, document: DeviceDocument): Promise<void> {
    if (!this.find(id)) return
    await this.update(id, { document, ownName: document.name, kind: document.kind })
  }

  async setStatus(id: DeviceId, status: DeviceStatus): Promise<void> {
    if (this.find(id)) await this.update(id, { status })
  }

  async setAnnouncementKey(id: DeviceId, key: Uint8Array): Promise<void> {
    const announcementKey = Buffer.from(key).toString('base64')
    if (this.find(id)) await this.update(id, { announcementKey })
  }

  close(): void {
    this.#proofs.close()
  }

  async #delete(id: DeviceId): Promise<void> {
    this.#proofs.stop(id)
    this.#settling.delete(id)
    const erased = this.erase(id)
    this.changes.emit('barred', id)
    await erased
  }

  async #dropRenewal(id: DeviceId): Promise<void> {
    this.#proofs.stop(id)
    await this.update(id, { renewal: null })
  }

  #awaitProof(id: DeviceId): void {
    this.#proofs.stop(id)
    const record = this.find(id)
    if (record?.unproved !== 'host' && record?.renewal?.role !== 'host') return
    this.#proofs.set(id, proofMs, () => {
      const given = record.unproved === 'host' ? this.#delete(id) : this.#dropRenewal(id)
      given.catch((error: unknown) => this.#log.warn('not forgotten', { error: Fault.of(error) }))
    })
  }
}

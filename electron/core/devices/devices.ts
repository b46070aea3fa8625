import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import type {
  DeviceDocument,
  DeviceStatus,
  PairedDevice,
  Presence,
  Trust,
} from '#shared/devices.ts'
import { Fault } from '#shared/faults.ts'
import type { DeviceId } from '#shared/ids.ts'
import type { DeviceKind } from '#shared/model.ts'
import type { Clock } from '../base/clock.ts'
import { Emitter } from '../base/emitter.ts'
import type { Log } from '../base/log.ts'
import { Table } from '../base/state.ts'
import type { StoredCollection } from '../keys/records.ts'
import type { Store } from '../keys/store.ts'
import { didOf, fingerprintOf } from './identity.ts'
import { deviceRecordSchema, type DeviceRecord } from './record.ts'

/** What a pairing brings. */
export interface NewDevice {
  readonly id: DeviceId
  readonly root: Uint8Array
  readonly announcementKey: Uint8Array
  readonly name: string
  readonly kind: DeviceKind
  readonly role: 'host' | 'joiner'
}

interface Changes extends Record<string, unknown> {
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
  const ownKey = store.record('announcement-key', z.object({ key: z.base64() }))
  const saved = await ownKey.get()
  const key = saved ? Buffer.from(saved.key, 'base64') : randomBytes(32)
  const saveKey = (next: Uint8Array) => ownKey.set({ key: Buffer.from(next).toString('base64') })
  if (!saved) await saveKey(key)
  return new Devices({ ...options, records, known: await records.all(), key, saveKey })
}

interface Parts extends DevicesOptions {
  readonly records: StoredCollection<DeviceRecord>
  readonly known: ReadonlyMap<string, DeviceRecord>
  readonly key: Uint8Array
  readonly saveKey: (key: Uint8Array) => Promise<void>
}

export class Devices {
  /** As people see them. */
  readonly table = new Table<PairedDevice>()
  readonly changes: Emitter<Changes>
  readonly #parts: Parts
  readonly #records = new Map<DeviceId, DeviceRecord>()
  readonly #presence = new Map<DeviceId, Presence>()
  readonly #waits = new Map<DeviceId, () => void>()
  #key: Uint8Array

  constructor(parts: Parts) {
    this.#parts = parts
    this.#key = parts.key
    const log = parts.log.room('devices')
    this.changes = new Emitter((error) =>
      log.error('a listener failed', { error: Fault.of(error) }),
    )
    for (const record of parts.known.values()) {
      this.#records.set(record.id, record)
      this.#awaitProof(record)
      this.#show(record.id)
    }
  }

  /** May it speak what is meant for paired devices? */
  isPaired(id: DeviceId): boolean {
    const record = this.#records.get(id)
    return record !== undefined && record.trust !== 'blocked'
  }

  trustOf(id: DeviceId): Trust | null {
    return this.#records.get(id)?.trust ?? null
  }

  rootOf(id: DeviceId): Uint8Array | null {
    const record = this.#records.get(id)
    return record && record.trust !== 'blocked' ? Buffer.from(record.root, 'base64') : null
  }

  get ids(): DeviceId[] {
    return [...this.#records.keys()]
  }

  /** Where it was last, for when nobody on the LAN has heard of it. */
  addressesOf(id: DeviceId): readonly string[] {
    return this.#records.get(id)?.addresses ?? []
  }

  documentOf(id: DeviceId): DeviceDocument | null {
    return this.#records.get(id)?.document ?? null
  }

  statusOf(id: DeviceId): DeviceStatus | null {
    return this.#records.get(id)?.status ?? null
  }

  /** Ours, by which paired devices recognise our announcements. */
  get announcementKey(): Uint8Array {
    return this.#key
  }

  /** Theirs. */
  *announcementKeys(): Iterable<readonly [DeviceId, Uint8Array]> {
    for (const { id, announcementKey, trust } of this.#records.values()) {
      if (trust !== 'blocked') yield [id, Buffer.from(announcementKey, 'base64')]
    }
  }

  /** On disk when it resolves. Pairing again with a known device renews its keys and keeps its name. */
  async add(device: NewDevice): Promise<void> {
    const before = this.#records.get(device.id)
    const record: DeviceRecord = {
      id: device.id,
      root: Buffer.from(device.root).toString('base64'),
      announcementKey: Buffer.from(device.announcementKey).toString('base64'),
      ownName: device.name,
      kind: device.kind,
      alias: before?.alias ?? null,
      note: before?.note ?? '',
      trust: before && before.trust !== 'blocked' ? before.trust : 'known',
      pairedAt: this.#parts.clock.now(),
      lastSeen: this.#parts.clock.now(),
      addresses: before?.addresses ?? [],
      document: null,
      status: null,
      unproved: device.role,
    }
    // Sessions under the old keys must not outlive them.
    if (before) this.changes.emit('barred', device.id)
    this.#presence.set(device.id, { state: 'paired' })
    await this.#put(record)
    this.#awaitProof(record)
    this.changes.emit('added', device.id)
  }

  /** The other side has shown that it holds the root: the pairing stands. */
  async prove(id: DeviceId): Promise<void> {
    this.#stopWaiting(id)
    if (this.#records.get(id)?.unproved) await this.#update(id, { unproved: null })
  }

  /**
   * The other side does not know us. A joiner whose pairing was never proved has then not come to
   * one; a host may only be early, and its own deadline decides.
   */
  async disowned(id: DeviceId): Promise<void> {
    const unproved = this.#records.get(id)?.unproved
    if (unproved === 'joiner') await this.#delete(id)
    else if (unproved === null) this.setPresence(id, { state: 'disconnected', reason: 'removed' })
  }

  async change(
    id: DeviceId,
    changes: {
      readonly name?: string | null | undefined
      readonly note?: string | undefined
      readonly trust?: Trust | undefined
    },
  ): Promise<void> {
    const before = this.#record(id)
    const { name, note, trust } = changes
    await this.#update(id, {
      ...(name === undefined ? {} : { alias: name }),
      ...(note === undefined ? {} : { note }),
      ...(trust === undefined ? {} : { trust }),
    })
    if (trust === undefined || trust === before.trust) return
    if (trust === 'blocked') this.changes.emit('barred', id)
    else if (before.trust === 'blocked') this.changes.emit('readmitted', id)
  }

  /** Forgets it for good, and what it knew of us: our announcements are not for it any more. */
  async remove(id: DeviceId): Promise<void> {
    this.#record(id)
    await this.#delete(id)
    await this.#renewKey()
  }

  setPresence(id: DeviceId, presence: Presence): void {
    if (!this.#records.has(id)) return
    this.#presence.set(id, presence)
    this.#show(id)
  }

  /** It answered just now, there. */
  async seen(id: DeviceId, address: string | null): Promise<void> {
    const record = this.#records.get(id)
    if (!record) return
    const others = record.addresses.filter((known) => known !== address)
    const addresses = address === null ? others : [address, ...others].slice(0, 8)
    await this.#update(id, { addresses, lastSeen: this.#parts.clock.now() })
  }

  async setDocument(id: DeviceId, document: DeviceDocument): Promise<void> {
    if (!this.#records.has(id)) return
    await this.#update(id, { document, ownName: document.name, kind: document.kind })
  }

  async setStatus(id: DeviceId, status: DeviceStatus): Promise<void> {
    if (this.#records.has(id)) await this.#update(id, { status })
  }

  async setAnnouncementKey(id: DeviceId, key: Uint8Array): Promise<void> {
    const announcementKey = Buffer.from(key).toString('base64')
    if (this.#records.has(id)) await this.#update(id, { announcementKey })
  }

  close(): void {
    for (const stop of this.#waits.values()) stop()
    this.#waits.clear()
  }

  #record(id: DeviceId): DeviceRecord {
    const record = this.#records.get(id)
    if (!record) throw new Fault('device.unknown')
    return record
  }

  async #update(id: DeviceId, changes: Partial<DeviceRecord>): Promise<void> {
    await this.#put({ ...this.#record(id), ...changes })
  }

  async #put(record: DeviceRecord): Promise<void> {
    // In force at once; a write that fails is told to whoever asked for it.
    this.#records.set(record.id, record)
    this.#show(record.id)
    await this.#parts.records.put(record.id, record)
  }

  async #delete(id: DeviceId): Promise<void> {
    this.#stopWaiting(id)
    this.#records.delete(id)
    this.#presence.delete(id)
    this.table.remove(id)
    this.changes.emit('barred', id)
    await this.#parts.records.delete(id)
  }

  async #renewKey(): Promise<void> {
    this.#key = randomBytes(32)
    await this.#parts.saveKey(this.#key)
    this.changes.emit('announcementKey', null)
  }

  #awaitProof({ id, unproved }: DeviceRecord): void {
    this.#stopWaiting(id)
    if (unproved !== 'host') return
    const giveUp = () => {
      this.#delete(id).catch((error: unknown) =>
        this.#parts.log.room('devices').warn('not forgotten', { error: Fault.of(error) }),
      )
    }
    this.#waits.set(id, this.#parts.clock.after(proofMs, giveUp))
  }

  #stopWaiting(id: DeviceId): void {
    this.#waits.get(id)?.()
    this.#waits.delete(id)
  }

  #show(id: DeviceId): void {
    const record = this.#records.get(id)
    if (!record) return
    const blocked: Presence = { state: 'disconnected', reason: 'blocked' }
    const presence: Presence =
      record.trust === 'blocked' ? blocked : (this.#presence.get(id) ?? { state: 'paired' })
    this.table.put({
      id,
      name: record.alias ?? record.ownName,
      ownName: record.ownName,
      note: record.note,
      kind: record.kind,
      os: record.document?.os ?? null,
      version: record.document?.version ?? null,
      trust: record.trust,
      fingerprint: fingerprintOf(id),
      did: didOf(id),
      addresses: record.addresses,
      pairedAt: record.pairedAt,
      lastSeen: record.lastSeen,
      status: record.status,
      ...presence,
    })
  }
}

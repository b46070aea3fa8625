import type { PairedDevice, Presence } from '#shared/devices.ts'
import { didOf, fingerprintOf } from './identity.ts'
import type { DeviceRecord } from './record.ts'

/** A device as people see it. */
export function rowOf(record: DeviceRecord, known: Presence | undefined): PairedDevice {
  const { id, trust, addresses, pairedAt, lastSeen, status, note, kind, ownName } = record
  const blocked: Presence = { state: 'disconnected', reason: 'blocked' }
  const presence: Presence = trust === 'blocked' ? blocked : (known ?? { state: 'paired' })
  return {
    id,
    name: record.alias ?? ownName,
    ownName,
    note,
    kind,
    os: record.document?.os ?? null,
    version: record.document?.version ?? null,
    trust,
    fingerprint: fingerprintOf(id),
    did: didOf(id),
    addresses,
    pairedAt,
    lastSeen,
    status,
    ...presence,
  }
}

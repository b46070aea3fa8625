import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { inviteSchema, type Invite } from '#shared/devices.ts'
import { Fault } from '#shared/faults.ts'
import type { DeviceId } from '#shared/ids.ts'
import { Public } from '../base/log.ts'
import { Table } from '../base/state.ts'
import type { StoredCollection } from '../keys/records.ts'
import type { Store } from '../keys/store.ts'
import { Code } from './code.ts'
import { epochAt } from './meeting.ts'
import type { Offer } from './offer.ts'
import type { Parts } from './parts.ts'
import { sealFile, type SealedFile } from './sealed-file.ts'
import type { TicketDesk } from './ticket-desk.ts'
import { linkOf, placeOf, ticketSecretLength } from './tickets.ts'

const lifeMs = 24 * 60 * 60_000
/** Nobody gives away so many in a day. */
const maxInvites = 16

const recordSchema = inviteSchema.extend({
  secret: z
    .base64()
    .refine((text) => Buffer.from(text, 'base64').length === ticketSecretLength, 'not a secret'),
})
type InviteRecord = z.infer<typeof recordSchema>

interface CreatedInvite extends SealedFile {
  readonly invite: Invite
}

export async function openInvites(parts: Parts, desk: TicketDesk, store: Store): Promise<Invites> {
  const records = store.collection('invites', recordSchema)
  const invites = new Invites(parts, desk, records)
  for (const record of (await records.all()).values()) {
    if (record.expiresAt > parts.clock.now()) invites.offer(record)
    else await records.delete(record.id)
  }
  return invites
}

/**
 * Invitations given away as files. Making one is the yes of the person here: whoever comes with it
 * is paired without being asked about again, once, unless they are blocked.
 */
export class Invites {
  readonly table = new Table<Invite>()
  readonly #parts: Parts
  readonly #desk: TicketDesk
  readonly #records: StoredCollection<InviteRecord>
  readonly #undo = new Map<string, () => void>()

  constructor(parts: Parts, desk: TicketDesk, records: StoredCollection<InviteRecord>) {
    this.#parts = parts
    this.#desk = desk
    this.#records = records
  }

  async create(): Promise<CreatedInvite> {
    const { clock, self, whereabouts } = this.#parts
    const [oldest] = this.table.rows
    if (oldest && this.table.rows.length >= maxInvites) await this.withdraw(oldest.id)
    const secret = randomBytes(ticketSecretLength)
    const createdAt = clock.now()
    const expiresAt = createdAt + lifeMs
    const id = randomBytes(8).toString('hex')
    const host: DeviceId = self().introduction.id
    const link = linkOf({ host, secret, expiresAt, ...whereabouts() })
    const sealed = await sealFile(Buffer.from(link))
    const record = { id, createdAt, expiresAt, secret: secret.toString('base64') }
    await this.#records.put(id, record)
    this.offer(record)
    return { ...sealed, invite: { id, createdAt, expiresAt } }
  }

  async withdraw(id: string): Promise<void> {
    this.#undo.get(id)?.()
    this.#undo.delete(id)
    this.table.remove(id)
    await this.#records.delete(id)
  }

  /** Takes whoever comes with it, from now until it is used, withdrawn or expired. */
  offer({ id, createdAt, expiresAt, secret }: InviteRecord): void {
    const { clock, devices, discovery, self, whereabouts, log } = this.#parts
    const bytes = Buffer.from(secret, 'base64')
    const milliseconds = expiresAt - clock.now()
    const own = log.room('pairing')
    const offer: Offer = {
      secret: { kind: 'ticket', bytes },
      meetingPoint: self().introduction.id,
      code: new Code(clock, { until: expiresAt, milliseconds }),
      tried: () => {},
      used: () => this.withdraw(id),
      accepts: async (device) => (devices.trustOf(device.id) === 'blocked' ? 'no' : 'yes'),
      accepted: () => {},
      settled: (end) =>
        own.info('invitation used', {
          outcome: new Public(end && 'device' in end ? 'paired' : 'not paired'),
        }),
    }
    const leaveDesk = this.#desk.put(offer)
    const silence = discovery.announceMeeting(() => ({
      id: placeOf(bytes, epochAt(clock.now())),
      ports: whereabouts().ports,
    }))
    const undoTimer = clock.after(milliseconds, () => {
      this.withdraw(id).catch((error: unknown) =>
        own.warn('not forgotten', { error: Fault.of(error) }),
      )
    })
    this.#undo.set(id, () => {
      leaveDesk()
      silence()
      undoTimer()
    })
    this.table.put({ id, createdAt, expiresAt })
  }

  close(): void {
    for (const undo of this.#undo.values()) undo()
  }
}

import { z } from 'zod'
import { deviceDocumentSchema, type DeviceDocument } from '#shared/devices.ts'
import { Fault } from '#shared/faults.ts'
import type { DeviceId } from '#shared/ids.ts'
import type { ThisDevice } from '#shared/model.ts'
import type { Clock } from '../base/clock.ts'
import { Lifetime } from '../base/lifetime.ts'
import type { Log } from '../base/log.ts'
import type { Cell } from '../base/state.ts'
import type { Devices } from '../devices/devices.ts'
import type { StoredRecord } from '../keys/records.ts'
import type { Store } from '../keys/store.ts'
import type { Messages } from './messages.ts'
import { signed, signedSchema, verified, type Sign, type Signed } from './signed.ts'

const label = 'gangway/document/1'
const keyLength = 32

const introductionSchema = z.object({
  document: deviceDocumentSchema,
  /** By which the device is recognised on the LAN; it changes when a device is removed. */
  announcementKey: z
    .base64()
    .refine((text) => Buffer.from(text, 'base64').length === keyLength, 'not a key'),
})

interface IntroductionsOptions {
  readonly messages: Messages
  readonly devices: Devices
  readonly device: Cell<ThisDevice>
  /** What this device can do, beyond what every version can. */
  readonly capabilities: readonly string[]
  readonly sign: Sign
  readonly store: Store
  readonly clock: Clock
  readonly log: Log
}

/**
 * Tells every paired device who this one is, on connecting and whenever that changes, and keeps
 * what they say of themselves.
 */
export async function openIntroductions(
  options: IntroductionsOptions,
): Promise<{ close(): Promise<void> }> {
  const { messages, devices, device, store } = options
  await using lifetime = new Lifetime()
  const record = store.record('own-document', deviceDocumentSchema)
  const own = new OwnDocument(options, record, await record.get())
  await own.renew()
  const mail = messages.define({
    kind: 'device.document',
    schema: signedSchema,
    mayFrom: () => true,
    // Each may be written to the disk.
    rate: { burst: 20, perSecond: 0.1 },
    handle: (peer, word) => learn(devices, peer, word),
  })
  lifetime.defer(() => mail.withdraw())

  const tell = (peers: readonly DeviceId[], word = own.word()) => {
    for (const peer of peers) mail.post(peer, word)
  }
  const renew = () =>
    own.renew().then(
      (changed) => changed && tell(messages.connected),
      (error: unknown) =>
        options.log.room('messages').warn('not saved', { error: Fault.of(error) }),
    )
  lifetime.defer(device.onChange(() => void renew()))
  lifetime.defer(messages.changes.on('connected', (peer) => tell([peer])))
  lifetime.defer(devices.changes.on('announcementKey', () => tell(messages.connected)))
  const kept = lifetime.keep()
  return { close: () => kept.close() }
}

/**
 * Our own document. Its number grows with every start and every change, and is never behind the
 * clock: others refuse a smaller one than they know, and this profile may be an older one that was
 * restored.
 */
class OwnDocument {
  readonly #options: IntroductionsOptions
  readonly #record: StoredRecord<DeviceDocument>
  #seq: number
  #document: DeviceDocument | null = null

  constructor(
    options: IntroductionsOptions,
    record: StoredRecord<DeviceDocument>,
    saved: DeviceDocument | null,
  ) {
    this.#options = options
    this.#record = record
    this.#seq = saved?.seq ?? 0
  }

  /** Whether it is another now. */
  async renew(): Promise<boolean> {
    const same = this.#facts()
    if (JSON.stringify(this.#document) === JSON.stringify(same)) return false
    this.#seq = Math.max(this.#seq + 1, this.#options.clock.now())
    this.#document = { ...same, seq: this.#seq }
    await this.#record.set(this.#document)
    return true
  }

  word(): Signed {
    const { devices, sign } = this.#options
    const announcementKey = Buffer.from(devices.announcementKey).toString('base64')
    return signed(label, sign, { document: this.#document, announcementKey })
  }

  #facts(): DeviceDocument {
    const { id, settings, kind, os, version } = this.#options.device.value
    const capabilities = [...this.#options.capabilities].sort()
    return { id, seq: this.#seq, name: settings.name, kind, os, version, capabilities }
  }
}

async function learn(devices: Devices, peer: DeviceId, word: Signed): Promise<void> {
  const { document, announcementKey } = verified(label, peer, word, introductionSchema)
  if (document.id !== peer) throw new Fault('frame.malformed')
  const known = devices.documentOf(peer)
  if (known && known.seq > document.seq) throw new Fault('message.outdated')
  if (JSON.stringify(known) !== JSON.stringify(document)) await devices.setDocument(peer, document)
  const key = Buffer.from(announcementKey, 'base64')
  if (!isKnownKey(devices, peer, key)) await devices.setAnnouncementKey(peer, key)
}

function isKnownKey(devices: Devices, peer: DeviceId, key: Buffer): boolean {
  for (const [id, known] of devices.announcementKeys()) if (id === peer) return key.equals(known)
  return false
}

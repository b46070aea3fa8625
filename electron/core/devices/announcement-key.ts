import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { Store } from '../keys/store.ts'

/** Our own, by which paired devices recognise our announcements. */
export interface AnnouncementKey {
  readonly value: Uint8Array
  /** Another one: whoever has the old one does not recognise us any more. */
  renew(): Promise<void>
}

export async function openAnnouncementKey(store: Store): Promise<AnnouncementKey> {
  const record = store.record('announcement-key', z.object({ key: z.base64() }))
  const saved = await record.get()
  let value: Uint8Array = saved ? Buffer.from(saved.key, 'base64') : randomBytes(32)
  const save = () => record.set({ key: Buffer.from(value).toString('base64') })
  if (!saved) await save()
  return {
    get value() {
      return value
    },
    renew() {
      value = randomBytes(32)
      return save()
    },
  }
}

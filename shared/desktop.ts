import { z } from 'zod'
import { transferIdSchema } from './transfers.ts'

/** What the app on a desktop can do beyond a page in a browser. */

/** How the app behaves on this desktop; kept beside the profile's settings, for it is no device's. */
export const habitsSchema = z.object({
  /** Closing the window leaves Gangway running. */
  stay: z.boolean(),
  startAtLogin: z.boolean(),
  /** Look for newer versions. */
  updates: z.boolean(),
})
export type Habits = z.infer<typeof habitsSchema>

/** What was opened with Gangway from outside; it fills a page in, and a person decides. */
export const openedSchema = z.discriminatedUnion('what', [
  z.object({ what: z.literal('link'), id: z.int(), link: z.string() }),
  z.object({ what: z.literal('files'), id: z.int(), paths: z.array(z.string()).readonly() }),
])
export type Opened = z.infer<typeof openedSchema>

export const desktopSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('browser') }),
  z.object({
    kind: z.literal('app'),
    habits: habitsSchema,
    /** Which of the habits this desktop allows. */
    can: habitsSchema,
    opened: openedSchema.nullable(),
  }),
])
export type Desktop = z.infer<typeof desktopSchema>

/** One received file as `transfer.files` names it, or all of the transfer. */
export const receivedSchema = z.strictObject({
  transfer: transferIdSchema,
  path: z.string().min(1).max(4_096).nullable(),
})
export type Received = z.infer<typeof receivedSchema>

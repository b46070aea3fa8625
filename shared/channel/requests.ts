import { z } from 'zod'

/** What a client may say. Only the serving side parses, so only it pulls the schemas in. */
export const requestSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('call'),
    id: z.int().min(0),
    name: z.string().max(64),
    input: z.unknown(),
  }),
  z.object({ type: z.literal('open'), id: z.int().min(0), name: z.string().max(64) }),
  z.object({ type: z.literal('cancel'), id: z.int().min(0) }),
])
export type Request = z.infer<typeof requestSchema>

import { z } from 'zod'
import { Fault } from '#shared/faults.ts'
import type { DeviceId } from '#shared/ids.ts'
import { verifies } from '../crypto/ed25519.ts'
import { lv } from '../crypto/lv.ts'

/** A device's own word, which stays provable when it is kept: the very text that was signed. */
export const signedSchema = z.strictObject({
  text: z.string().max(16_000),
  signature: z.base64().max(100),
})
export type Signed = z.infer<typeof signedSchema>

export type Sign = (message: Uint8Array) => Uint8Array

export function signed(label: string, sign: Sign, value: unknown): Signed {
  const text = JSON.stringify(value)
  return { text, signature: Buffer.from(sign(lv(label, text))).toString('base64') }
}

export function verified<Schema extends z.ZodType>(
  label: string,
  by: DeviceId,
  { text, signature }: Signed,
  schema: Schema,
): z.output<Schema> {
  const bytes = Buffer.from(signature, 'base64')
  if (!verifies(Buffer.from(by, 'hex'), lv(label, text), bytes)) throw new Fault('frame.malformed')
  try {
    return schema.parse(JSON.parse(text))
  } catch (cause) {
    throw new Fault('frame.malformed', {}, { cause })
  }
}

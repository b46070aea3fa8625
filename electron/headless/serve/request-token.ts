import type { IncomingMessage } from 'node:http'
import { z } from 'zod'

const maxBodyBytes = 1024
const bodySchema = z.object({ token: z.string().max(256) }).strict()

/** The token in the body of `POST /session`, or null when the body is anything else. */
export async function readToken(request: IncomingMessage): Promise<string | null> {
  // A form cannot send this type, and asking for it makes browsers ask us first.
  if (request.headers['content-type'] !== 'application/json') return null
  if (Number(request.headers['content-length'] ?? 0) > maxBodyBytes) return null
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > maxBodyBytes) return null
    chunks.push(chunk)
  }
  return parse(Buffer.concat(chunks).toString('utf8'))
}

function parse(text: string): string | null {
  try {
    const body = bodySchema.safeParse(JSON.parse(text))
    return body.success ? body.data.token : null
  } catch {
    return null
  }
}

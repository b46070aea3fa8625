import type { IncomingMessage } from 'node:http'
import { z } from 'zod'
import { Fault, type FaultCode } from '#shared/faults.ts'
import type { Core } from '#core/core.ts'

const querySchema = z.object({
  path: z.string().min(1).max(16_384),
  mtime: z.coerce.number().min(0).max(8.64e15),
})
/** A page that was closed or stopped sending leaves nothing open. */
const silenceMs = 60_000

interface Answer {
  readonly status: number
  readonly body: string
}

const statuses: Partial<Record<FaultCode, number>> = { 'disk.full': 507, 'drop.unknown': 404 }

/** `PUT /drops/<id>?path=…&mtime=…`: the bytes of one dropped file, however many. */
export async function takeDroppedFile(
  request: IncomingMessage,
  drops: Core['drops'],
): Promise<Answer> {
  const url = new URL(request.url ?? '', 'http://localhost')
  const query = querySchema.safeParse(Object.fromEntries(url.searchParams))
  const bytes = Number(request.headers['content-length'] ?? Number.NaN)
  if (!query.success || !Number.isSafeInteger(bytes)) {
    return refusal(new Fault('input.invalid', { problem: 'not a dropped file' }))
  }
  request.setTimeout(silenceMs, () => request.destroy())
  try {
    const { path, mtime } = query.data
    const drop = url.pathname.split('/').at(-1) ?? ''
    await drops.write(drop, { path, mtimeMs: mtime, bytes, body: request })
    return { status: 201, body: '{}' }
  } catch (error) {
    return refusal(Fault.of(error))
  }
}

function refusal(fault: Fault): Answer {
  return { status: statuses[fault.code] ?? 400, body: JSON.stringify(fault.toRecord()) }
}

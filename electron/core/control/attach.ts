import { createConnection, type Socket } from 'node:net'
import { ContractClient } from '#shared/channel/client.ts'
import { cancellation, Fault, isCancellation } from '#shared/faults.ts'
import type { Clock } from '../base/clock.ts'
import { within } from '../base/deadline.ts'
import { JsonLines } from './lines.ts'
import { readMeetingPoint, type MeetingPoint } from './meeting-point.ts'

export interface Attachment {
  readonly client: ContractClient
  close(): void
}

const attachWithinMs = 2_000
/** Answers come from our own core; the bound only keeps a mistake from eating the memory. */
const maxResponseBytes = 16 << 20

/**
 * Reaches the instance that runs this profile. Null when there is none: no file, a file that a crash
 * left behind, or nobody there who answers in time.
 */
export async function attach(
  dataDir: string,
  clock: Clock,
  signal: AbortSignal,
): Promise<Attachment | null> {
  const point = await readMeetingPoint(dataDir)
  if (!point) return null
  try {
    return await within({ clock, milliseconds: attachWithinMs, signal }, (inner) =>
      greet(point, inner),
    )
  } catch (error) {
    if (isCancellation(error)) throw error
    return null
  }
}

function greet(point: MeetingPoint, signal: AbortSignal): Promise<Attachment> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(point.path)
    const client = new ContractClient((request) => socket.write(`${JSON.stringify(request)}\n`))
    const onAbort = () => socket.destroy(cancellation())
    signal.addEventListener('abort', onAbort, { once: true })
    socket.once('connect', () => socket.write(`${JSON.stringify({ token: point.token })}\n`))
    socket.on('error', reject)
    socket.once('close', () => {
      const lost = new Fault('host.lost')
      reject(lost)
      client.close(lost)
    })
    receiveLines(socket, (message) => {
      if (!isWelcome(message)) return client.receive(message)
      // From here on the caller decides when this ends.
      signal.removeEventListener('abort', onAbort)
      resolve({ client, close: () => socket.destroy() })
    })
  })
}

function receiveLines(socket: Socket, take: (message: unknown) => void): void {
  const lines = new JsonLines(maxResponseBytes)
  socket.on('data', (chunk: Buffer) => {
    try {
      for (const message of lines.push(chunk)) take(message)
    } catch {
      socket.destroy()
    }
  })
}

function isWelcome(message: unknown): boolean {
  return (message as { type?: unknown } | null)?.type === 'welcome'
}

import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { Backoff } from '#shared/backoff.ts'
import { isCancellation } from '#shared/faults.ts'
import { sleep, type Clock } from '../base/clock.ts'
import { within } from '../base/deadline.ts'

export interface Router {
  readonly address: string
  /** Of PCP and NAT-PMP; the same by both papers. */
  readonly port: number
  readonly clock: Clock
  /** Aborts when nobody may ask any more. */
  readonly signal: AbortSignal
}

/** RFC 6886, 3.1: a quarter of a second, doubled. */
const againPolicy = { firstMs: 250, maxMs: 1_000 }
const answerMs = 2_000

/**
 * Asks until an answer comes that fits. The socket is connected, so the system hands over nothing
 * from anybody but the router; what is from there and does not fit is passed over.
 */
export async function askByUdp<Answer>(
  { address, port, clock, signal }: Router,
  packetFrom: (source: string) => Uint8Array,
  read: (packet: Uint8Array) => Answer | null,
): Promise<Answer | null> {
  const socket = createSocket('udp4')
  try {
    return await within({ clock, milliseconds: answerMs, signal }, async (inner) => {
      socket.connect(port, address)
      await once(socket, 'connect', { signal: inner })
      const answer = new Promise<Answer>((resolve, reject) => {
        // Nobody listens there, for one.
        socket.on('error', reject)
        socket.on('message', (packet) => {
          const told = read(packet)
          if (told !== null) resolve(told)
        })
      })
      const packet = packetFrom(socket.address().address)
      const ask = () => socket.send(packet)
      return untilAnswered(answer, ask, new Backoff(againPolicy), clock, inner)
    })
  } catch (error) {
    if (isCancellation(error)) throw error
    return null
  } finally {
    socket.close()
  }
}

/** UDP forgets: the same is asked again and again. */
export async function untilAnswered<Answer>(
  answer: Promise<Answer>,
  ask: () => void,
  backoff: Backoff,
  clock: Clock,
  signal: AbortSignal,
): Promise<Answer> {
  const over = new AbortController()
  const either = AbortSignal.any([signal, over.signal])
  const asking = async (): Promise<never> => {
    for (;;) {
      ask()
      await sleep(clock, backoff.next(), either)
    }
  }
  try {
    return await Promise.race([answer, asking()])
  } finally {
    over.abort()
  }
}

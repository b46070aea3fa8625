import { Fault, isCancellation, type FaultCode } from '#shared/faults.ts'
import type { DeviceId } from '#shared/ids.ts'
import type { Clock } from '../base/clock.ts'
import { within } from '../base/deadline.ts'
import type { ByteStream, Connection } from '../endpoint/types.ts'
import { readFrame, writeFrame, type FrameBounds } from '../wire/frames.ts'
import { initiate, respond, type NoiseChannel } from './noise.ts'
import { sessionPrologue } from './session-keys.ts'

interface Meeting {
  readonly self: DeviceId
  /** The pairing root key: whoever completes the handshake holds it too. */
  readonly root: Uint8Array
  readonly clock: Clock
  readonly signal: AbortSignal
}

/** A proved connection: what follows on its first stream is sealed. */
export interface Secured {
  readonly stream: ByteStream
  readonly noise: NoiseChannel
}

const handshakeMs = 5_000
const maxMessageBytes = 256
const nothing = new Uint8Array()

/** What somebody who does not hold the key, or garbles, looks like from the dialling side. */
const ownFindings = new Set<FaultCode>(['session.unproved', 'frame.oversize', 'frame.malformed'])

/** Proves both sides to each other. Whatever goes wrong in it is one and the same on the wire. */
export async function shakeHands(connection: Connection, meeting: Meeting): Promise<Secured> {
  const { clock, signal } = meeting
  const bounds = { clock, milliseconds: handshakeMs, signal }
  if (connection.side === 'dialler') {
    const fault = () => new Fault('peer.unreachable')
    return within({ ...bounds, fault }, (signal) => dial(connection, meeting, signal))
  }
  try {
    return await within(bounds, (signal) => accept(connection, meeting, signal))
  } catch (error) {
    if (isCancellation(error)) throw error
    throw new Fault('session.unproved', {}, { cause: error })
  }
}

async function dial(
  connection: Connection,
  { self, root, clock }: Meeting,
  signal: AbortSignal,
): Promise<Secured> {
  const prologue = sessionPrologue(self, connection.peer, connection.alpn)
  const bounds = boundsOf(clock, signal)
  const stream = await connection.openStream(signal)
  const initiation = initiate({ prologue, psk: root }, nothing)
  try {
    await writeFrame(stream, initiation.message, bounds)
    const noise = initiation.finish(await frameFrom(stream, bounds)).channel
    // The other side acts only once this has come: until then it may be talking to a replay.
    await writeFrame(stream, noise.send.seal(nothing), bounds)
    return { stream, noise }
  } catch (error) {
    if (error instanceof Fault && ownFindings.has(error.code)) {
      throw new Fault('session.unproved', {}, { cause: error })
    }
    throw error
  }
}

async function accept(
  connection: Connection,
  { self, root, clock }: Meeting,
  signal: AbortSignal,
): Promise<Secured> {
  const prologue = sessionPrologue(connection.peer, self, connection.alpn)
  const bounds = boundsOf(clock, signal)
  const stream = await connection.acceptStream(signal)
  const response = respond({ prologue, psk: root }, await frameFrom(stream, bounds))
  const { message, channel: noise } = response.finish(nothing)
  await writeFrame(stream, message, bounds)
  noise.receive.open(await frameFrom(stream, bounds))
  return { stream, noise }
}

async function frameFrom(stream: ByteStream, bounds: FrameBounds): Promise<Uint8Array> {
  const frame = await readFrame(stream, bounds)
  if (frame === null) throw new Fault('frame.malformed')
  return frame
}

function boundsOf(clock: Clock, signal: AbortSignal): FrameBounds {
  return { clock, signal, maxBytes: maxMessageBytes, deadlineMs: handshakeMs }
}

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
  /**
   * Pairing root keys: whoever completes the handshake holds one of them too. A dialler uses the
   * first; an accepter takes whichever the dialler used.
   */
  readonly roots: readonly Uint8Array[]
  readonly clock: Clock
  readonly signal: AbortSignal
}

/** A proved connection: what follows on its first stream is sealed. */
export interface Secured {
  readonly stream: ByteStream
  readonly noise: NoiseChannel
}

interface Proved extends Secured {
  /** The root that both hold. */
  readonly root: Uint8Array
}

const handshakeMs = 5_000
const maxMessageBytes = 256
const nothing = new Uint8Array()

/** What somebody who does not hold the key, or garbles, looks like from the dialling side. */
const ownFindings = new Set<FaultCode>(['session.unproved', 'frame.oversize', 'frame.malformed'])

/** Proves both sides to each other. Whatever goes wrong in it is one and the same on the wire. */
export async function shakeHands(connection: Connection, meeting: Meeting): Promise<Proved> {
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
  { self, roots, clock }: Meeting,
  signal: AbortSignal,
): Promise<Proved> {
  const [root = fail()] = roots
  const prologue = sessionPrologue(self, connection.peer, connection.alpn)
  const bounds = boundsOf(clock, signal)
  const stream = await connection.openStream(signal)
  const initiation = initiate({ prologue, psk: root }, nothing)
  try {
    await writeFrame(stream, initiation.message, bounds)
    const { payload, channel: noise } = initiation.finish(await frameFrom(stream, bounds))
    expectNothing(payload)
    // The other side acts only once this has come: until then it may be talking to a replay.
    await writeFrame(stream, noise.send.seal(nothing), bounds)
    return { stream, noise, root }
  } catch (error) {
    if (error instanceof Fault && ownFindings.has(error.code)) {
      throw new Fault('session.unproved', {}, { cause: error })
    }
    throw error
  }
}

async function accept(
  connection: Connection,
  { self, roots, clock }: Meeting,
  signal: AbortSignal,
): Promise<Proved> {
  const prologue = sessionPrologue(connection.peer, self, connection.alpn)
  const bounds = boundsOf(clock, signal)
  const stream = await connection.acceptStream(signal)
  const { root, response } = recognised(prologue, roots, await frameFrom(stream, bounds))
  expectNothing(response.payload)
  const { message, channel: noise } = response.finish(nothing)
  await writeFrame(stream, message, bounds)
  expectNothing(noise.receive.open(await frameFrom(stream, bounds)))
  return { stream, noise, root }
}

/** Under which of the roots the other side begins; while a pairing anew is not proved there are two. */
function recognised(prologue: Uint8Array, roots: readonly Uint8Array[], message: Uint8Array) {
  for (const root of roots) {
    try {
      return { root, response: respond({ prologue, psk: root }, message) }
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== 'session.unproved') throw error
    }
  }
  return fail()
}

/** A handshake carries nothing: what came in one would be data that nobody bounds or orders. */
function expectNothing(payload: Uint8Array): void {
  if (payload.length > 0) fail()
}

function fail(): never {
  throw new Fault('session.unproved')
}

async function frameFrom(stream: ByteStream, bounds: FrameBounds): Promise<Uint8Array> {
  const frame = await readFrame(stream, bounds)
  if (frame === null) throw new Fault('frame.malformed')
  return frame
}

function boundsOf(clock: Clock, signal: AbortSignal): FrameBounds {
  return { clock, signal, maxBytes: maxMessageBytes, deadlineMs: handshakeMs }
}

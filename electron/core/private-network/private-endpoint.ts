import { randomBytes, timingSafeEqual } from 'node:crypto'
import { Fault, isCancellation } from '#shared/faults.ts'
import type { Alpn } from '#shared/ids.ts'
import type { Clock } from '../base/clock.ts'
import { within } from '../base/deadline.ts'
import type { Connection, DialBounds, Endpoint, Incoming } from '../endpoint/types.ts'
import { readFrame, writeFrame } from '../wire/frames.ts'
import type { Ends, NetworkKey } from './network-key.ts'

const nonceLength = 32
const proofLength = 32
const maxBytes = nonceLength + proofLength
/** Another device of the network has said its part long before that. */
const proofMs = 5_000

/**
 * An endpoint that belongs to a private network. Its protocols go by names nobody else can ask for,
 * so that a handshake with a stranger ends before anything is said; and since names can be seen on
 * the way, both sides prove on each connection that they hold the key before it is handed on.
 */
export function privately(endpoint: Endpoint, key: NetworkKey, clock: Clock): Endpoint {
  const names = new Map<Alpn, Alpn>()
  const joined = (connection: Connection, alpn: Alpn) => new PrivateConnection(connection, alpn)
  return {
    id: endpoint.id,
    state: endpoint.state,
    sockets: endpoint.sockets,
    setAlpns(alpns) {
      names.clear()
      for (const alpn of alpns) names.set(key.alpn(alpn, endpoint.id), alpn)
      endpoint.setAlpns([...names.keys()])
    },
    async connect(target, alpn, bounds) {
      const began = clock.monotonic()
      const connection = await endpoint.connect(target, key.alpn(alpn, target.id), bounds)
      const ends = { alpn, dialler: endpoint.id, accepter: target.id }
      const deadlineMs = Math.max(0, bounds.deadlineMs - (clock.monotonic() - began))
      await proving(connection, { deadlineMs, signal: bounds.signal }, clock, (signal) =>
        proveAsDialler(connection, key, ends, clock, signal),
      )
      return joined(connection, alpn)
    },
    async accept(signal) {
      const incoming = await endpoint.accept(signal)
      return incoming && letIn(incoming)
    },
    close: () => endpoint.close(),
  }

  function letIn(incoming: Incoming): Incoming {
    return {
      origin: incoming.origin,
      proved: incoming.proved,
      retry: () => incoming.retry(),
      refuse: () => incoming.refuse(),
      async accept(bounds) {
        const connection = await incoming.accept(bounds)
        const alpn = names.get(connection.alpn)
        await proving(connection, bounds, clock, async (signal) => {
          if (alpn === undefined) throw stranger()
          const ends = { alpn, dialler: connection.peer, accepter: endpoint.id }
          await proveAsAccepter(connection, key, ends, clock, signal)
        })
        return joined(connection, alpn ?? connection.alpn)
      },
    }
  }
}

/** What does not prove itself in time is closed, as if what it asked for were not there. */
async function proving(
  connection: Connection,
  { deadlineMs, signal }: DialBounds,
  clock: Clock,
  prove: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const fault = () => new Fault('peer.unreachable')
  try {
    await within({ clock, milliseconds: deadlineMs, signal, fault }, prove)
  } catch (error) {
    connection.close(isCancellation(error) ? 'clean' : 'protocol.unknown')
    throw error
  }
}

async function proveAsDialler(
  connection: Connection,
  key: NetworkKey,
  ends: Ends,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  const bounds = { maxBytes, clock, deadlineMs: proofMs, signal }
  const stream = await connection.openStream(signal)
  const nonce = randomBytes(nonceLength)
  await writeFrame(stream, Buffer.concat([nonce, key.proof('dialler', ends, nonce)]), bounds)
  check(await readFrame(stream, bounds), key.proof('accepter', ends, nonce))
  await stream.finish()
}

/** Nothing is said here before the other side has proved itself. */
async function proveAsAccepter(
  connection: Connection,
  key: NetworkKey,
  ends: Ends,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  const bounds = { maxBytes, clock, deadlineMs: proofMs, signal }
  const stream = await connection.acceptStream(signal)
  const frame = await readFrame(stream, bounds)
  if (frame?.length !== maxBytes) throw stranger()
  const nonce = frame.subarray(0, nonceLength)
  check(frame.subarray(nonceLength), key.proof('dialler', ends, nonce))
  await writeFrame(stream, key.proof('accepter', ends, nonce), bounds)
  await stream.finish()
}

function check(given: Uint8Array | null, proof: Uint8Array): void {
  if (given?.length !== proof.length || !timingSafeEqual(given, proof)) throw stranger()
}

function stranger(): Fault {
  return new Fault('protocol.unknown')
}

/** The connection under the name its protocol knows. */
class PrivateConnection implements Connection {
  readonly alpn: Alpn
  readonly peer: Connection['peer']
  readonly side: Connection['side']
  readonly closed: Connection['closed']
  readonly #connection: Connection

  constructor(connection: Connection, alpn: Alpn) {
    this.alpn = alpn
    this.peer = connection.peer
    this.side = connection.side
    this.closed = connection.closed
    this.#connection = connection
  }

  openStream(signal?: AbortSignal) {
    return this.#connection.openStream(signal)
  }

  acceptStream(signal?: AbortSignal) {
    return this.#connection.acceptStream(signal)
  }

  close(code: Parameters<Connection['close']>[0]): void {
    this.#connection.close(code)
  }

  path() {
    return this.#connection.path()
  }
}

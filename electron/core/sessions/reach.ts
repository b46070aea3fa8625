import { Fault } from '#shared/faults.ts'
import type { Alpn, DeviceId } from '#shared/ids.ts'
import { sleep, type Clock } from '../base/clock.ts'
import type { Connection, DialBounds, Target } from '../endpoint/types.ts'

/** What sessions need of the network. */
export interface Dialler {
  connect(target: Target, alpn: Alpn, bounds: DialBounds): Promise<Connection>
}

interface Reach {
  readonly dialler: Dialler
  readonly clock: Clock
  readonly peer: DeviceId
  readonly alpn: Alpn
  readonly addresses: readonly string[]
  readonly signal: AbortSignal
}

const dialMs = 10_000
const staggerMs = 150

/**
 * Dials every way at once, as the transport does by itself. When another device answers at one of
 * the addresses, that ends the whole dial; then each address is tried on its own, so that neither
 * an address that has a new owner nor somebody who lures us away keeps two devices apart.
 */
export async function reach(ways: Reach): Promise<Connection> {
  const { clock, addresses, signal } = ways
  const began = clock.monotonic()
  try {
    return await dial(ways, addresses, dialMs, signal)
  } catch (error) {
    const left = dialMs - (clock.monotonic() - began)
    const misled = error instanceof Fault && error.code === 'peer.unreachable' && left > 0
    if (signal.aborted || !misled || addresses.length < 2) throw error
    return oneByOne(ways, left)
  }
}

async function oneByOne(ways: Reach, milliseconds: number): Promise<Connection> {
  const { clock, addresses, signal } = ways
  const others = new AbortController()
  const stop = () => others.abort()
  signal.addEventListener('abort', stop, { once: true })
  let won = false
  const tries = addresses.map(async (address, place) => {
    await sleep(clock, place * staggerMs, others.signal)
    const connection = await dial(ways, [address], milliseconds, others.signal)
    if (won) {
      connection.close('clean')
      throw new Fault('peer.unreachable')
    }
    won = true
    return connection
  })
  try {
    return await Promise.any(tries)
  } catch (error) {
    throw error instanceof AggregateError ? telling(error.errors) : error
  } finally {
    stop()
    signal.removeEventListener('abort', stop)
  }
}

/** Of several failures the one that came from the device itself says most. */
function telling(errors: readonly unknown[]): unknown {
  const other = errors.find((error) => error instanceof Fault && error.code !== 'peer.unreachable')
  return other ?? errors[0]
}

function dial(
  { dialler, peer, alpn }: Reach,
  addresses: readonly string[],
  deadlineMs: number,
  signal: AbortSignal,
): Promise<Connection> {
  return dialler.connect({ id: peer, addresses }, alpn, { deadlineMs, signal })
}

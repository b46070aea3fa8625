import { Fault, isCancellation, type FaultCode, type FaultRecord } from '#shared/faults.ts'
import type { Lane } from '../lanes/lane.ts'
import type { GivenLane } from './messages.ts'

/** A lane while it is used, and the signal that ends with it. */
export interface Epoch {
  readonly lane: Lane
  readonly signal: AbortSignal
  end(): void
}

interface Epochs {
  /** Ends with the mover. */
  readonly signal: AbortSignal
  /** The lane that is given next. */
  next(): Promise<GivenLane>
  /** It is of no more use; why, unless all has been said over it, or another took its place. */
  over(epoch: number, fault: FaultRecord | null): void
  /** Everything that is said over one lane; resolves when there is nothing more to say. */
  converse(epoch: Epoch): Promise<void>
}

/**
 * Lane after lane, until the mover is stopped. A lane that breaks is replaced by whoever opened it;
 * anything else that goes wrong ends the mover.
 */
export async function runEpochs(epochs: Epochs): Promise<void> {
  while (!epochs.signal.aborted) {
    const given = await nextLane(epochs)
    if (!given) return
    try {
      await overLane(given.lane, epochs)
      epochs.over(given.epoch, null)
    } catch (error) {
      if (epochs.signal.aborted) return
      epochs.over(given.epoch, laneTrouble(error))
    }
  }
}

/** Null when the mover was stopped meanwhile. */
async function nextLane(epochs: Epochs): Promise<GivenLane | null> {
  try {
    return await epochs.next()
  } catch (error) {
    if (epochs.signal.aborted) return null
    throw error
  }
}

async function overLane(lane: Lane, epochs: Epochs): Promise<void> {
  const { signal } = epochs
  const controller = new AbortController()
  const end = () => {
    controller.abort()
    void lane.close()
  }
  signal.addEventListener('abort', end)
  try {
    if (signal.aborted) end()
    await epochs.converse({ lane, signal: controller.signal, end })
  } finally {
    signal.removeEventListener('abort', end)
    controller.abort()
    await lane.close()
  }
}

const laneCodes = new Set<FaultCode>([
  'transfer.laneLost',
  'peer.unreachable',
  'peer.closed',
  'deadline.passed',
  'endpoint.unavailable',
])

/** A peer that breaks the protocol is not tried again: that would be endless. */
function laneTrouble(error: unknown): FaultRecord | null {
  if (isCancellation(error)) return null
  if (error instanceof Fault && laneCodes.has(error.code)) return error.toRecord()
  throw error
}

/** Runs what goes on together over a lane; the first that fails ends the others, and is thrown. */
export async function together(
  epoch: Epoch,
  parts: readonly ((epoch: Epoch) => Promise<void>)[],
): Promise<void> {
  const failures: unknown[] = []
  const guarded = parts.map(async (part) => {
    try {
      await part(epoch)
    } catch (error) {
      failures.push(error)
      epoch.end()
    }
  })
  await Promise.all(guarded)
  // What was merely cancelled is the echo of what failed first.
  const cause = failures.find((failure) => !isCancellation(failure)) ?? failures[0]
  if (cause) throw cause instanceof Error ? cause : new Error('failed', { cause })
}

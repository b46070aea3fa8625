import { Fault } from '#shared/faults.ts'
import type { Clock } from '../../base/clock.ts'
import type { Lane } from '../lanes/lane.ts'
import type { ProbeJob } from './messages.ts'
import type { Pace } from './pace.ts'

interface ProbeParts {
  readonly job: ProbeJob
  readonly lane: Lane
  readonly clock: Clock
  readonly pace: Pace
  readonly signal: AbortSignal
}

/** What movers send files in. */
const frameBytes = 512 * 1024

/** As much as fits into the time, then waits until the other end has all of it. */
export async function sendProbe({ job, lane, clock, pace, signal }: ProbeParts): Promise<number> {
  const nothing = new Uint8Array(frameBytes)
  const until = clock.monotonic() + job.milliseconds
  let sent = 0
  while (sent < job.bytes && clock.monotonic() < until && !signal.aborted) {
    const frame = nothing.subarray(0, Math.min(frameBytes, job.bytes - sent))
    await pace.take(frame.length, signal)
    await lane.send([frame])
    sent += frame.length
  }
  await lane.send([], true)
  if ((await lane.receive()) !== null) throw new Fault('frame.malformed')
  return sent
}

/** Lets go of every frame as it comes. */
export async function receiveProbe({ job, lane }: ProbeParts): Promise<number> {
  let received = 0
  for (;;) {
    const frame = await lane.receive()
    if (frame === null) break
    received += frame.reduce((sum, { length }) => sum + length, 0)
    if (received > job.bytes) throw new Fault('frame.oversize')
  }
  await lane.send([], true)
  return received
}

import { Fault } from '#shared/faults.ts'
import type { Clock } from '../base/clock.ts'
import type { Doors, WayKind } from '../transfers/control.ts'
import { doorsToTry } from '../transfers/doors-to-try.ts'
import type { EpochKeys, Mover, MoverListener, StartMover } from '../transfers/mover.ts'
import type { TransferId } from '#shared/ids.ts'
import type { ProbeJob } from '../transfers/movers/messages.ts'

export interface Passed {
  readonly bytes: number
  readonly milliseconds: number
}

interface ProbeEndOptions {
  readonly startMover: StartMover
  readonly job: ProbeJob
  readonly id: TransferId
  readonly lanOnly: boolean
  readonly clock: Clock
}

/** One end of one lane that is measured: a mover that has nothing to do with files. */
export class ProbeEnd {
  /** What crossed the lane, and how long that took from when it was open. */
  readonly passed: Promise<Passed>
  readonly #mover: Mover

  constructor({ startMover, job, id, lanOnly, clock }: ProbeEndOptions) {
    let openedAt = clock.monotonic()
    let bytes = 0
    let listener: Partial<MoverListener> = {}
    this.passed = new Promise<Passed>((resolve, reject) => {
      listener = {
        laneOpened: () => (openedAt = clock.monotonic()),
        progress: ({ moved }) => (bytes = moved),
        settled: () => resolve({ bytes, milliseconds: clock.monotonic() - openedAt }),
        laneFailed: (_, fault) => reject(fault),
        failed: (fault) => reject(fault),
      }
    })
    // Whoever gives up before has no use for it any more.
    this.passed.catch(() => {})
    this.#mover = startMover(job, { id, lanOnly }, { ...deaf, ...listener })
  }

  open(epoch: number, kind: WayKind, keys: EpochKeys): Promise<Doors> {
    return this.#mover.open(epoch, kind, keys)
  }

  /** Only where the other device has any business to send this one. */
  enter(epoch: number, doors: Doors, sessionAddress: string | null): Promise<Passed> {
    this.#mover.enter(epoch, doorsToTry(doors, sessionAddress))
    return this.passed
  }

  async close(): Promise<void> {
    await this.#mover.stop('discard').catch(() => {})
  }
}

const deaf: MoverListener = {
  counts() {},
  left() {},
  progress() {},
  allSent() {},
  files: async () => {},
  journal: () => Promise.reject(new Fault('internal')),
  laneOpened() {},
  laneFailed() {},
  laneLost() {},
  held() {},
  settled() {},
  parted() {},
  failed() {},
}

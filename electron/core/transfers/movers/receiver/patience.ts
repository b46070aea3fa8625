import { Backoff } from '#shared/backoff.ts'
import { Fault } from '#shared/faults.ts'
import { sleep, type Clock } from '../../../base/clock.ts'

interface PatienceParts {
  readonly clock: Clock
  readonly signal: AbortSignal
  /** The disk is full, or takes nothing for another reason; null when it does again. */
  readonly held: (fault: Fault | null) => void
}

const policy = { firstMs: 500, maxMs: 5_000 }

/** Waits for room on a disk instead of failing: what could not be written is written later. */
export class Patience {
  readonly #parts: PatienceParts
  #waiting = 0

  constructor(parts: PatienceParts) {
    this.#parts = parts
  }

  async keep<Value>(work: () => Promise<Value>): Promise<Value> {
    const { clock, signal, held } = this.#parts
    let backoff: Backoff | null = null
    let isWaiting = false
    try {
      for (;;) {
        try {
          return await work()
        } catch (error) {
          if (!isPassing(error)) throw error
          if (!isWaiting && ++this.#waiting === 1) held(error)
          isWaiting = true
          backoff ??= new Backoff(policy)
          await sleep(clock, backoff.next(), signal)
        }
      }
    } finally {
      if (isWaiting && --this.#waiting === 0) held(null)
    }
  }
}

function isPassing(error: unknown): error is Fault {
  if (!(error instanceof Fault)) return false
  return error.code === 'disk.full' || error.code === 'transfer.destinationUnwritable'
}

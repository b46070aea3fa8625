import { cancellation } from '#shared/faults.ts'
import type { GivenLane } from './messages.ts'

/** The lanes a coordinator gives, one at a time; a newer one takes the place of an older. */
export class LaneQueue {
  readonly #signal: AbortSignal
  #waiting: GivenLane | null = null
  #wanted: ((given: GivenLane) => void) | null = null
  #current: GivenLane | null = null

  constructor(signal: AbortSignal) {
    this.#signal = signal
    signal.addEventListener('abort', () => void this.#waiting?.lane.close(), { once: true })
  }

  /** Closes the one in use, and one that nobody has taken yet. */
  give(given: GivenLane): void {
    void this.#current?.lane.close()
    void this.#waiting?.lane.close()
    if (this.#signal.aborted) void given.lane.close()
    else if (this.#wanted) this.#wanted(given)
    else this.#waiting = given
  }

  async next(): Promise<GivenLane> {
    const given = this.#waiting ?? (await this.#given())
    this.#waiting = null
    this.#current = given
    return given
  }

  #given(): Promise<GivenLane> {
    return new Promise((resolve, reject) => {
      const stopped = () => reject(cancellation())
      this.#signal.addEventListener('abort', stopped, { once: true })
      if (this.#signal.aborted) stopped()
      this.#wanted = (given) => {
        this.#signal.removeEventListener('abort', stopped)
        this.#wanted = null
        resolve(given)
      }
    })
  }
}

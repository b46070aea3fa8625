import { cancellation } from '#shared/faults.ts'
import type { Lane } from '../lanes/lane.ts'

/** The lanes a coordinator gives, one at a time; a newer one takes the place of an older. */
export class LaneQueue<LaneSpec> {
  readonly #open: (spec: LaneSpec, signal: AbortSignal) => Promise<Lane>
  readonly #signal: AbortSignal
  #waiting: LaneSpec | null = null
  #wanted: ((spec: LaneSpec) => void) | null = null
  #current = new AbortController()

  constructor(open: (spec: LaneSpec, signal: AbortSignal) => Promise<Lane>, signal: AbortSignal) {
    this.#open = open
    this.#signal = signal
  }

  give(spec: LaneSpec): void {
    this.#current.abort()
    if (this.#wanted) this.#wanted(spec)
    else this.#waiting = spec
  }

  /** Opens the lane given next; it closes when another one is given. */
  async next(): Promise<Lane> {
    const spec = this.#waiting ?? (await this.#given())
    this.#waiting = null
    const current = new AbortController()
    this.#current = current
    const lane = await this.#open(spec, AbortSignal.any([this.#signal, current.signal]))
    const close = () => void lane.close()
    if (current.signal.aborted) close()
    else current.signal.addEventListener('abort', close, { once: true })
    return lane
  }

  #given(): Promise<LaneSpec> {
    return new Promise((resolve, reject) => {
      const stopped = () => reject(cancellation())
      this.#signal.addEventListener('abort', stopped, { once: true })
      if (this.#signal.aborted) stopped()
      this.#wanted = (spec) => {
        this.#signal.removeEventListener('abort', stopped)
        this.#wanted = null
        resolve(spec)
      }
    })
  }
}

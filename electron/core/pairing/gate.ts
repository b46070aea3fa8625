import { Fault } from '#shared/faults.ts'
import { Bucket } from '../base/bucket.ts'
import type { Clock } from '../base/clock.ts'
import type { Connection } from '../endpoint/types.ts'

const maxExchanges = 4
const rate = { burst: 20, perSecond: 1 }
const seats = 24

/**
 * How much of pairing strangers get, over all codes together. Who has said nothing yet sits in a
 * waiting room in which every newcomer takes the seat of whoever is silent longest, so that no
 * number of silent ones keeps out somebody who speaks.
 */
export class Gate {
  readonly #bucket: Bucket
  readonly #silent = new Set<Connection>()
  #exchanges = 0

  constructor(clock: Clock) {
    this.#bucket = new Bucket(clock, rate)
  }

  /** Returns how to get up again. */
  sitDown(connection: Connection): () => void {
    const [longest] = this.#silent
    if (this.#silent.size >= seats && longest) {
      this.#silent.delete(longest)
      longest.close('peer.busy')
    }
    this.#silent.add(connection)
    return () => this.#silent.delete(connection)
  }

  /** Returns how to leave. */
  enter(): () => void {
    if (this.#exchanges >= maxExchanges || !this.#bucket.take()) throw new Fault('peer.busy')
    this.#exchanges += 1
    return () => (this.#exchanges -= 1)
  }
}

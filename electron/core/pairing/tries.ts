import { Fault } from '#shared/faults.ts'
import type { DeviceId } from '#shared/ids.ts'

const maxTries = 3
// Codes live for minutes; so many of them nobody types in that time.
const maxPlaces = 256

/** How often words were sent to a place: a fake host learns one guess from each. */
export class Tries {
  readonly #spent = new Map<DeviceId, number>()

  spend(place: DeviceId): void {
    const spent = this.#spent.get(place) ?? 0
    if (spent >= maxTries) throw new Fault('pairing.tries')
    this.#spent.set(place, spent + 1)
    const [oldest] = this.#spent.keys()
    if (this.#spent.size > maxPlaces && oldest !== undefined) this.#spent.delete(oldest)
  }
}

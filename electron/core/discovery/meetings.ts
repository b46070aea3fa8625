import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { DeviceId } from '#shared/ids.ts'
import { deviceIdSchema } from '#shared/model.ts'
import type { Clock } from '#core/base/clock.ts'
import type { HeardService, Ports, Service } from './packets.ts'

/**
 * Places where somebody waits to be paired with. Such an announcement holds the place and its ports
 * under a random instance of its own: nothing in it leads to the device behind it (safety 35).
 */
interface Meeting {
  readonly id: DeviceId
  readonly ports: Ports
}

export type Found = (addresses: readonly string[]) => void

/** As long as any sighting; whoever announces is heard again well before that. */
const lifeMs = 30_000
// Far more than people who pair at the same moment on one network.
const maxHeard = 256

const txtSchema = z.object({ v: z.literal('1'), meet: deviceIdSchema })

interface Heard {
  readonly id: DeviceId
  readonly addresses: readonly string[]
  readonly at: number
}

export class Meetings {
  readonly #clock: Clock
  readonly #announced = new Map<string, Meeting>()
  /** By instance and source; the one heard longest ago first. */
  readonly #heard = new Map<string, Heard>()
  readonly #seekers = new Map<Found, DeviceId>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Returns its undo. */
  announce(meeting: Meeting): () => void {
    const instance = randomBytes(16).toString('hex')
    this.#announced.set(instance, meeting)
    return () => this.#announced.delete(instance)
  }

  services(): Service[] {
    return [...this.#announced].map(([instance, { id, ports }]) => ({
      instance,
      ports,
      txt: { v: '1', meet: id },
    }))
  }

  /** What was heard of this place lately, then whatever is heard from now on. Returns its undo. */
  seek(id: DeviceId, found: Found): () => void {
    this.#seekers.set(found, id)
    const oldest = this.#clock.monotonic() - lifeMs
    for (const heard of this.#heard.values()) {
      if (heard.id === id && heard.at > oldest) found(heard.addresses)
    }
    return () => this.#seekers.delete(found)
  }

  /** True when this was about a place, whether or not anybody seeks it. */
  hear({ txt, instance }: HeardService, source: string, addresses: readonly string[]): boolean {
    const place = txtSchema.safeParse(Object.fromEntries(txt))
    if (!place.success) return false
    const id = place.data.meet
    if (this.#announced.has(instance) || addresses.length === 0) return true
    const key = `${instance} ${source}`
    this.#heard.delete(key)
    this.#heard.set(key, { id, addresses, at: this.#clock.monotonic() })
    const [first] = this.#heard.keys()
    if (this.#heard.size > maxHeard && first !== undefined) this.#heard.delete(first)
    for (const [found, sought] of Array.from(this.#seekers)) if (sought === id) found(addresses)
    return true
  }

  forget(instance: string): void {
    for (const key of this.#heard.keys()) {
      if (key.startsWith(`${instance} `)) this.#heard.delete(key)
    }
  }
}

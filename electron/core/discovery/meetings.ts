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
export interface Place {
  readonly id: DeviceId
  readonly ports: Ports
}

/** Asked each time; a place that is another one now goes by another name. */
interface Announced {
  readonly now: () => Place | null
  id: DeviceId | null
  instance: string
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
  readonly #announced = new Set<Announced>()
  /** By instance and source; the one heard longest ago first. */
  readonly #heard = new Map<string, Heard>()
  readonly #seekers = new Map<Found, DeviceId>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Returns its undo. */
  announce(now: () => Place | null): () => void {
    const announced: Announced = { now, id: null, instance: '' }
    this.#announced.add(announced)
    return () => this.#announced.delete(announced)
  }

  services(): Service[] {
    return [...this.#announced].flatMap((announced) => {
      const place = announced.now()
      if (!place) return []
      if (place.id !== announced.id) {
        announced.id = place.id
        announced.instance = randomBytes(16).toString('hex')
      }
      const { instance } = announced
      return [{ instance, ports: place.ports, txt: { v: '1', meet: place.id } }]
    })
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

  /** Others hear us now, and by the old names nobody shall know us again. */
  renew(): void {
    for (const announced of this.#announced) announced.id = null
    this.#heard.clear()
  }

  /** True when this was about a place, whether or not anybody seeks it. */
  hear({ txt, instance }: HeardService, source: string, addresses: readonly string[]): boolean {
    const place = txtSchema.safeParse(Object.fromEntries(txt))
    if (!place.success) return false
    const id = place.data.meet
    const isOwn = [...this.#announced].some((own) => own.instance === instance)
    if (isOwn || addresses.length === 0) return true
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

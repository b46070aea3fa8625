import type { DeviceId } from '#shared/ids.ts'
import type { DeviceKind, NearbyDevice } from '#shared/model.ts'
import type { Clock } from '#core/base/clock.ts'
import type { Table } from '#core/base/state.ts'
import { Bucket } from '#core/base/bucket.ts'

const lifeMs = 30_000
const sweepMs = 1_000
const maxStrangers = 256
const maxPerDevice = 8
const maxAddresses = 16

/** One announcement as heard from one source: a device with two networks is heard twice. */
interface Sighting {
  readonly id: DeviceId
  readonly instance: string
  readonly source: string
  /** Recognised by its key; otherwise it only says so. */
  readonly recognised: boolean
  readonly name: string | null
  readonly kind: DeviceKind | null
  /** `ip:port`, the likeliest first. */
  readonly addresses: readonly string[]
}

type Kept = Sighting & { readonly heardAt: number }

/**
 * Who is near, from what was heard and what was typed. Bounded against those who make up devices;
 * devices recognised by their key always find room, since only as many exist as were paired.
 */
export class Sightings {
  readonly #clock: Clock
  readonly #nearby: Table<NearbyDevice>
  readonly #heard = new Map<DeviceId, Map<string, Kept>>()
  readonly #fixed = new Map<DeviceId, readonly string[]>()
  readonly #newcomers: Bucket
  #sweeping = false
  #undoSweep = () => {}

  constructor(clock: Clock, nearby: Table<NearbyDevice>) {
    this.#clock = clock
    this.#nearby = nearby
    this.#newcomers = new Bucket(clock, { burst: 64, perSecond: 16 })
  }

  hear(sighting: Sighting): void {
    const { id } = sighting
    const key = `${sighting.instance} ${sighting.source}`
    const known = this.#heard.get(id) ?? new Map<string, Kept>()
    if (!known.has(key) && !this.#hasRoomFor(sighting, known)) return
    known.set(key, { ...sighting, heardAt: this.#clock.monotonic() })
    this.#heard.set(id, known)
    this.#show(id)
    this.#sweepLater()
  }

  /** The instance took its leave. */
  forget(instance: string): void {
    this.#drop((sighting) => sighting.instance === instance)
  }

  /** Whoever was heard so far. */
  forgetAll(): void {
    this.#drop(() => true)
  }

  /** The addresses of a device that a person typed; it is listed whether or not it is heard. */
  fix(id: DeviceId, addresses: readonly string[]): void {
    this.#fixed.set(id, addresses)
    this.#show(id)
  }

  /** Nobody types it any more: from now on it is there as long as it is heard. */
  loosen(id: DeviceId): void {
    this.#fixed.delete(id)
    this.#show(id)
  }

  close(): void {
    this.#undoSweep()
  }

  #hasRoomFor({ id, recognised }: Sighting, known: ReadonlyMap<string, Kept>): boolean {
    const alike = [...known.values()].filter((kept) => kept.recognised === recognised)
    if (alike.length >= maxPerDevice) return false
    if (recognised) return true
    const isNew = !this.#heard.has(id)
    return !(isNew && this.#heard.size >= maxStrangers) && this.#newcomers.take()
  }

  /** One timer, for whoever has been silent longest. */
  #sweepLater(): void {
    if (this.#sweeping) return
    let oldest = Infinity
    for (const known of this.#heard.values()) {
      for (const { heardAt } of known.values()) oldest = Math.min(oldest, heardAt)
    }
    if (oldest === Infinity) return
    this.#sweeping = true
    const now = this.#clock.monotonic()
    this.#undoSweep = this.#clock.after(Math.max(oldest + lifeMs - now, sweepMs), () => {
      this.#sweeping = false
      const now = this.#clock.monotonic()
      this.#drop(({ heardAt }) => now - heardAt >= lifeMs)
      this.#sweepLater()
    })
  }

  #drop(isOver: (sighting: Kept) => boolean): void {
    for (const [id, known] of this.#heard) {
      const before = known.size
      for (const [key, sighting] of known) if (isOver(sighting)) known.delete(key)
      if (known.size === 0) this.#heard.delete(id)
      if (known.size < before) this.#show(id)
    }
  }

  #show(id: DeviceId): void {
    const fixed = this.#fixed.get(id)
    const all = [...(this.#heard.get(id)?.values() ?? [])]
    if (!fixed && all.length === 0) return this.#nearby.remove(id)
    const recognised = all.filter((sighting) => sighting.recognised)
    // While the device itself is heard, nobody else speaks for it.
    const heard = recognised.length > 0 ? recognised : all
    // Where packets came from counts more than what they claim.
    const sources = heard.flatMap(({ addresses }) => addresses.slice(0, 1))
    const claims = heard.flatMap(({ addresses }) => addresses.slice(1))
    const addresses = new Set([...sources, ...claims, ...(fixed ?? [])])
    this.#nearby.put({
      id,
      name: heard.find(({ name }) => name !== null)?.name ?? null,
      kind: heard.find(({ kind }) => kind !== null)?.kind ?? null,
      addresses: [...addresses].slice(0, maxAddresses),
      via: heard.length > 0 ? 'lan' : 'static',
      since: this.#nearby.get(id)?.since ?? this.#clock.now(),
    })
  }
}

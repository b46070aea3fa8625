import { Fault, type FaultRecord } from '#shared/faults.ts'
import type { Clock } from '#core/base/clock.ts'
import { within } from '#core/base/deadline.ts'
import { Lifetime } from '#core/base/lifetime.ts'
import { Public, type Log } from '#core/base/log.ts'
import { Cell } from '#core/base/state.ts'
import { Announcer } from './announcer.ts'
import { Bucket } from '#core/base/bucket.ts'
import type { Link, Surroundings } from './links.ts'
import type { Network } from './multicast.ts'
import {
  encodeQuery,
  mayConcernUs,
  readPacket,
  type AnnouncedService,
  type HeardService,
} from './packets.ts'

const lookAroundMs = 3_000
const askAgainMs = 1_000
const goodbyeMs = 500
// Far above what a full network of honest devices says; beyond it somebody means harm.
const packetLimit = { burst: 400, perSecond: 200 }
// Whether a service is a known device's takes a look at every key, and a packet can hold several.
const serviceLimit = { burst: 400, perSecond: 100 }
const serviceLimitPerSource = { burst: 200, perSecond: 40 }
const maxSources = 256

interface DnsSdOptions {
  readonly clock: Clock
  readonly log: Log
  readonly random: () => number
  readonly network: Network
  /** The service types that are asked for and heard. */
  readonly types: () => readonly string[]
  readonly services: () => readonly AnnouncedService[]
  readonly heard: (service: HeardService, source: string, surroundings: Surroundings) => void
  readonly left: (instance: string) => void
}

export interface DnsSd {
  readonly problems: Cell<readonly FaultRecord[]>
  /** Those that work. */
  readonly interfaces: readonly string[]
  /** What we announce has changed. */
  changed(): void
  /** Asks everyone, now and once more. */
  ask(): void
  /** Looks at the network interfaces again, tells everyone and asks everyone, now. */
  refresh(): void
  close(): Promise<void>
}

/** Announces and hears services on every link of this computer, as links come and go. */
export async function openDnsSd(options: DnsSdOptions): Promise<DnsSd> {
  const dnsSd = new RunningDnsSd(options)
  await dnsSd.lookAround()
  return dnsSd
}

class RunningDnsSd implements DnsSd {
  readonly problems = new Cell<readonly FaultRecord[]>([])
  readonly #options: DnsSdOptions
  readonly #lifetime = new Lifetime()
  readonly #multicast
  readonly #announcer: Announcer
  readonly #services: Bucket
  /** By source; who was heard for the first time longest ago comes first. */
  readonly #sources = new Map<string, Bucket>()
  #surroundings: Surroundings = { links: [], isLocal: () => false }
  #usable: readonly Link[] = []
  #trouble: { listening: string | null; sending: string | null } = {
    listening: null,
    sending: null,
  }
  #looking: Promise<void> | null = null
  #undoLook = () => {}
  #undoAsk = () => {}

  constructor(options: DnsSdOptions) {
    this.#options = options
    const { clock, network } = options
    const packets = new Bucket(clock, packetLimit)
    this.#services = new Bucket(clock, serviceLimit)
    this.#multicast = this.#lifetime.own(
      network.open((packet, source) => {
        const types = options.types()
        if (!mayConcernUs(packet, types) || !this.#surroundings.isLocal(source)) return
        if (packets.take()) this.#hear(packet, source, types)
      }),
    )
    this.#announcer = new Announcer({ ...options, spread: (packetFor) => this.#spread(packetFor) })
    // Others notice by themselves, only later, where leave cannot be taken.
    this.#lifetime.defer(() =>
      within({ clock, milliseconds: goodbyeMs }, () => this.#announcer.goodbye()).catch(() => {}),
    )
    this.#lifetime.defer(async () => {
      this.#undoAsk()
      await this.#looking
      this.#undoLook()
    })
  }

  get interfaces(): string[] {
    return [...new Set(this.#usable.map(({ name }) => name))]
  }

  changed(): void {
    this.#background(this.#announcer.announceTwice())
  }

  ask(): void {
    this.#background(this.#ask())
  }

  refresh(): void {
    this.#background(this.lookAround().then(() => this.#tellAndAsk()))
  }

  close(): Promise<void> {
    return this.#lifetime.close()
  }

  /** Follows the network interfaces from now on; one look at a time. */
  async lookAround(): Promise<void> {
    if (this.#lifetime.signal.aborted) return
    this.#undoLook()
    this.#looking ??= this.#look()
      .catch((error: unknown) => this.#stumble(error))
      .finally(() => {
        this.#looking = null
        const { clock } = this.#options
        this.#undoLook = clock.after(lookAroundMs, () => void this.lookAround())
      })
    await this.#looking
  }

  /** Tells and asks as soon as there is a new way out. */
  async #look(): Promise<void> {
    this.#surroundings = this.#options.network.surroundings()
    const { links } = this.#surroundings
    const before = new Set(this.#usable.map(fingerprint))
    const { usable, trouble } = await this.#multicast.follow(links)
    this.#usable = usable
    // This computer alone is enough only when there is nothing else.
    const reached = usable.some(({ internal }) => !internal || links.every((link) => link.internal))
    this.#report({ listening: reached ? null : (trouble ?? 'no network') })
    if (usable.every((link) => before.has(fingerprint(link)))) return
    this.#options.log.debug('links', {
      count: usable.length,
      trouble: trouble === null ? null : new Public(trouble),
    })
    await this.#tellAndAsk()
  }

  #hear(bytes: Uint8Array, source: string, types: readonly string[]): void {
    const packet = readPacket(bytes, types)
    if (!packet) return
    for (const question of packet.questions) this.#announcer.asked(question)
    for (const service of packet.services) {
      if (!this.#sourceOf(source).take() || !this.#services.take()) break
      this.#options.heard(service, source, this.#surroundings)
    }
    for (const instance of packet.leaving) this.#options.left(instance)
  }

  #sourceOf(source: string): Bucket {
    const bucket =
      this.#sources.get(source) ?? new Bucket(this.#options.clock, serviceLimitPerSource)
    this.#sources.set(source, bucket)
    const [first] = this.#sources.keys()
    if (this.#sources.size > maxSources && first !== undefined) this.#sources.delete(first)
    return bucket
  }

  async #tellAndAsk(): Promise<void> {
    if (this.#lifetime.signal.aborted) return
    await this.#announcer.announceTwice()
    await this.#ask()
  }

  async #ask(): Promise<void> {
    this.#undoAsk()
    if (this.#lifetime.signal.aborted) return
    const { clock, types } = this.#options
    const question = () => encodeQuery(types())
    this.#undoAsk = clock.after(askAgainMs, () => this.#background(this.#spread(question)))
    await this.#spread(question)
  }

  async #spread(packetFor: (link: Link) => Uint8Array): Promise<void> {
    const outcomes = await Promise.allSettled(
      this.#usable.map((link) => this.#multicast.send(packetFor(link), link)),
    )
    const refused = outcomes.length > 0 && outcomes.every(({ status }) => status === 'rejected')
    this.#report({ sending: refused ? 'nothing can be sent' : null })
  }

  #report(trouble: Partial<{ listening: string | null; sending: string | null }>): void {
    this.#trouble = { ...this.#trouble, ...trouble }
    const problem = this.#trouble.listening ?? this.#trouble.sending
    if (problem === null) return this.problems.set([])
    const fault = new Fault('discovery.unavailable', { problem })
    if (this.problems.value.length === 0) this.#options.log.warn('unavailable', { fault })
    this.problems.set([fault.toRecord()])
  }

  #background(work: Promise<void>): void {
    work.catch((error: unknown) => this.#stumble(error))
  }

  #stumble(error: unknown): void {
    this.#options.log.error('stumbled', { error: Fault.of(error) })
  }
}

function fingerprint(link: Link): string {
  return JSON.stringify(link)
}

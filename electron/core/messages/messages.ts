import type { z } from 'zod'
import type { Trust } from '#shared/devices.ts'
import { Fault } from '#shared/faults.ts'
import type { Alpn, DeviceId } from '#shared/ids.ts'
import { Bucket, type BucketSize } from '../base/bucket.ts'
import type { Clock } from '../base/clock.ts'
import { within } from '../base/deadline.ts'
import { Emitter } from '../base/emitter.ts'
import type { Log } from '../base/log.ts'
import type { Devices } from '../devices/devices.ts'
import type { SecureChannel } from '../sessions/secure-channel.ts'
import type { Sessions } from '../sessions/sessions.ts'
import { Answered } from './answered.ts'
import {
  decoded,
  encoded,
  newMessageId,
  outcomeOf,
  type Message,
  type Outcome,
} from './envelope.ts'
import { Outbox, type Letter } from './outbox.ts'

export const messageAlpn: Alpn = 'gangway/message/1'

/** One kind of message: who may send it, what it looks like, what is done with it. */
export interface MessageKind<Schema extends z.ZodType> {
  readonly kind: string
  readonly schema: Schema
  mayFrom(trust: Trust): boolean
  /** How many one device may send; what comes faster is turned down. */
  readonly rate: BucketSize
  /** Resolves when it is safe to say that it was received; a fault is told to the sender. */
  handle(peer: DeviceId, body: z.output<Schema>): void | Promise<void>
}

interface SendBounds {
  readonly deadlineMs?: number
  readonly signal?: AbortSignal | undefined
}

/** How messages of one kind go out. */
export interface Mail<Body> {
  /** Resolves when the other device has accepted it; it is sent again over as many sessions as needed. */
  send(peer: DeviceId, body: Body, bounds?: SendBounds): Promise<void>
  /** Over the session there is now, if there is one; nobody hears what became of it. */
  post(peer: DeviceId, body: Body): void
  /** From now on such messages are unknown here. */
  withdraw(): void
}

interface MessagesOptions {
  readonly sessions: Sessions
  readonly devices: Devices
  /** Something waits for this device: worth trying to reach it now. */
  readonly wanted: (peer: DeviceId) => void
  readonly clock: Clock
  readonly log: Log
}

interface Changes extends Record<string, unknown> {
  connected: DeviceId
}

interface Link {
  readonly channel: SecureChannel
  /** Messages being handled or answered. */
  running: number
}

const deliveryMs = 30_000
/** While so many messages of one session are being handled, no more are read from it. */
const maxRunning = 32
/** A device that is turned down all the time must not push everything else out of the log. */
const notes = { burst: 20, perSecond: 0.1 }

/** Typed messages between paired devices; other rooms define their own kinds. */
export class Messages {
  readonly changes: Emitter<Changes>
  readonly #options: MessagesOptions
  readonly #log: Log
  readonly #kinds = new Map<string, MessageKind<z.ZodType>>()
  readonly #links = new Map<DeviceId, Link>()
  readonly #outboxes = new Map<DeviceId, Outbox>()
  readonly #answered = new Map<DeviceId, Answered>()
  readonly #buckets = new Map<DeviceId, Map<string, Bucket>>()
  readonly #notes: Bucket
  readonly #stopFollowing: () => void

  constructor(options: MessagesOptions) {
    const { sessions, devices } = options
    this.#options = options
    this.#log = options.log.room('messages')
    this.#notes = new Bucket(options.clock, notes)
    this.changes = new Emitter((error) =>
      this.#log.error('a listener failed', { error: Fault.of(error) }),
    )
    // Sessions end what they serve when they close, and say why.
    sessions.serve({ alpn: messageAlpn, accept: (channel) => this.#serve(channel) })
    this.#stopFollowing = devices.changes.on('barred', (peer) => this.#forget(peer))
  }

  /** Two kinds of one name are a mistake of ours. */
  define<Schema extends z.ZodType>(kind: MessageKind<Schema>): Mail<z.input<Schema>> {
    const name = kind.kind
    if (this.#kinds.has(name)) throw new Error(`${name} is defined already`)
    this.#kinds.set(name, kind)
    return {
      send: async (peer, body, bounds = {}) => {
        const { id, bytes } = written(kind, body, true)
        await this.#deliver(peer, id, bytes, bounds)
      },
      post: (peer, body) => {
        const { bytes } = written(kind, body, false)
        this.#links
          .get(peer)
          ?.channel.send(bytes)
          .catch(() => {})
      },
      withdraw: () => void this.#kinds.delete(name),
    }
  }

  get connected(): DeviceId[] {
    return [...this.#links.keys()]
  }

  /** How long there and back takes now, in milliseconds. */
  async ping(peer: DeviceId, signal?: AbortSignal): Promise<number> {
    const { sessions, clock } = this.#options
    const bounds = { clock, milliseconds: deliveryMs, signal }
    return within(bounds, async (signal) => {
      for (;;) {
        const channel = await sessions.open(peer, messageAlpn, signal)
        try {
          return await channel.ping(signal)
        } catch (error) {
          // Of two sessions that came about at once the other one goes on.
          if (signal.aborted || sessions.current(peer, messageAlpn) === null) throw error
        }
      }
    })
  }

  close(): void {
    this.#stopFollowing()
    for (const outbox of this.#outboxes.values())
      for (const letter of outbox.letters) letter.settle('core.closing')
  }

  async #serve(channel: SecureChannel): Promise<void> {
    const { peer } = channel
    const link: Link = { channel, running: 0 }
    this.#links.set(peer, link)
    try {
      this.changes.emit('connected', peer)
      for (const letter of this.#outboxes.get(peer)?.letters ?? []) this.#dispatch(link, letter)
      for (;;) {
        const bytes = await channel.receive()
        if (bytes === null) return
        await this.#take(link, bytes)
      }
    } finally {
      if (this.#links.get(peer) === link) this.#unlink(peer)
    }
  }

  #unlink(peer: DeviceId): void {
    this.#links.delete(peer)
    if (this.#outboxes.get(peer)?.letters.length) this.#options.wanted(peer)
  }

  async #take(link: Link, bytes: Uint8Array): Promise<void> {
    const { peer } = link.channel
    const envelope = decoded(bytes)
    if (envelope.type === 'answer') {
      this.#outboxes.get(peer)?.settle(envelope.id, outcomeOf(envelope.fault))
      return
    }
    const finished = this.#finish(link, envelope)
    if (link.running >= maxRunning) await finished
  }

  async #finish(link: Link, message: Message): Promise<void> {
    const { channel } = link
    const { id, answer } = message
    const handle = () => this.#handle(channel.peer, message)
    link.running += 1
    try {
      if (!answer) return void (await handle())
      const fault = await this.#answeredOf(channel.peer).once(id, handle)
      await channel.send(encoded({ type: 'answer', id, fault }))
    } catch {
      // The session has ended; the next one brings the message again.
    } finally {
      link.running -= 1
    }
  }

  async #handle(peer: DeviceId, { kind, body }: Message): Promise<Outcome> {
    try {
      const known = this.#kinds.get(kind)
      if (!known) throw new Fault('message.unknown')
      const trust = this.#options.devices.trustOf(peer)
      if (trust === null || !known.mayFrom(trust)) throw new Fault('message.refused')
      if (!this.#bucketOf(peer, known).take()) throw new Fault('peer.busy')
      const parsed = known.schema.safeParse(body)
      if (!parsed.success) throw new Fault('frame.malformed', {}, { cause: parsed.error })
      await known.handle(peer, parsed.data)
      return null
    } catch (error) {
      const fault = Fault.of(error)
      if (fault.code === 'internal') this.#log.error('a message was not handled', { peer, fault })
      else if (this.#notes.take()) this.#log.info('a message was turned down', { peer, fault })
      return fault.code
    }
  }

  async #deliver(
    peer: DeviceId,
    id: string,
    bytes: Uint8Array,
    { deadlineMs = deliveryMs, signal }: SendBounds,
  ): Promise<void> {
    const { clock, devices, wanted } = this.#options
    if (!devices.isPaired(peer)) throw new Fault('device.unknown')
    const outbox = this.#outboxes.get(peer) ?? new Outbox()
    this.#outboxes.set(peer, outbox)
    const letter = outbox.add(id, bytes)
    const link = this.#links.get(peer)
    if (link) this.#dispatch(link, letter)
    else wanted(peer)
    const fault = () =>
      this.#links.has(peer)
        ? new Fault('deadline.passed', { seconds: deadlineMs / 1_000 })
        : new Fault('peer.unreachable')
    try {
      await within({ clock, milliseconds: deadlineMs, signal, fault }, () => letter.answer)
    } finally {
      outbox.remove(letter)
    }
  }

  #dispatch({ channel }: Link, letter: Letter): void {
    letter.release()
    letter.release = channel.busy()
    // Where the session ends first, the next one takes the letter.
    channel.send(letter.bytes).catch(() => {})
  }

  #answeredOf(peer: DeviceId): Answered {
    const answered = this.#answered.get(peer) ?? new Answered()
    this.#answered.set(peer, answered)
    return answered
  }

  #bucketOf(peer: DeviceId, { kind, rate }: MessageKind<z.ZodType>): Bucket {
    const buckets = this.#buckets.get(peer) ?? new Map<string, Bucket>()
    this.#buckets.set(peer, buckets)
    const bucket = buckets.get(kind) ?? new Bucket(this.#options.clock, rate)
    buckets.set(kind, bucket)
    return bucket
  }

  #forget(peer: DeviceId): void {
    this.#buckets.delete(peer)
    this.#answered.delete(peer)
    for (const letter of this.#outboxes.get(peer)?.letters ?? []) letter.settle('device.unknown')
    this.#outboxes.delete(peer)
  }
}

/** The schema is asked on this side too: what does not fit is a bug here, not over there. */
function written<Schema extends z.ZodType>(
  { kind, schema }: MessageKind<Schema>,
  body: z.input<Schema>,
  answer: boolean,
): { id: string; bytes: Uint8Array } {
  schema.parse(body)
  const id = newMessageId()
  return { id, bytes: encoded({ type: 'message', id, kind, answer, body }) }
}

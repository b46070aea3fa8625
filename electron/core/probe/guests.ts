import { Fault, isCancellation } from '#shared/faults.ts'
import type { DeviceId } from '#shared/ids.ts'
import { Bucket } from '../base/bucket.ts'
import type { Clock } from '../base/clock.ts'
import { within } from '../base/deadline.ts'
import type { Log } from '../base/log.ts'
import type { Devices } from '../devices/devices.ts'
import type { StartMover } from '../transfers/mover.ts'
import type { Line } from './line.ts'
import type { Ask } from './messages.ts'
import { ProbeEnd } from './probe-end.ts'

interface GuestsOptions {
  readonly devices: Pick<Devices, 'trustOf'>
  readonly startMover: StartMover
  readonly lanOnly: () => boolean
  readonly clock: Clock
  readonly log: Log
}

/** The session of a device that asks, as far as it matters here. */
type Guest = Pick<Line, 'device' | 'address' | 'idOf' | 'keysOf' | 'busy' | 'answer'>

interface Visit {
  readonly leave: AbortController
  /** Never rejects. */
  readonly done: Promise<void>
}

/** Several in a row, for both kinds of lane; after that one in twenty seconds. */
const perDevice = { burst: 6, perSecond: 0.05 }
const maxAtOnce = 2
/** Beside the time it may move: to meet, and to say goodbye. */
const aroundMs = 20_000

/** Takes what other devices send to measure the way here, and keeps nothing of it. */
export class Guests {
  readonly #options: GuestsOptions
  readonly #buckets = new Map<DeviceId, Bucket>()
  readonly #running = new Map<Guest, Visit>()
  readonly #over = new AbortController()

  constructor(options: GuestsOptions) {
    this.#options = options
  }

  asked(line: Guest, ask: Ask, gone: AbortSignal): void {
    const refusal = this.#refusal(line)
    if (refusal) return line.answer(ask.epoch, refusal)
    // Whoever asks anew has given up what was under way.
    const before = this.#running.get(line)
    before?.leave.abort()
    const leave = new AbortController()
    const signal = AbortSignal.any([gone, this.#over.signal, leave.signal])
    const done = Promise.resolve(before?.done).then(() => this.#serve(line, ask, signal))
    const visit = { leave, done }
    this.#running.set(line, visit)
    void done.finally(() => {
      if (this.#running.get(line) === visit) this.#running.delete(line)
    })
  }

  isServing(line: Guest): boolean {
    return this.#running.has(line)
  }

  async close(): Promise<void> {
    this.#over.abort()
    await Promise.all([...this.#running.values()].map(({ done }) => done))
  }

  #refusal(line: Guest): Fault | null {
    const { devices, clock } = this.#options
    const trust = devices.trustOf(line.device)
    if (trust !== 'trusted' && trust !== 'known') return new Fault('message.refused')
    const bucket = this.#buckets.get(line.device) ?? new Bucket(clock, perDevice)
    this.#buckets.set(line.device, bucket)
    if (!bucket.take()) return new Fault('peer.busy')
    const isFull = this.#running.size >= maxAtOnce && !this.isServing(line)
    return isFull ? new Fault('peer.busy') : null
  }

  async #serve(line: Guest, { epoch, bytes, milliseconds, doors }: Ask, signal: AbortSignal) {
    const { startMover, lanOnly, clock, log } = this.#options
    const job = { role: 'probe', sends: false, bytes, milliseconds, cap: null } as const
    const id = line.idOf('peer')
    const end = new ProbeEnd({ startMover, job, id, lanOnly: lanOnly(), clock })
    const giveBack = line.busy()
    try {
      await within({ clock, milliseconds: milliseconds + aroundMs, signal }, async () => {
        const own = await end.open(epoch, doors.kind, line.keysOf('peer', epoch))
        line.answer(epoch, own)
        await end.enter(epoch, doors, line.address)
      })
    } catch (error) {
      if (isCancellation(error)) return
      line.answer(epoch, Fault.of(error))
      log.info('a probe ended early', { peer: line.device, fault: Fault.of(error) })
    } finally {
      giveBack()
      await end.close()
    }
  }
}

import type { LaneKind } from '#shared/transfers.ts'
import { Fault, isCancellation, type FaultCode } from '#shared/faults.ts'
import type { Alpn, DeviceId } from '#shared/ids.ts'
import type { Settings } from '#shared/model.ts'
import type { Clock } from '../base/clock.ts'
import { within } from '../base/deadline.ts'
import type { Log } from '../base/log.ts'
import type { Cell } from '../base/state.ts'
import type { Devices } from '../devices/devices.ts'
import type { SecureChannel } from '../sessions/secure-channel.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { WayKind } from '../transfers/control.ts'
import type { StartMover } from '../transfers/mover.ts'
import { Guests } from './guests.ts'
import { Line } from './line.ts'
import { maxProbeBytes } from './messages.ts'
import { ProbeEnd } from './probe-end.ts'

export const probeAlpn: Alpn = 'gangway/probe/1'

interface ProbesOptions {
  readonly self: DeviceId
  readonly sessions: Sessions
  readonly devices: Devices
  readonly settings: Cell<Settings>
  readonly startMover: StartMover
  readonly clock: Clock
  readonly log: Log
}

export interface Throughput {
  readonly lane: LaneKind
  readonly bytes: number
  readonly bytesPerSecond: number
}

/** Long enough to leave the slow start of a connection behind. */
const moveMs = 1_500
const meetMs = 20_000
/** What another kind of lane may do better. */
const wayFaults = new Set<FaultCode>(['peer.unreachable', 'deadline.passed', 'transfer.laneLost'])

/** How fast bytes get to a device, by the very lanes that files take; none is written anywhere. */
export class Probes {
  readonly #options: ProbesOptions
  readonly #guests: Guests
  readonly #lines = new Map<SecureChannel, Line>()
  readonly #measuring = new Map<DeviceId, Promise<Throughput>>()
  readonly #withdraw: () => void

  constructor(options: ProbesOptions) {
    const { sessions, settings } = options
    this.#options = options
    const log = options.log.room('probe')
    const lanOnly = () => settings.value.lanOnly
    this.#guests = new Guests({ ...options, lanOnly, log })
    this.#withdraw = sessions.serve({
      alpn: probeAlpn,
      accept: (channel, { signal }) => this.#serve(channel, signal),
    })
  }

  /** Whoever asks while it is under way gets the same answer. */
  measure(device: DeviceId, signal: AbortSignal): Promise<Throughput> {
    const measuring =
      this.#measuring.get(device) ??
      this.#measure(device, signal).finally(() => this.#measuring.delete(device))
    this.#measuring.set(device, measuring)
    return measuring
  }

  async close(): Promise<void> {
    this.#withdraw()
    await this.#guests.close()
    await Promise.allSettled(this.#measuring.values())
  }

  async #serve(channel: SecureChannel, signal: AbortSignal): Promise<void> {
    const line = new Line(channel, this.#options.self)
    this.#lines.set(channel, line)
    try {
      await line.read((ask) => this.#guests.asked(line, ask, signal))
    } finally {
      this.#lines.delete(channel)
    }
  }

  async #measure(device: DeviceId, signal: AbortSignal): Promise<Throughput> {
    const { sessions } = this.#options
    const line = this.#lines.get(await sessions.open(device, probeAlpn, signal))
    if (!line) throw new Fault('peer.closed')
    const giveBack = line.busy()
    try {
      const [first, second] = line.isNear ? (['tcp', 'quic'] as const) : (['quic', 'tcp'] as const)
      try {
        return await this.#over(line, first, signal)
      } catch (error) {
        if (isCancellation(error) || !wayFaults.has(Fault.of(error).code)) throw error
        return await this.#over(line, second, signal)
      }
    } finally {
      giveBack()
      if (!this.#guests.isServing(line)) line.close()
    }
  }

  async #over(line: Line, kind: WayKind, signal: AbortSignal): Promise<Throughput> {
    const { settings, startMover, clock } = this.#options
    const { caps, lanOnly } = settings.value
    const limits = [caps.all, caps.devices[line.device] ?? null].filter((cap) => cap !== null)
    const cap = limits.length > 0 ? Math.min(...limits) : null
    const size = { bytes: maxProbeBytes, milliseconds: moveMs }
    const job = { role: 'probe', sends: true, ...size, cap } as const
    const end = new ProbeEnd({ startMover, job, id: line.idOf('self'), lanOnly, clock })
    try {
      return await within({ clock, milliseconds: meetMs + moveMs, signal }, async () => {
        const epoch = line.nextEpoch()
        const doors = await end.open(epoch, kind, line.keysOf('self', epoch))
        const theirs = await line.ask({ type: 'ask', epoch, ...size, doors })
        const { bytes, milliseconds } = await end.enter(epoch, theirs, line.address)
        return { lane: kind, bytes, bytesPerSecond: (bytes / milliseconds) * 1_000 }
      })
    } finally {
      await end.close()
    }
  }
}

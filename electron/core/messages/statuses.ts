import { deviceStatusSchema, type DeviceStatus } from '#shared/devices.ts'
import { Fault } from '#shared/faults.ts'
import type { DeviceId } from '#shared/ids.ts'
import type { ThisDevice } from '#shared/model.ts'
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { Cell } from '../base/state.ts'
import type { Devices } from '../devices/devices.ts'
import type { Mail, Messages } from './messages.ts'
import { signed, signedSchema, verified, type Sign, type Signed } from './signed.ts'

const label = 'gangway/status/1'
/** Neither older than this, nor from so far in the future. */
const freshMs = 300_000
/** How often this computer is looked at for changes worth telling. */
const lookMs = 60_000
/** Changes that follow each other faster are told together. */
const gapMs = 10_000

interface StatusesOptions {
  readonly messages: Messages
  readonly devices: Devices
  readonly device: Cell<ThisDevice>
  readonly sample: () => Promise<Pick<DeviceStatus, 'power' | 'freeBytes' | 'load'>>
  /** How many transfers are under way. */
  readonly transfers: () => number
  readonly sign: Sign
  readonly clock: Clock
  readonly log: Log
}

/** Tells paired devices how this one is doing, and keeps what they tell. */
export class Statuses {
  readonly #options: StatusesOptions
  readonly #log: Log
  readonly #mail: Mail<Signed>
  readonly #undo: readonly (() => void)[]
  readonly #aheadMs = new Map<DeviceId, number>()
  #seq = 0
  #toldAt = -Infinity
  #told: DeviceStatus | null = null
  #undoTimer = () => {}
  #closed = false

  constructor(options: StatusesOptions) {
    const { messages, device } = options
    this.#options = options
    this.#log = options.log.room('messages')
    this.#mail = messages.define({
      kind: 'device.status',
      schema: signedSchema,
      mayFrom: () => true,
      // Each is written to the disk; changes are told together, but every session begins with one.
      rate: { burst: 20, perSecond: 1_000 / gapMs },
      handle: (peer, word) => this.#keep(peer, word),
    })
    this.#undo = [
      device.onChange(() => this.changed()),
      messages.changes.on('connected', (peer) => void this.#trying(this.#greet(peer))),
    ]
    this.#plan(lookMs)
  }

  /** Something in it is different now: told at once, or soon if something was told just now. */
  changed(): void {
    const { clock } = this.#options
    if (this.#told && !isNews(this.#told, this.#known())) return
    this.#plan(Math.max(0, this.#toldAt + gapMs - clock.monotonic()))
  }

  /** How far ahead of ours the clock of this device was when it last told; null when it has not. */
  clockAheadMs(peer: DeviceId): number | null {
    return this.#aheadMs.get(peer) ?? null
  }

  close(): void {
    this.#closed = true
    this.#undoTimer()
    for (const undo of this.#undo) undo()
    this.#mail.withdraw()
  }

  async #keep(peer: DeviceId, word: Signed): Promise<void> {
    const { devices, clock } = this.#options
    const status = verified(label, peer, word, deviceStatusSchema)
    this.#aheadMs.set(peer, status.at - clock.now())
    const isFresh = ({ at }: DeviceStatus) => Math.abs(clock.now() - at) <= freshMs
    const last = devices.statusOf(peer)
    // One from a future that was corrected since does not count any more.
    const isLate = last !== null && last.at - clock.now() <= freshMs && !follows(status, last)
    if (!isFresh(status) || isLate) throw new Fault('message.outdated')
    await devices.setStatus(peer, status)
  }

  #plan(milliseconds: number): void {
    this.#undoTimer()
    if (this.#closed) return
    this.#undoTimer = this.#options.clock.after(milliseconds, () => {
      this.#plan(lookMs)
      void this.#trying(this.#look())
    })
  }

  async #look(): Promise<void> {
    const { messages, clock } = this.#options
    if (messages.connected.length === 0) return
    const status = await this.#current()
    if (this.#told && !this.#isDue() && !isNews(this.#told, status)) return
    this.#told = status
    this.#toldAt = clock.monotonic()
    this.#post(messages.connected, status)
  }

  async #greet(peer: DeviceId): Promise<void> {
    this.#post([peer], await this.#current())
  }

  #post(peers: readonly DeviceId[], status: DeviceStatus): void {
    const word = signed(label, this.#options.sign, status)
    for (const peer of peers) this.#mail.post(peer, word)
  }

  async #trying(work: Promise<void>): Promise<void> {
    try {
      await work
    } catch (error) {
      this.#log.warn('no status', { error: Fault.of(error) })
    }
  }

  #isDue(): boolean {
    const { clock, device } = this.#options
    return clock.monotonic() - this.#toldAt >= device.value.settings.statusMinutes * 60_000
  }

  async #current(): Promise<DeviceStatus> {
    const sample = await this.#options.sample()
    this.#seq += 1
    return { ...this.#known(), ...sample, at: this.#options.clock.now(), seq: this.#seq }
  }

  /** What can be told without looking at the computer. */
  #known(): Pick<DeviceStatus, 'name' | 'version' | 'uptimeSeconds' | 'transfers'> {
    const { device, clock, transfers } = this.#options
    const { settings, version, startedAt } = device.value
    const uptimeSeconds = Math.max(0, Math.round((clock.now() - startedAt) / 1_000))
    return { name: settings.name, version, uptimeSeconds, transfers: transfers() }
  }
}

function isNews(told: DeviceStatus, now: Partial<DeviceStatus>): boolean {
  const power = now.power ?? told.power
  return now.name !== told.name || now.transfers !== told.transfers || power !== told.power
}

function follows(status: DeviceStatus, last: DeviceStatus): boolean {
  return status.at > last.at || (status.at === last.at && status.seq > last.seq)
}

import { z } from 'zod'
import { Backoff } from '#shared/backoff.ts'
import { Fault, isCancellation } from '#shared/faults.ts'
import type { DeviceId } from '#shared/ids.ts'
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { Mail, Messages } from '../messages/messages.ts'
import { Pause } from '../sessions/pause.ts'
import type { SecureChannel } from '../sessions/secure-channel.ts'
import type { Sessions } from '../sessions/sessions.ts'
import { transferAlpn } from './transfer-alpn.ts'

interface CallerOptions {
  readonly sessions: Sessions
  readonly messages: Messages
  /** Whether there still is a reason to reach this device. */
  readonly isWanted: (device: DeviceId) => boolean
  /** Worth trying to find it now. */
  readonly seek: (device: DeviceId) => void
  readonly clock: Clock
  readonly log: Log
}

interface Call {
  readonly controller: AbortController
  readonly backoff: Backoff
  readonly pause: Pause
}

const nothingSchema = z.strictObject({})
/** How soon a device is asked to call that does not answer a call. */
const knockMs = 2_000

/**
 * Opens the session about transfers with devices something waits for. Where a device is and whether
 * it is awake is found out elsewhere: as long as it has no session at all, this one waits too.
 *
 * A device that was killed and is back is not reached from here for a while: the transport goes on
 * trying where it was. It does reach us, so it is asked to call.
 */
export class Caller {
  readonly #options: CallerOptions
  readonly #calls = new Map<DeviceId, Call>()
  readonly #undo: readonly (() => void)[]
  readonly #knocks: Mail<Record<string, never>>

  constructor(options: CallerOptions) {
    const { sessions, messages } = options
    this.#options = options
    this.#undo = [
      sessions.changes.on('opened', (channel) => this.#appeared(channel)),
      sessions.changes.on('moved', (device) => this.#goOn(device)),
    ]
    this.#knocks = messages.define({
      kind: 'transfer.knock',
      schema: nothingSchema,
      mayFrom: () => true,
      rate: { burst: 30, perSecond: 1 },
      handle: (device) => this.#answer(device),
    })
  }

  call(device: DeviceId): void {
    const { isWanted } = this.#options
    this.#call(device, () => isWanted(device))
  }

  hangUp(device: DeviceId): void {
    this.#calls.get(device)?.controller.abort()
  }

  close(): void {
    for (const undo of this.#undo) undo()
    this.#knocks.withdraw()
    for (const { controller } of this.#calls.values()) controller.abort()
  }

  /** Whoever knocks cannot reach us: one try and another, the rest is up to them. */
  #answer(device: DeviceId): void {
    let tries = 3
    this.#call(device, () => tries-- > 0)
  }

  #call(device: DeviceId, isWanted: () => boolean): void {
    const { sessions, seek, clock, log } = this.#options
    if (this.#calls.has(device) || !isWanted()) return
    if (sessions.current(device, transferAlpn)) return
    if (!this.#isThere(device)) return seek(device)
    const call = {
      controller: new AbortController(),
      backoff: new Backoff(),
      pause: new Pause(clock),
    }
    this.#calls.set(device, call)
    this.#keepCalling(device, isWanted, call)
      .catch((error: unknown) => {
        if (!isCancellation(error)) log.warn('not called', { error: Fault.of(error) })
      })
      .finally(() => this.#calls.delete(device))
  }

  async #keepCalling(
    device: DeviceId,
    isWanted: () => boolean,
    { controller: { signal }, backoff, pause }: Call,
  ): Promise<void> {
    const { sessions, clock, log } = this.#options
    while (isWanted() && this.#isThere(device)) {
      const undo = clock.after(knockMs, () => this.#knocks.post(device, {}))
      try {
        await sessions.open(device, transferAlpn, signal)
        return
      } catch (error) {
        if (signal.aborted) throw error
        // The other side may have called at the same moment.
        if (sessions.current(device, transferAlpn)) return
        log.debug('no session about transfers', { device, fault: Fault.of(error) })
      } finally {
        undo()
      }
      await pause.wait(backoff.next(), signal)
    }
  }

  /** A device that has just come back may have left a session that only seems to be one. */
  #appeared({ peer, alpn }: SecureChannel): void {
    if (alpn === transferAlpn) return
    const { sessions } = this.#options
    if (sessions.current(peer, transferAlpn)) return sessions.prove(peer)
    this.#goOn(peer)
    // What still dials does so where the device was.
    sessions.hurry(peer)
    this.call(peer)
  }

  /** Where it is now, a call may get through that did not before. */
  #goOn(device: DeviceId): void {
    const call = this.#calls.get(device)
    if (!call) return
    call.backoff.reset()
    call.pause.end()
  }

  #isThere(device: DeviceId): boolean {
    return this.#options.sessions.pathTo(device) !== null
  }
}

import { Backoff } from '#shared/backoff.ts'
import { Fault, isCancellation } from '#shared/faults.ts'
import type { DeviceId } from '#shared/ids.ts'
import { sleep, type Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { Sessions } from '../sessions/sessions.ts'
import { transferAlpn } from './transfer-alpn.ts'

interface CallerOptions {
  readonly sessions: Sessions
  /** Whether there still is a reason to reach this device. */
  readonly isWanted: (device: DeviceId) => boolean
  /** Worth trying to find it now. */
  readonly seek: (device: DeviceId) => void
  readonly clock: Clock
  readonly log: Log
}

/**
 * Opens the session about transfers with devices something waits for. Where a device is and whether
 * it is awake is found out elsewhere: as long as it has no session at all, this one waits too.
 */
export class Caller {
  readonly #options: CallerOptions
  readonly #calls = new Map<DeviceId, AbortController>()
  readonly #undo: () => void

  constructor(options: CallerOptions) {
    this.#options = options
    this.#undo = options.sessions.changes.on('opened', ({ peer }) => this.call(peer))
  }

  call(device: DeviceId): void {
    const { isWanted, sessions, seek, log } = this.#options
    if (this.#calls.has(device) || !isWanted(device)) return
    if (sessions.current(device, transferAlpn)) return
    if (!this.#isThere(device)) return seek(device)
    const controller = new AbortController()
    this.#calls.set(device, controller)
    this.#keepCalling(device, controller.signal)
      .catch((error: unknown) => {
        if (!isCancellation(error)) log.warn('not called', { error: Fault.of(error) })
      })
      .finally(() => this.#calls.delete(device))
  }

  hangUp(device: DeviceId): void {
    this.#calls.get(device)?.abort()
  }

  close(): void {
    this.#undo()
    for (const controller of this.#calls.values()) controller.abort()
  }

  async #keepCalling(device: DeviceId, signal: AbortSignal): Promise<void> {
    const { sessions, isWanted, clock, log } = this.#options
    const backoff = new Backoff()
    while (isWanted(device) && this.#isThere(device)) {
      try {
        await sessions.open(device, transferAlpn, signal)
        return
      } catch (error) {
        if (isCancellation(error)) throw error
        log.debug('no session about transfers', { device, fault: Fault.of(error) })
      }
      await sleep(clock, backoff.next(), signal)
    }
  }

  #isThere(device: DeviceId): boolean {
    return this.#options.sessions.pathTo(device) !== null
  }
}

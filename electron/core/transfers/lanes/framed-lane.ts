import { cancellation, Fault } from '#shared/faults.ts'
import type { Clock } from '../../base/clock.ts'
import { damaged, FrameOpener, FrameSealer, type FrameKind, type OpenedFrame } from './frame.ts'
import type { FrameKeys } from './greeting.ts'
import type { Inlet } from './inlet.ts'
import type { Lane, LaneKind } from './lane.ts'
import { Liveness } from './liveness.ts'
import type { Pipe, Taker } from './pipe.ts'

/** A receiver that is slower than the wire holds so many bytes, then the other end waits. */
const maxWaitingBytes = 2 * 1024 * 1024

/** Small frames cost more than their bytes. */
const frameCostBytes = 512

export interface LaneParts {
  readonly pipe: Pipe
  readonly inlet: Inlet
  readonly keys: FrameKeys
  readonly clock: Clock
}

/** Sealed frames over a pipe: the one implementation of a lane. */
export class FramedLane implements Lane, Taker {
  readonly kind: LaneKind
  readonly here: string | null
  readonly #pipe: Pipe
  readonly #sealer: FrameSealer
  readonly #opener: FrameOpener
  readonly #liveness: Liveness
  readonly #waiting: OpenedFrame[] = []
  #waitingBytes = 0
  #isPaused = false
  #unsent = 0
  #hasSentFinal = false
  #hasReceivedFinal = false
  #broken: Error | null = null
  #closing: Promise<void> | null = null
  #wake: (() => void) | null = null

  constructor({ pipe, inlet, keys, clock }: LaneParts) {
    this.kind = pipe.kind
    this.here = pipe.here
    this.#pipe = pipe
    this.#sealer = new FrameSealer(keys.send)
    this.#opener = new FrameOpener(keys.receive, (frame) => this.#opened(frame))
    this.#liveness = new Liveness(clock, {
      expects: () => (this.#hasReceivedFinal ? this.#unsent > 0 : !this.#isPaused),
      isSilent: () => this.#break('nothing came for 10 seconds'),
      speak: () => {
        if (!this.#hasSentFinal && this.#unsent === 0) void this.#send([], 'keepAlive')
      },
    })
    inlet.passOn(this)
  }

  async send(parts: readonly Uint8Array[], final = false): Promise<void> {
    this.#mustBeWhole()
    if (this.#hasSentFinal) throw new Error('nothing follows a final frame')
    this.#hasSentFinal = final
    await this.#send(parts, final ? 'final' : 'data')
    this.#mustBeWhole()
  }

  async receive(): Promise<readonly Uint8Array[] | null> {
    if (this.#wake) throw new Error('somebody else already waits for a frame')
    for (;;) {
      const frame = this.#waiting.shift()
      if (frame) {
        this.#count(-frame.length - frameCostBytes)
        return frame.parts
      }
      if (this.#hasReceivedFinal && !this.#closing) return null
      this.#mustBeWhole()
      await new Promise<void>((resolve) => (this.#wake = resolve))
      this.#wake = null
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  bytes(bytes: Uint8Array): void {
    this.#liveness.heard()
    if (this.#broken) return
    try {
      this.#opener.push(bytes)
    } catch (error) {
      this.#breakWith(error instanceof Fault ? error : damaged())
    }
  }

  ended(): void {
    const isOver = this.#hasReceivedFinal && this.#hasSentFinal && this.#unsent === 0
    if (!isOver) this.#break('the other end closed it')
  }

  async #send(parts: readonly Uint8Array[], kind: FrameKind): Promise<void> {
    const sealed = this.#sealer.seal(parts, kind)
    this.#liveness.spoke()
    this.#unsent++
    await this.#pipe.write(sealed)
    this.#unsent--
    if (this.#hasReceivedFinal) this.#liveness.heard()
  }

  #opened(frame: OpenedFrame): void {
    if (frame.kind === 'keepAlive') return
    if (frame.kind === 'final') this.#hasReceivedFinal = true
    if (frame.kind === 'data' || frame.length > 0) {
      this.#waiting.push(frame)
      this.#count(frame.length + frameCostBytes)
    }
    this.#wake?.()
  }

  #count(change: number): void {
    this.#waitingBytes += change
    if (!this.#isPaused && this.#waitingBytes >= maxWaitingBytes) {
      this.#isPaused = true
      this.#pipe.pause()
    } else if (this.#isPaused && this.#waitingBytes < maxWaitingBytes / 2) {
      this.#isPaused = false
      this.#pipe.resume()
    }
  }

  #mustBeWhole(): void {
    if (this.#broken) throw this.#broken
  }

  #break(problem: string): void {
    this.#breakWith(new Fault('transfer.laneLost', { problem }))
  }

  #breakWith(error: Error): void {
    if (this.#broken) return
    this.#stop(error)
    void this.#pipe.destroy()
  }

  #stop(error: Error): void {
    this.#broken = error
    this.#liveness.stop()
    this.#wake?.()
  }

  async #close(): Promise<void> {
    const wasBroken = this.#broken !== null
    this.#waiting.length = 0
    this.#stop(cancellation('closed here'))
    if (this.#hasSentFinal && !wasBroken) {
      this.#pipe.resume()
      await this.#pipe.finish()
    }
    await this.#pipe.destroy()
  }
}

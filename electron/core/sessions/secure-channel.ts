import { Fault, cancellation, isCancellation } from '#shared/faults.ts'
import type { Alpn, DeviceId } from '#shared/ids.ts'
import { abortable } from '../base/abortable.ts'
import { Bucket } from '../base/bucket.ts'
import { sleep, type Clock } from '../base/clock.ts'
import { tagLength } from '../crypto/aead.ts'
import type { CloseCode, CloseReason, Connection, Path } from '../endpoint/types.ts'
import { readFrame, writeFrame, type FrameBounds } from '../wire/frames.ts'
import { longestNoiseMessage, type CipherState } from './cipher-state.ts'
import type { Secured } from './handshake.ts'
import { Inbox } from './inbox.ts'
import { Liveness } from './liveness.ts'
import { Pings } from './pings.ts'

/** The first byte of every sealed frame. */
const kinds = { data: 0, ping: 1, pong: 2 } as const

export const maxPayloadBytes = longestNoiseMessage - tagLength - 1
/** Each direction takes a new key after so many frames, which is at most 64 MiB. */
const framesPerKey = 1_024
/** How long one frame may take to go out or to come in. */
const frameMs = 30_000
const maxPingBytes = 8
/** What is said to somebody who does not read waits, and the session ends above this. */
const maxWaitingBytes = 16 * 1024 * 1024
/** What a waiting frame takes besides its bytes. */
const frameCostBytes = 1_024
/** Far above what honest devices say for long; beyond it the other side has to wait. */
const pace = { burst: 4_000, perSecond: 500 }
const paceMs = 20

interface ChannelOptions {
  readonly clock: Clock
  /** A lease of `busy` begins or ends. */
  readonly activity?: () => void
}

/**
 * What a paired device says on one connection: ordered frames nobody else can read, alter, repeat
 * or leave out. It must be read all the time, for the answers to pings are among what is read.
 */
export class SecureChannel {
  readonly peer: DeviceId
  readonly alpn: Alpn
  readonly side: Connection['side']
  readonly closed: Promise<CloseReason>
  /** The same on both sides and in no other session: for keys that belong to this one. */
  readonly handshakeHash: Uint8Array
  readonly transfers: Secured['noise']['transfers']
  readonly #connection: Connection
  readonly #secured: Secured
  readonly #clock: Clock
  readonly #liveness: Liveness
  readonly #activity: () => void
  readonly #inbox = new Inbox({ items: 64, bytes: 512 * 1024 })
  readonly #pings = new Pings()
  readonly #over = new AbortController()
  readonly #pace: Bucket
  #waitingBytes = 0
  #pongDue: Uint8Array | null = null
  #reason: CloseReason | null = null
  #sent = 0
  #received = 0
  #turn: Promise<void> = Promise.resolve()

  constructor(connection: Connection, secured: Secured, { clock, activity }: ChannelOptions) {
    this.peer = connection.peer
    this.alpn = connection.alpn
    this.side = connection.side
    this.closed = connection.closed
    this.handshakeHash = secured.noise.handshakeHash
    this.transfers = secured.noise.transfers
    this.#connection = connection
    this.#secured = secured
    this.#clock = clock
    this.#pace = new Bucket(clock, pace)
    this.#activity = activity ?? (() => {})
    this.#liveness = new Liveness({
      clock,
      // What cannot be asked is not answered either, and that is told by `dead`.
      ask: () => void this.#ask().catch(() => {}),
      dead: () => this.close('peer.unreachable'),
    })
    void connection.closed.then((reason) => this.#ended(reason))
    void this.#pump()
  }

  get isOpen(): boolean {
    return this.#reason === null
  }

  get isBusy(): boolean {
    return this.isOpen && this.#liveness.isBusy
  }

  /** Resolves when there is room for more, not when it has arrived. */
  send(payload: Uint8Array): Promise<void> {
    if (payload.length > maxPayloadBytes) throw new RangeError('longer than a frame may be')
    return this.#write(kinds.data, payload)
  }

  /** The next payload; null once the other side has closed and nothing was wrong. */
  async receive(signal?: AbortSignal): Promise<Uint8Array | null> {
    const payload = await this.#inbox.take(signal)
    if (payload) return payload
    const { code, byPeer } = await this.closed
    if (code !== 'clean') throw new Fault(code)
    if (!byPeer) throw cancellation('closed here')
    return null
  }

  /** How long there and back takes, in milliseconds. */
  async ping(signal?: AbortSignal): Promise<number> {
    if (this.#reason) throw endOf(this.#reason)
    const began = this.#clock.monotonic()
    const id = this.#pings.next()
    const answered = this.#pings.wait(id)
    try {
      await abortable(Promise.all([this.#write(kinds.ping, id), answered]), signal)
      return this.#clock.monotonic() - began
    } finally {
      this.#pings.forget(id)
    }
  }

  /** Something is under way: the other side is watched closely until this is given back. */
  busy(): () => void {
    const end = this.#liveness.busy()
    this.#activity()
    return () => {
      end()
      this.#activity()
    }
  }

  path(): Path | null {
    return this.#connection.path()
  }

  /** At once; what the other side has not acknowledged may be lost. */
  close(code: CloseCode): void {
    this.#connection.close(code)
    this.#ended({ code, byPeer: false })
  }

  #ended(reason: CloseReason): void {
    if (this.#reason) return
    this.#reason = reason
    this.#liveness.close()
    this.#inbox.end()
    this.#over.abort()
    this.#pings.fail(endOf(reason))
    this.#activity()
  }

  async #pump(): Promise<void> {
    const { stream, noise } = this.#secured
    const bounds = { ...this.#frameBounds(), silence: 'allowed' } as const
    try {
      for (;;) {
        const sealed = await readFrame(stream, bounds)
        if (sealed === null) throw new Fault('peer.closed')
        const frame = noise.receive.open(sealed)
        this.#received = renewed(noise.receive, this.#received)
        this.#liveness.heard()
        while (!this.#pace.take()) await sleep(this.#clock, paceMs, this.#over.signal)
        await this.#take(frame)
      }
    } catch (error) {
      this.#fail(error)
    }
  }

  #take(frame: Uint8Array): Promise<void> | void {
    const payload = frame.subarray(1)
    if (frame[0] === kinds.data) return this.#inbox.put(payload)
    if (payload.length > maxPingBytes) throw new Fault('frame.malformed')
    if (frame[0] === kinds.ping) return this.#answer(payload)
    if (frame[0] === kinds.pong) return this.#pings.answered(payload)
    throw new Fault('frame.malformed')
  }

  /** One answer waits at most: a flood of pings costs no memory. */
  #answer(payload: Uint8Array): void {
    const waiting = this.#pongDue !== null
    this.#pongDue = payload
    if (waiting) return
    const answered = this.#inTurn(() => {
      const due = this.#pongDue ?? payload
      this.#pongDue = null
      return this.#writeNow(kinds.pong, due)
    })
    answered.catch(() => {})
  }

  #ask(): Promise<void> {
    return this.#write(kinds.ping, this.#pings.next())
  }

  #write(kind: number, payload: Uint8Array): Promise<void> {
    const cost = payload.length + frameCostBytes
    this.#waitingBytes += cost
    if (this.#waitingBytes > maxWaitingBytes) this.close('peer.unreachable')
    return this.#inTurn(async () => {
      this.#waitingBytes -= cost
      await this.#writeNow(kind, payload)
    })
  }

  #inTurn(write: () => Promise<void>): Promise<void> {
    const turn = this.#turn.then(write)
    this.#turn = turn.catch(() => {})
    return turn
  }

  async #writeNow(kind: number, payload: Uint8Array): Promise<void> {
    const { stream, noise } = this.#secured
    if (this.#reason) throw endOf(this.#reason)
    try {
      const sealed = noise.send.seal(Buffer.concat([Uint8Array.of(kind), payload]))
      this.#sent = renewed(noise.send, this.#sent)
      await writeFrame(stream, sealed, this.#frameBounds())
    } catch (error) {
      this.#fail(error)
      throw error
    }
  }

  #frameBounds(): FrameBounds {
    return {
      maxBytes: longestNoiseMessage,
      clock: this.#clock,
      deadlineMs: frameMs,
      signal: this.#over.signal,
    }
  }

  /** Whatever ended one direction ends both; where the other side has closed, its reason stands. */
  #fail(error: unknown): void {
    if (this.#reason) return
    this.#connection.close(isCancellation(error) ? 'clean' : Fault.of(error).code)
  }
}

/** Counts a frame, and renews the key when it has served for so many. */
function renewed(cipher: CipherState, frames: number): number {
  if (frames + 1 < framesPerKey) return frames + 1
  cipher.rekey()
  return 0
}

function endOf({ code, byPeer }: CloseReason): Error {
  if (code !== 'clean') return new Fault(code)
  return byPeer ? new Fault('peer.closed') : cancellation('closed here')
}

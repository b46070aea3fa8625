import type { Alpn, DeviceId } from '#shared/ids.ts'
import type { FaultCode } from '#shared/faults.ts'
import type { EndpointState } from '#shared/model.ts'
import type { Cell } from '../base/state.ts'
import type { ByteSink, ByteSource } from '../wire/bytes.ts'

/** Why a connection or a stream was ended: a fault, or nothing was wrong. */
export type CloseCode = FaultCode | 'clean'

export interface CloseReason {
  readonly code: CloseCode
  readonly byPeer: boolean
}

/**
 * Both directions of one stream. One read and one write at a time. A cancelled read loses nothing:
 * the next one gets the bytes. A cancelled write may have sent a part, so it resets the stream.
 */
export interface ByteStream extends ByteSource, ByteSink {
  /** No more bytes from here. Not a receipt: wait for an answer before closing the connection. */
  finish(): Promise<void>
  /** Gives up sending. A write that waits for room holds it back until the connection closes. */
  reset(code: CloseCode): void
  /** Gives up reading. */
  stop(code: CloseCode): void
}

export interface Path {
  readonly kind: 'lan' | 'direct' | 'relay'
  /** `ip:port`, or the URL of the relay. */
  readonly address: string
  readonly rttMs: number
  readonly cwnd: number
  readonly mtu: number
  readonly sentPackets: number
  readonly lostPackets: number
}

export interface Connection {
  /** Proved by the handshake. */
  readonly peer: DeviceId
  readonly alpn: Alpn
  readonly side: 'dialler' | 'accepter'
  /** Resolves once; a peer that vanished without a word is noticed only after a long time. */
  readonly closed: Promise<CloseReason>
  /** The peer learns of a stream when the first bytes are written to it. */
  openStream(signal?: AbortSignal): Promise<ByteStream>
  acceptStream(signal?: AbortSignal): Promise<ByteStream>
  /** At once: what was not yet acknowledged is lost. Every connection must be closed by its owner. */
  close(code: CloseCode): void
  path(): Path | null
}

export interface DialBounds {
  readonly deadlineMs: number
  readonly signal?: AbortSignal | undefined
}

/** Somebody knocks; who it is shows only after the handshake. */
export interface Incoming {
  /** The address without its port, or the relayed device: to count knocks by, never to trust. */
  readonly origin: string
  /** Not made up: it has answered there, or a relay has let the device in under its key. */
  readonly proved: boolean
  accept(bounds: DialBounds): Promise<Connection>
  /** Asks it to knock again with proof of its origin; costs it a round trip and us no seat. */
  retry(): Promise<void>
  refuse(): Promise<void>
}

/** What the router needs of an endpoint. */
export interface Acceptor {
  setAlpns(alpns: readonly Alpn[]): void
  /** The next knock, or null once the endpoint is closed. */
  accept(signal?: AbortSignal): Promise<Incoming | null>
}

export interface Target {
  readonly id: DeviceId
  /** `ip:port`; what cannot be dialled from here is left out. */
  readonly addresses: readonly string[]
  readonly relay?: string | null | undefined
}

export interface Endpoint extends Acceptor {
  readonly id: DeviceId
  /** Where others can reach us, as far as it is known. */
  readonly state: Cell<EndpointState>
  /** The sockets this endpoint holds, wildcard addresses included: for their ports. */
  readonly sockets: readonly string[]
  connect(target: Target, alpn: Alpn, bounds: DialBounds): Promise<Connection>
  /** Closes what is still connected with `core.closing`, then the sockets; bounded. */
  close(): Promise<void>
}

import type { Alpn, DeviceId } from '#shared/ids.ts'
import { type BiStream, type Connection as Raw, type EndpointId } from '@number0/iroh/index.js'
import { abortable } from '../base/abortable.ts'
import { isLanAddress } from './addresses.ts'
import { fromBinding, textFromBinding } from './bytes.ts'
import { closeReason, explained, wireOf } from './errors.ts'
import { Pull } from './pull.ts'
import { defaultPieceBytes, IrohStream } from './stream.ts'
import type { ByteStream, CloseCode, CloseReason, Connection, Path } from './types.ts'

export function deviceIdOf(id: EndpointId): DeviceId {
  return Buffer.from(fromBinding(id.toBytes())).toString('hex') as DeviceId
}

function discard(stream: ByteStream): void {
  stream.reset('clean')
  stream.stop('clean')
}

export class IrohConnection implements Connection {
  readonly peer: DeviceId
  readonly alpn: Alpn
  readonly side: Connection['side']
  readonly closed: Promise<CloseReason>
  readonly #raw: Raw
  readonly #pieceBytes: number
  readonly #accepts: Pull<BiStream>
  #closedWith: CloseCode | null = null

  constructor(raw: Raw, side: Connection['side'], pieceBytes = defaultPieceBytes) {
    this.#raw = raw
    this.#pieceBytes = pieceBytes
    this.peer = deviceIdOf(raw.remoteId())
    // Only what one side asked for and the other offers is ever negotiated.
    this.alpn = textFromBinding(raw.alpn()) as Alpn
    this.side = side
    this.#accepts = new Pull(() => raw.acceptBi())
    this.closed = raw.closed().then((text) => closeReason(text, this.#closedWith))
  }

  async openStream(signal?: AbortSignal): Promise<ByteStream> {
    const opening = this.#raw.openBi().then((raw) => this.#stream(raw))
    try {
      return await abortable(opening, signal)
    } catch (error) {
      if (!signal?.aborted) throw this.#explained(error)
      opening.then(discard, () => {})
      throw error
    }
  }

  async acceptStream(signal?: AbortSignal): Promise<ByteStream> {
    try {
      return this.#stream(await this.#accepts.next(signal))
    } catch (error) {
      throw signal?.aborted ? error : this.#explained(error)
    }
  }

  close(code: CloseCode): void {
    this.#closedWith ??= code
    this.#raw.close(wireOf(code), [])
  }

  path(): Path | null {
    const paths = this.#raw.paths()
    const path = paths.find((candidate) => candidate.isSelected) ?? paths[0]
    if (!path) return null
    const { rttMs, cwnd, currentMtu, udpTxDatagrams, lostPackets } = path.stats
    const direct = isLanAddress(path.remoteAddr) ? 'lan' : 'direct'
    return {
      kind: path.isRelay ? 'relay' : direct,
      address: path.remoteAddr,
      rttMs,
      cwnd,
      mtu: currentMtu,
      sentPackets: udpTxDatagrams,
      lostPackets,
    }
  }

  #stream(raw: BiStream): ByteStream {
    return new IrohStream(raw, this.#pieceBytes, (error) => this.#explained(error))
  }

  #explained(error: unknown): Error {
    return explained(error, { otherwise: 'peer.closed', closedWith: this.#closedWith })
  }
}

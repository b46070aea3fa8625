import type { Alpn, DeviceId } from '#shared/ids.ts'
import { keyLength } from '../crypto/aead.ts'
import { expand } from '../crypto/hash.ts'
import { lv, u32be } from '../crypto/lv.ts'

/** Binds a session's handshake to its two devices, to who dialled, and to the protocol. */
export function sessionPrologue(dialer: DeviceId, accepter: DeviceId, alpn: Alpn): Uint8Array {
  return lv('gangway/session/1', Buffer.from(dialer, 'hex'), Buffer.from(accepter, 'hex'), alpn)
}

export interface TransferKeyUse {
  readonly transferId: Uint8Array
  readonly stream: number
  readonly epoch: number
}

const transferIdLength = 16

/** The key of one stream of one transfer in one direction; another session gives other keys. */
export function transferKey(
  secret: Uint8Array,
  { transferId, stream, epoch }: TransferKeyUse,
): Uint8Array {
  if (transferId.length !== transferIdLength) throw new Error('a transfer id has 16 bytes')
  return expand(secret, lv('xfer', transferId, u32be(stream), u32be(epoch)), keyLength)
}

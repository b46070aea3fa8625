/** A device is its key: 32 bytes of Ed25519 public key, in lower-case hex. */
export type DeviceId = string & { readonly __brand: 'DeviceId' }

/** The name under which a protocol is negotiated, `gangway/<name>/<version>`. */
export type Alpn = `gangway/${string}/${number}`

const deviceIdPattern = /^[0-9a-f]{64}$/

export function isDeviceId(text: string): text is DeviceId {
  return deviceIdPattern.test(text)
}

/** 16 random bytes in hex, chosen by the sending device. */
export type TransferId = string & { readonly __brand: 'TransferId' }

const transferIdPattern = /^[0-9a-f]{32}$/

export function isTransferId(text: string): text is TransferId {
  return transferIdPattern.test(text)
}

/** Short form for people and logs: enough to tell two devices apart, never to trust one. */
export function shortId(id: DeviceId): string {
  return id.slice(0, 8)
}

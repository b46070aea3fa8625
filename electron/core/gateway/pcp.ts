import { isIPv4 } from 'node:net'
import type { Dialect, Granted, Outside, Wanted } from './dialect.ts'
import { askByUdp, type Router } from './udp-question.ts'

/** The Port Control Protocol, RFC 6887; offsets are those of its sections 7 and 11. */

const version = 2
const response = 0x80
const opcodes = { announce: 0, map: 1 } as const
const tcp = 6

const headerLength = 24
const mapLength = 60
const maxLength = 1_100
const nonceAt = 24
const nonceLength = 12
const protocolAt = 36
const internalPortAt = 40
const externalPortAt = 42
const externalAddressAt = 44

const success = 0
const unsupportedVersion = 1

interface MapRequest {
  /** Ours, as the router sees it. */
  readonly source: string
  readonly nonce: Uint8Array
  readonly port: number
  readonly held: Outside | null
  /** 0 ends it. */
  readonly seconds: number
}

export function announceRequest(source: string): Buffer {
  const packet = Buffer.alloc(headerLength)
  packet[0] = version
  packet[1] = opcodes.announce
  writeMapped(packet, 8, source)
  return packet
}

export function mapRequest({ source, nonce, port, held, seconds }: MapRequest): Buffer {
  const packet = Buffer.alloc(mapLength)
  packet[0] = version
  packet[1] = opcodes.map
  packet.writeUInt32BE(seconds, 4)
  writeMapped(packet, 8, source)
  packet.set(nonce.subarray(0, nonceLength), nonceAt)
  packet[protocolAt] = tcp
  packet.writeUInt16BE(port, internalPortAt)
  packet.writeUInt16BE(held?.port ?? 0, externalPortAt)
  writeMapped(packet, externalAddressAt, held?.host ?? '0.0.0.0')
  return packet
}

/**
 * Whether it speaks PCP, whatever the result; null for what is no answer. One that speaks NAT-PMP
 * only says so in the words of that (RFC 6887, 9).
 */
export function readAnnounced(packet: Uint8Array): boolean | null {
  const bytes = responseTo(opcodes.announce, packet)
  if (bytes) return bytes[3] !== unsupportedVersion
  const isNatPmp = packet.length >= 8 && packet[0] === 0 && packet[1] === response
  return isNatPmp ? false : null
}

/** Null for whatever is no answer to this request. */
export function readMapped(packet: Uint8Array, { nonce, port }: MapRequest): Granted {
  const bytes = responseTo(opcodes.map, packet)
  if (!bytes || bytes.length < mapLength) return null
  if (!bytes.subarray(nonceAt, nonceAt + nonceLength).equals(nonce)) return null
  if (bytes[protocolAt] !== tcp || bytes.readUInt16BE(internalPortAt) !== port) return null
  if (bytes[3] !== success) return 'refused'
  const host = readIPv4(bytes, externalAddressAt)
  const external = bytes.readUInt16BE(externalPortAt)
  if (host === null || external === 0) return 'refused'
  return { host, port: external, seconds: bytes.readUInt32BE(4) }
}

function responseTo(opcode: number, packet: Uint8Array): Buffer | null {
  if (packet.length < headerLength || packet.length > maxLength || packet.length % 4 !== 0) {
    return null
  }
  const bytes = Buffer.from(packet.buffer, packet.byteOffset, packet.length)
  return bytes[0] === version && bytes[1] === (response | opcode) ? bytes : null
}

/** An IPv4 address as ::ffff:a.b.c.d. */
function writeMapped(packet: Buffer, at: number, host: string): void {
  packet.writeUInt16BE(0xffff, at + 10)
  if (isIPv4(host)) packet.set(host.split('.').map(Number), at + 12)
}

function readIPv4(packet: Buffer, at: number): string | null {
  const isMapped =
    packet.subarray(at, at + 10).every((byte) => byte === 0) &&
    packet.readUInt16BE(at + 10) === 0xffff
  return isMapped ? packet.subarray(at + 12, at + 16).join('.') : null
}

export async function speakPcp(router: Router): Promise<Dialect | null> {
  const speaks = await askByUdp(router, announceRequest, readAnnounced)
  return speaks ? { protocol: 'PCP', outside: null, map, unmap } : null

  function map(wanted: Wanted): Promise<Granted> {
    // The request is the same every time it is sent again; only the socket knows our address.
    const requestFrom = (source: string) => ({ source, ...wanted })
    return askByUdp<Exclude<Granted, null>>(
      router,
      (source) => mapRequest(requestFrom(source)),
      (packet) => readMapped(packet, requestFrom('')),
    )
  }

  async function unmap(wanted: Wanted): Promise<void> {
    await map({ ...wanted, held: null, seconds: 0 })
  }
}

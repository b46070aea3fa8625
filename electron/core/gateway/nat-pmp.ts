import type { Dialect, Granted, Mapping, Wanted } from './dialect.ts'
import { askByUdp, type Router } from './udp-question.ts'

/** NAT Port Mapping Protocol, RFC 6886; offsets are those of its sections 3.2 and 3.3. */

const version = 0
const response = 128
const opcodes = { address: 0, mapTcp: 2 } as const
const success = 0

const addressLength = 12
const mapLength = 16

export const addressRequest = Buffer.from([version, opcodes.address])

interface MapRequest {
  readonly port: number
  /** 0 leaves it to the router. */
  readonly external: number
  /** 0 ends it. */
  readonly seconds: number
}

export function mapRequest({ port, external, seconds }: MapRequest): Buffer {
  const packet = Buffer.alloc(12)
  packet[0] = version
  packet[1] = opcodes.mapTcp
  packet.writeUInt16BE(port, 4)
  packet.writeUInt16BE(external, 6)
  packet.writeUInt32BE(seconds, 8)
  return packet
}

const pcpVersion = 2

/**
 * The router's address outside; null for whatever is no answer. One that speaks PCP only says so in
 * the words of that.
 */
export function readAddress(
  packet: Uint8Array,
): { readonly host: string } | 'refused' | 'unknown' | null {
  if (packet.length >= 8 && packet[0] === pcpVersion && packet[1] === response) return 'unknown'
  const bytes = responseTo(opcodes.address, packet)
  if (!bytes) return null
  if (bytes.readUInt16BE(2) !== success) return 'refused'
  if (bytes.length < addressLength) return null
  return { host: bytes.subarray(8, addressLength).join('.') }
}

/** Null for whatever is no answer to this request. */
export function readMapped(
  packet: Uint8Array,
  { port }: MapRequest,
): Omit<Mapping, 'host'> | 'refused' | null {
  const bytes = responseTo(opcodes.mapTcp, packet)
  if (!bytes) return null
  if (bytes.readUInt16BE(2) !== success) return 'refused'
  if (bytes.length < mapLength || bytes.readUInt16BE(8) !== port) return null
  return { port: bytes.readUInt16BE(10), seconds: bytes.readUInt32BE(12) }
}

/** An error may be as short as what all answers have in common. */
function responseTo(opcode: number, packet: Uint8Array): Buffer | null {
  if (packet.length < 8 || packet.length > mapLength) return null
  const bytes = Buffer.from(packet.buffer, packet.byteOffset, packet.length)
  return bytes[0] === version && bytes[1] === response + opcode ? bytes : null
}

export async function speakNatPmp(router: Router): Promise<Dialect | null> {
  const askAddress = () => askByUdp(router, () => addressRequest, readAddress)
  const told = await askAddress()
  if (told === null || told === 'unknown') return null
  return { protocol: 'NAT-PMP', outside: told === 'refused' ? null : told.host, map, unmap }

  function askMapping(request: MapRequest) {
    return askByUdp(
      router,
      () => mapRequest(request),
      (packet) => readMapped(packet, request),
    )
  }

  async function map({ port, held, seconds }: Wanted): Promise<Granted> {
    // It may have changed since.
    const told = await askAddress()
    if (told === null || told === 'unknown') return null
    if (told === 'refused') return told
    const mapped = await askMapping({ port, external: held?.port ?? port, seconds })
    return mapped === null || mapped === 'refused' ? mapped : { ...told, ...mapped }
  }

  async function unmap({ port }: Wanted): Promise<void> {
    await askMapping({ port, external: 0, seconds: 0 })
  }
}

import { isIPv4, isIPv6 } from 'node:net'
import { decode, encode, type Answer, type StringAnswer } from 'dns-packet'

/**
 * What we say and understand of DNS-SD (RFC 6763): one service type, one host per instance under
 * the same random name, so that no record carries a name of this computer.
 */

const authoritative = 1 << 10
// What we announce lives as long as a sighting does; other caches need not know longer.
const ttlSeconds = 30

const maxPacketBytes = 9_000
const maxRecords = 128
const maxServices = 8
const maxAddresses = 16

/** The ports of the endpoint's sockets; null where it has none in that family. */
export interface Ports {
  readonly v4: number | null
  readonly v6: number | null
}

/** A service as we announce it. */
export interface Service {
  /** A random label that names nothing else. */
  readonly instance: string
  readonly ports: Ports
  readonly txt: Readonly<Record<string, string>>
}

type Named = Pick<AnnouncedService, 'type' | 'instance'>

/** As it goes out. */
export interface AnnouncedService extends Service {
  readonly type: string
}

/** A service as a packet tells it: nothing in it is proven. */
export interface HeardService {
  readonly instance: string
  readonly ports: Ports
  readonly txt: ReadonlyMap<string, string>
  readonly addresses: readonly string[]
}

interface HeardPacket {
  readonly questions: readonly string[]
  readonly services: readonly HeardService[]
  /** Instances that say they are leaving. */
  readonly leaving: readonly string[]
}

export function encodeQuery(types: readonly string[]): Uint8Array {
  const questions = types.map((name) => ({ name, type: 'PTR', class: 'IN' }) as const)
  return encode({ type: 'query', questions })
}

export function encodeService(service: AnnouncedService, addresses: readonly string[]): Uint8Array {
  const { instance, ports } = service
  const name = fullName(service)
  const target = hostOf(instance)
  const own = { ttl: ttlSeconds, class: 'IN', flush: true } as const
  const txt = { ...service.txt, ...portsToTxt(ports) }
  const answers: Answer[] = [
    pointer(service, ttlSeconds),
    {
      ...own,
      name,
      type: 'SRV',
      data: { port: ports.v4 ?? ports.v6 ?? 0, target },
    },
    {
      ...own,
      name,
      type: 'TXT',
      data: Object.entries(txt).map(([key, value]) => `${key}=${value}`),
    },
    ...addresses
      .slice(0, maxAddresses)
      .map((data): Answer => ({ ...own, name: target, type: isIPv4(data) ? 'A' : 'AAAA', data })),
  ]
  return encode({ type: 'response', flags: authoritative, answers })
}

export function encodeGoodbye(service: Named): Uint8Array {
  return encode({ type: 'response', flags: authoritative, answers: [pointer(service, 0)] })
}

/** Which of our own names somebody may ask for. */
export function isAskedFor(question: string, services: readonly Named[]): boolean {
  return services.some(
    (service) =>
      question === service.type ||
      question === fullName(service) ||
      question === hostOf(service.instance),
  )
}

/** Most multicast DNS is about printers and televisions: the cheapest look comes first. */
export function mayConcernUs(bytes: Uint8Array, types: readonly string[]): boolean {
  const packet = bytesOf(bytes)
  return types.some((type) => packet.includes(type.slice(0, type.indexOf('.'))))
}

/** Null for whatever is not well made. */
export function readPacket(bytes: Uint8Array, types: readonly string[]): HeardPacket | null {
  const packet = bytesOf(bytes)
  if (!isModest(packet)) return null
  try {
    const { type, questions = [], answers = [], additionals = [] } = decode(packet)
    const records = type === 'response' ? [...answers, ...additionals] : []
    const pointers = records.filter(isPointer).filter(({ name }) => types.includes(name))
    return {
      questions: type === 'query' ? questions.map(({ name }) => name) : [],
      services: pointers
        .filter(({ ttl }) => ttl !== 0)
        .slice(0, maxServices)
        .flatMap((pointer) => readService(pointer, records) ?? []),
      leaving: pointers
        .filter(({ ttl }) => ttl === 0)
        .flatMap((pointer) => instanceOf(pointer) ?? []),
    }
  } catch {
    // The codec throws on whatever is malformed; a stranger's mistake is no news.
    return null
  }
}

/** The codec reserves room for as many records as a header claims. */
function isModest(packet: Buffer): boolean {
  if (packet.length < 12 || packet.length > maxPacketBytes) return false
  const claimed = [4, 6, 8, 10].reduce((sum, offset) => sum + packet.readUInt16BE(offset), 0)
  return claimed <= maxRecords
}

function bytesOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function readService(pointer: StringAnswer, records: readonly Answer[]): HeardService | null {
  const instance = instanceOf(pointer)
  const name = pointer.data
  const text = records.find((record) => record.type === 'TXT' && record.name === name)
  if (instance === null || text?.type !== 'TXT') return null
  const txt = readTxt(text.data)
  const host = hostOf(instance)
  const addresses = records
    .flatMap((record) =>
      (record.type === 'A' || record.type === 'AAAA') && record.name === host ? [record.data] : [],
    )
    .filter((address) => isIPv4(address) || isIPv6(address))
    .slice(0, maxAddresses)
  return { instance, txt, addresses, ports: portsFromTxt(txt) }
}

function readTxt(data: unknown): Map<string, string> {
  const txt = new Map<string, string>()
  for (const line of Array.isArray(data) ? data : [data]) {
    if (!(line instanceof Uint8Array)) continue
    const text = new TextDecoder('utf-8', { fatal: true }).decode(line)
    const at = text.indexOf('=')
    // The first of several wins (RFC 6763, 6.4).
    if (at > 0 && !txt.has(text.slice(0, at))) txt.set(text.slice(0, at), text.slice(at + 1))
  }
  return txt
}

export function portsToTxt({ v4, v6 }: Ports): Record<string, string> {
  return { ...(v4 === null ? {} : { p4: `${v4}` }), ...(v6 === null ? {} : { p6: `${v6}` }) }
}

export function portsFromTxt(txt: ReadonlyMap<string, string>): Ports {
  return { v4: readPort(txt.get('p4')), v6: readPort(txt.get('p6')) }
}

function readPort(text = ''): number | null {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0
  return port > 0 && port <= 65_535 ? port : null
}

function pointer(service: Named, ttl: number): Answer {
  return { name: service.type, type: 'PTR', class: 'IN', ttl, data: fullName(service) }
}

function isPointer(record: Answer): record is StringAnswer & { type: 'PTR' } {
  return record.type === 'PTR'
}

function fullName({ instance, type }: Named): string {
  return `${instance}.${type}`
}

function hostOf(instance: string): string {
  return `${instance}.local`
}

function instanceOf({ name: type, data }: StringAnswer): string | null {
  const instance = /^[0-9a-f]{32}(?=\.)/.exec(data)?.[0] ?? ''
  return data === fullName({ instance, type }) && instance !== '' ? instance : null
}

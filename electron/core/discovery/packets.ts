import { isIPv4, isIPv6 } from 'node:net'
import { decode, encode, type Answer, type StringAnswer } from 'dns-packet'

/**
 * What we say and understand of DNS-SD (RFC 6763): one service type, one host per instance under
 * the same random name, so that no record carries a name of this computer.
 */

const serviceType = '_gangway._udp.local'
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

export function encodeQuery(): Uint8Array {
  return encode({ type: 'query', questions: [{ name: serviceType, type: 'PTR', class: 'IN' }] })
}

export function encodeService(service: Service, addresses: readonly string[]): Uint8Array {
  const { instance, ports } = service
  const target = hostOf(instance)
  const own = { ttl: ttlSeconds, class: 'IN', flush: true } as const
  const txt = { ...service.txt, ...portsToTxt(ports) }
  const answers: Answer[] = [
    pointer(instance, ttlSeconds),
    {
      ...own,
      name: fullName(instance),
      type: 'SRV',
      data: { port: ports.v4 ?? ports.v6 ?? 0, target },
    },
    {
      ...own,
      name: fullName(instance),
      type: 'TXT',
      data: Object.entries(txt).map(([key, value]) => `${key}=${value}`),
    },
    ...addresses
      .slice(0, maxAddresses)
      .map((data): Answer => ({ ...own, name: target, type: isIPv4(data) ? 'A' : 'AAAA', data })),
  ]
  return encode({ type: 'response', flags: authoritative, answers })
}

export function encodeGoodbye(instance: string): Uint8Array {
  return encode({ type: 'response', flags: authoritative, answers: [pointer(instance, 0)] })
}

/** Which of our own names somebody may ask for. */
export function isAskedFor(question: string, instances: readonly string[]): boolean {
  if (question === serviceType) return true
  return instances.some((name) => question === fullName(name) || question === hostOf(name))
}

/** Most multicast DNS is about printers and televisions: the cheapest look comes first. */
export function mayConcernUs(bytes: Uint8Array): boolean {
  return bytesOf(bytes).includes('_gangway')
}

/** Null for whatever is not well made. */
export function readPacket(bytes: Uint8Array): HeardPacket | null {
  const packet = bytesOf(bytes)
  if (!isModest(packet)) return null
  try {
    const { type, questions = [], answers = [], additionals = [] } = decode(packet)
    const records = type === 'response' ? [...answers, ...additionals] : []
    const pointers = records.filter(isPointer)
    return {
      questions: type === 'query' ? questions.map(({ name }) => name) : [],
      services: pointers
        .filter(({ ttl }) => ttl !== 0)
        .slice(0, maxServices)
        .flatMap(({ data }) => readService(data, records) ?? []),
      leaving: pointers
        .filter(({ ttl }) => ttl === 0)
        .flatMap(({ data }) => instanceOf(data) ?? []),
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

function readService(name: string, records: readonly Answer[]): HeardService | null {
  const instance = instanceOf(name)
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
  return {
    instance,
    txt,
    addresses,
    ports: { v4: readPort(txt.get('p4')), v6: readPort(txt.get('p6')) },
  }
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

function portsToTxt({ v4, v6 }: Ports): Record<string, string> {
  return { ...(v4 === null ? {} : { p4: `${v4}` }), ...(v6 === null ? {} : { p6: `${v6}` }) }
}

function readPort(text = ''): number | null {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0
  return port > 0 && port <= 65_535 ? port : null
}

function pointer(instance: string, ttl: number): Answer {
  return { name: serviceType, type: 'PTR', class: 'IN', ttl, data: fullName(instance) }
}

function isPointer(record: Answer): record is StringAnswer & { type: 'PTR' } {
  return record.type === 'PTR' && record.name === serviceType
}

function fullName(instance: string): string {
  return `${instance}.${serviceType}`
}

function hostOf(instance: string): string {
  return `${instance}.local`
}

function instanceOf(name: string): string | null {
  return /^([0-9a-f]{32})\._gangway\._udp\.local$/.exec(name)?.[1] ?? null
}

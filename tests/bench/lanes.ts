import { fork, type ChildProcess } from 'node:child_process'
import { createCipheriv, randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { EndOrder, EndReport, Way } from './lane-end.ts'
import { quantile, type Row } from './row.ts'

const entry = join(import.meta.dirname, 'lane-end.js')
const gibibyte = 1024 ** 3

interface Measured {
  /** MB/s, as the receiving end saw it. */
  readonly rate: number
  /** CPU milliseconds per GiB. */
  readonly source: number
  readonly sink: number
}

/** Lanes from memory to memory between two processes, each against what carries it, bare. */
export async function laneRows(rounds: number, quick: boolean): Promise<Row[]> {
  const bulk = quick ? gibibyte / 2 : gibibyte
  const slow = quick ? gibibyte / 64 : gibibyte / 16
  const raw = await inTurns(rounds, { 'raw TCP': bulk, 'tcp lane': bulk })
  const iroh = await inTurns(rounds, { 'bare iroh': slow, 'quic lane': slow })
  const abreast = await Promise.all([once('quic lane', slow), once('quic lane', slow)])
  const cipher = { work: 'AES-256-GCM on one thread', p50: cipherRate() }
  const tcp = { work: 'tcp lane', unit: 'MB/s', p50: raw['tcp lane'].rate } as const
  const both = { p95: null, rounds, reach: null }
  const cpu = (end: 'source' | 'sink', work: string): Row => ({
    ...both,
    work: `tcp lane, CPU of ${work} per GiB`,
    unit: 'ms',
    p50: raw['tcp lane'][end],
    control: { work: 'raw TCP', p50: raw['raw TCP'][end] },
  })
  return [
    { ...both, ...tcp, control: { work: 'raw TCP', p50: raw['raw TCP'].rate } },
    { ...both, ...tcp, control: cipher },
    cpu('source', 'the sending end'),
    cpu('sink', 'the receiving end'),
    {
      ...both,
      work: 'quic lane',
      unit: 'MB/s',
      p50: iroh['quic lane'].rate,
      control: { work: 'bare iroh', p50: iroh['bare iroh'].rate },
      reach: 0.9,
    },
    {
      ...both,
      rounds: 1,
      work: 'two quic lanes at once, together',
      unit: 'MB/s',
      p50: abreast.reduce((sum, { rate }) => sum + rate, 0),
      control: { work: 'one quic lane', p50: iroh['quic lane'].rate },
    },
  ]
}

/** Rounds take turns, so that a machine that is busy for a while is so for every way. */
async function inTurns<Name extends Way>(
  rounds: number,
  ways: Readonly<Record<Name, number>>,
): Promise<Record<Name, Measured>> {
  const names = Object.keys(ways) as Name[]
  const all = new Map(names.map((name) => [name, [] as Measured[]]))
  for (let round = 0; round < rounds; round++) {
    for (const name of names) all.get(name)?.push(await once(name, ways[name]))
  }
  const medians = names.map((name) => {
    const mine = all.get(name) ?? []
    const median = (of: keyof Measured) =>
      quantile(
        mine.map((one) => one[of]),
        0.5,
      )
    return [name, { rate: median('rate'), source: median('source'), sink: median('sink') }]
  })
  return Object.fromEntries(medians) as Record<Name, Measured>
}

async function once(way: Way, bytes: number): Promise<Measured> {
  const hex = (length: number) => randomBytes(length).toString('hex')
  const order: EndOrder = { way, bytes, secrets: [hex(32), hex(32), hex(16)] }
  const [source, sink] = (['source', 'sink'] as const).map((side) =>
    fork(entry, [JSON.stringify(order), side]),
  ) as [ChildProcess, ChildProcess]
  const [atSource, atSink] = await Promise.all([reported(source, sink), reported(sink, source)])
  const perGiB = ({ cpuSeconds }: EndReport) => (cpuSeconds * 1_000 * gibibyte) / bytes
  return { rate: bytes / 1e6 / atSink.seconds, source: perGiB(atSource), sink: perGiB(atSink) }
}

/** Passes on what an end tells the other until it has reported and left. */
function reported(from: ChildProcess, to: ChildProcess): Promise<EndReport> {
  return new Promise((resolve, reject) => {
    let report: EndReport | null = null
    from.on('message', (message: object) => {
      if ('seconds' in message) report = message as EndReport
      else to.send(message)
    })
    from.once('exit', (code) => {
      if (code === 0 && report) resolve(report)
      else reject(new Error(`an end left with ${code}`))
    })
  })
}

/** What a lane could reach if bytes moved by themselves. */
function cipherRate(): number {
  const piece = Buffer.alloc(128 * 1024)
  const bytes = gibibyte / 2
  const rates = Array.from({ length: 3 }, () => {
    const cipher = createCipheriv('aes-256-gcm', randomBytes(32), randomBytes(12))
    const began = performance.now()
    for (let done = 0; done < bytes; done += piece.length) cipher.update(piece)
    return bytes / 1e3 / (performance.now() - began)
  })
  return quantile(rates, 0.5)
}

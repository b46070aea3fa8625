import { fork, spawnSync, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { MoverOrder, MoverReport } from './mover-end.ts'
import { quantile, type Row } from './row.ts'

const entry = join(import.meta.dirname, 'mover-end.js')

/** One measured line: seconds of the receiving end, and what both ends used. */
interface Measured {
  readonly seconds: number
  readonly cpuSend: number
  readonly cpuReceive: number
  readonly peakMiB: number
}

/** In memory where the system has such a place, so that no disk is measured. */
function scratch(): string {
  return mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'gangway-bench-'))
}

async function pair(send: MoverOrder, receive: MoverOrder): Promise<Measured> {
  const source = fork(entry, [JSON.stringify(send)])
  const sink = fork(entry, [JSON.stringify(receive)])
  const [sent, received] = await Promise.all([relayed(source, sink), relayed(sink, source)])
  for (const child of [source, sink]) if (child.connected) child.disconnect()
  return {
    seconds: received.seconds,
    cpuSend: sent.cpuSeconds,
    cpuReceive: received.cpuSeconds,
    peakMiB: sent.peakMiB + received.peakMiB,
  }
}

function relayed(from: ChildProcess, to: ChildProcess): Promise<MoverReport> {
  return new Promise((resolve, reject) => {
    from.on('message', (message: object) => {
      if ('seconds' in message) resolve(message as MoverReport)
      else to.send(message)
    })
    from.once('exit', (code) => reject(new Error(`an end left with ${code}`)))
  })
}

function moved(source: string, destination: string): Promise<Measured> {
  mkdirSync(destination)
  const secret = () => randomBytes(32).toString('hex')
  const transferId = randomBytes(16).toString('hex')
  const secrets = [secret(), secret(), transferId] as const
  const job = {
    role: 'receive',
    transferId,
    destination,
    conflicts: 'keepBoth',
    keepExec: false,
    landed: [],
    partial: [],
    agreed: { maxBytes: null, maxFiles: null, isOpen: false, landed: { bytes: 0, files: 0 } },
  } as const
  return pair(
    { kind: 'mover', job: { role: 'send', sources: [source] }, secrets },
    { kind: 'mover', job, secrets },
  )
}

function raw(source: string, path: string): Promise<Measured> {
  return pair({ kind: 'raw', role: 'send', path: source }, { kind: 'raw', role: 'receive', path })
}

function copied(source: string, destination: string): Measured {
  const began = performance.now()
  spawnSync('cp', ['-r', source, destination])
  return { seconds: (performance.now() - began) / 1_000, cpuSend: 0, cpuReceive: 0, peakMiB: 0 }
}

function makeFile(path: string, bytes: number): void {
  const piece = randomBytes(16 * 1024 * 1024)
  for (let at = 0; at < bytes; at += piece.length) {
    writeFileSync(path, piece.subarray(0, Math.min(piece.length, bytes - at)), { flag: 'a' })
  }
}

function makeTree(path: string, files: number): void {
  mkdirSync(path)
  for (let n = 0; n < files; n++) {
    if (n % 1_000 === 0) mkdirSync(join(path, String(n / 1_000)))
    writeFileSync(join(path, String(Math.floor(n / 1_000)), String(n)), randomBytes(4_096))
  }
}

/** The work and its control take turns. */
async function compared(
  rounds: number,
  folder: string,
  work: (to: string) => Promise<Measured>,
  control: (to: string) => Promise<Measured> | Measured,
): Promise<[Measured, Measured]> {
  const [works, controls]: [Measured[], Measured[]] = [[], []]
  for (let round = 0; round < rounds; round++) {
    for (const [list, run] of [
      [works, work],
      [controls, control],
    ] as const) {
      const to = join(folder, `to-${round}`)
      list.push(await run(to))
      rmSync(to, { recursive: true })
    }
  }
  return [medians(works), medians(controls)]
}

function medians(all: readonly Measured[]): Measured {
  const median = (of: (one: Measured) => number) => quantile(all.map(of), 0.5)
  return {
    seconds: median((one) => one.seconds),
    cpuSend: median((one) => one.cpuSend),
    cpuReceive: median((one) => one.cpuReceive),
    peakMiB: Math.max(...all.map((one) => one.peakMiB)),
  }
}

/** Transfers from disk to disk, both in memory, between two processes. */
export async function moverRows(rounds: number, quick: boolean): Promise<Row[]> {
  const bytes = quick ? 2 ** 29 : 2 ** 30
  const many = quick ? 20_000 : 50_000
  const folder = scratch()
  try {
    return [...(await largeRows(rounds, folder, bytes)), ...(await smallRows(rounds, folder, many))]
  } finally {
    rmSync(folder, { recursive: true })
  }
}

async function largeRows(rounds: number, folder: string, bytes: number): Promise<Row[]> {
  const file = join(folder, 'file')
  makeFile(file, bytes)
  const move = (to: string) => moved(file, to)
  const [large, plain] = await compared(rounds, folder, move, (to) => raw(file, to))
  rmSync(file)
  const rate = ({ seconds }: Measured) => bytes / 1e6 / seconds
  const both = { p95: null, rounds }
  const work = `${Math.round(bytes / 2 ** 20)} MiB, file to file, tcp lane`
  const control = { work: 'raw Node TCP file copy', p50: rate(plain) }
  return [
    { ...both, work, unit: 'MB/s', p50: rate(large), control, reach: 0.7 },
    {
      ...both,
      work: `${work}: peak memory of both ends`,
      unit: 'KiB',
      p50: large.peakMiB * 1024,
      control: null,
      reach: 250 * 1024,
    },
  ]
}

async function smallRows(rounds: number, folder: string, many: number): Promise<Row[]> {
  const few = many / 10
  const [fewFiles, manyFiles] = [join(folder, 'few'), join(folder, 'many')]
  makeTree(fewFiles, few)
  makeTree(manyFiles, many)
  const moveFew = (to: string) => moved(fewFiles, to)
  const moveMany = (to: string) => moved(manyFiles, to)
  const [small, cp] = await compared(rounds, folder, moveFew, (to) => copied(fewFiles, to))
  const [tenfold, onefold] = await compared(Math.ceil(rounds / 2), folder, moveMany, moveFew)
  const ms = ({ seconds }: Measured) => seconds * 1_000
  const both = { p95: null, rounds, unit: 'ms' } as const
  const perThousand = ms(onefold) / (few / 1_000)
  return [
    {
      ...both,
      work: `${few} × 4 KiB`,
      p50: ms(small),
      control: { work: 'cp -r', p50: ms(cp) },
      reach: Math.round(2 * ms(cp)),
    },
    {
      ...both,
      work: `${many} × 4 KiB, per thousand`,
      p50: ms(tenfold) / (many / 1_000),
      control: { work: `${few} × 4 KiB, per thousand`, p50: perThousand },
      reach: Math.round(1.2 * perThousand),
    },
  ]
}

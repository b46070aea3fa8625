import { fork, spawnSync, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { MoverOrder, MoverReport } from './mover-end.ts'
import { quantile } from './row.ts'

const entry = join(import.meta.dirname, 'mover-end.js')

/** One measured line: seconds of the receiving end, and what both ends used. */
interface Measured {
  readonly seconds: number
  readonly cpuSend: number
  readonly cpuReceive: number
  readonly peakMiB: number
}

interface MoverRow {
  readonly work: string
  readonly seconds: number
  /** Against the control of the same run. */
  readonly ratio: number
  readonly control: string
  readonly reach: string
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
    maxEntries: null,
    maxBytes: null,
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

export async function moverRows(
  rounds: number,
  bytes = 2 ** 30,
  many = 50_000,
): Promise<MoverRow[]> {
  const folder = scratch()
  try {
    const file = join(folder, 'file')
    makeFile(file, bytes)
    const [large, plain] = await compared(
      rounds,
      folder,
      (to) => moved(file, to),
      (to) => raw(file, to),
    )
    rmSync(file)
    const [few, lots] = [join(folder, 'few'), join(folder, 'many')]
    makeTree(few, many / 10)
    makeTree(lots, many)
    const [small, cp] = await compared(
      rounds,
      folder,
      (to) => moved(few, to),
      (to) => copied(few, to),
    )
    const [tenfold, onefold] = await compared(
      Math.ceil(rounds / 2),
      folder,
      (to) => moved(lots, to),
      (to) => moved(few, to),
    )
    const mib = Math.round(bytes / 2 ** 20)
    return [
      {
        ...large,
        work: `${mib} MiB file → file (${(bytes / 1e6 / large.seconds).toFixed(0)} MB/s)`,
        control: `raw Node TCP copy (${(bytes / 1e6 / plain.seconds).toFixed(0)} MB/s), of its speed`,
        ratio: plain.seconds / large.seconds,
        reach: '>= 0.7',
      },
      {
        ...small,
        work: `${many / 10} × 4 KiB`,
        control: `cp -r (${cp.seconds.toFixed(2)} s), of its time`,
        ratio: small.seconds / cp.seconds,
        reach: '<= 2',
      },
      {
        ...tenfold,
        work: `${many} × 4 KiB`,
        control: `${many / 10} × 4 KiB (${onefold.seconds.toFixed(2)} s), per file`,
        ratio: tenfold.seconds / onefold.seconds / 10,
        reach: '<= 1.2',
      },
    ]
  } finally {
    rmSync(folder, { recursive: true })
  }
}

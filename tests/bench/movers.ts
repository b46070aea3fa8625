import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { linkSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { freemem } from 'node:os'
import { join } from 'node:path'
import { makeFile, moved, raw, scratch, type Measured } from './mover-pair.ts'
import { quantile, type Row } from './row.ts'
import { openRsync, type Rsync } from './rsync.ts'

function copied(source: string, destination: string): Measured {
  const began = performance.now()
  spawnSync('cp', ['-r', source, destination])
  return { ...unused, seconds: (performance.now() - began) / 1_000 }
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
  const bytes = quick ? 2 ** 28 : 2 ** 30
  const many = quick ? 20_000 : 50_000
  const folder = scratch()
  const rsync = await openRsync(folder)
  try {
    if (typeof rsync === 'string') console.log(`No rows beside rsync over ssh: ${rsync}.`)
    const copy = typeof rsync === 'string' ? null : rsync.copy
    return [
      ...(await largeRows({ rounds, folder, copy }, bytes)),
      ...(await memoryRows(folder, quick)),
      ...(await smallRows({ rounds, folder, copy }, many)),
    ]
  } finally {
    if (typeof rsync !== 'string') rsync.close()
    rmSync(folder, { recursive: true })
  }
}

interface Bench {
  readonly rounds: number
  readonly folder: string
  readonly copy: Rsync['copy'] | null
}

const unused = { cpuSend: 0, cpuReceive: 0, peakMiB: 0 }

/** The same work done by rsync, in turn with ours; how many times as fast it should be at least. */
async function besideRsync(
  { rounds, folder, copy }: Bench,
  { work, source, bytes, reach }: { work: string; source: string; bytes: number; reach: number },
): Promise<Row[]> {
  if (!copy) return []
  const [ours, theirs] = await compared(
    Math.ceil(rounds / 2),
    folder,
    (to) => moved(source, to),
    (to) => ({ ...unused, seconds: copy(source, to) }),
  )
  const rate = ({ seconds }: Measured) => bytes / 1e6 / seconds
  const control = { work: 'rsync over ssh', p50: rate(theirs) }
  const row = { p95: null, rounds: Math.ceil(rounds / 2), unit: 'MB/s' } as const
  return [{ ...row, work, p50: rate(ours), control, reach }]
}

async function largeRows(bench: Bench, bytes: number): Promise<Row[]> {
  const { rounds, folder } = bench
  const file = join(folder, 'file')
  makeFile(file, bytes)
  const move = (to: string) => moved(file, to)
  const [large, plain] = await compared(rounds, folder, move, (to) => raw(file, to))
  const rate = ({ seconds }: Measured) => bytes / 1e6 / seconds
  const work = `${Math.round(bytes / 2 ** 20)} MiB, file to file, tcp lane`
  const control = { work: 'raw Node TCP file copy', p50: rate(plain) }
  const rsync = await besideRsync(bench, { work, source: file, bytes, reach: 2.3 })
  rmSync(file)
  return [
    { p95: null, rounds, work, unit: 'MB/s', p50: rate(large), control, reach: 0.7 },
    ...rsync,
  ]
}

/** One file under many names is as many files; the copies of all of them have to fit, too. */
async function memoryRows(folder: string, quick: boolean): Promise<Row[]> {
  const wanted = quick ? 1 : 10
  const gibibytes = Math.max(1, Math.min(wanted, Math.floor(freemem() / 2 ** 30 / 3)))
  const [little, much, to] = ['little', 'much', 'to'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ]
  makeFile(little, 100 * 2 ** 20)
  mkdirSync(much)
  makeFile(join(much, '0'), 2 ** 30)
  for (let n = 1; n < gibibytes; n++) linkSync(join(much, '0'), join(much, String(n)))
  const peaks: number[] = []
  for (const source of [little, much]) {
    peaks.push((await moved(source, to)).peakMiB * 1024)
    rmSync(to, { recursive: true })
  }
  rmSync(little)
  rmSync(much, { recursive: true })
  const [few = 0, many = 0] = peaks
  const work = `${gibibytes} GiB: peak memory of both movers`
  const row = { p95: null, rounds: 1, unit: 'KiB', reach: 250 * 1000 } as const
  return [{ ...row, work, p50: many, control: { work: '100 MiB', p50: few } }]
}

async function smallRows(bench: Bench, many: number): Promise<Row[]> {
  const { rounds, folder } = bench
  const few = many / 10
  const [fewFiles, manyFiles] = [join(folder, 'few'), join(folder, 'many')]
  makeTree(fewFiles, few)
  makeTree(manyFiles, many)
  const moveFew = (to: string) => moved(fewFiles, to)
  const moveMany = (to: string) => moved(manyFiles, to)
  const [small, cp] = await compared(rounds, folder, moveFew, (to) => copied(fewFiles, to))
  const [tenfold, onefold] = await compared(Math.ceil(rounds / 2), folder, moveMany, moveFew)
  const work = `${few} × 4 KiB`
  const rsync = await besideRsync(bench, { work, source: fewFiles, bytes: few * 4_096, reach: 3 })
  const ms = ({ seconds }: Measured) => seconds * 1_000
  const both = { p95: null, rounds, unit: 'ms' } as const
  const perThousand = ms(onefold) / (few / 1_000)
  return [
    {
      ...both,
      work,
      p50: ms(small),
      control: { work: 'cp -r', p50: ms(cp) },
      reach: Math.round(2 * ms(cp)),
    },
    ...rsync,
    {
      ...both,
      work: `${many} × 4 KiB, per thousand`,
      p50: ms(tenfold) / (many / 1_000),
      control: { work: `${few} × 4 KiB, per thousand`, p50: perThousand },
      reach: Math.round(1.2 * perThousand),
    },
  ]
}

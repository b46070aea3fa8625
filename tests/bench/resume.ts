import { randomBytes } from 'node:crypto'
import { closeSync, mkdirSync, openSync, rmSync, statSync, truncateSync, writeSync } from 'node:fs'
import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  journaled,
  makeFile,
  moving,
  movedUntil,
  newTransfer,
  scratch,
  stop,
} from './mover-pair.ts'
import { spreadOf, type Row } from './row.ts'

const gibibyte = 2 ** 30
const wholeBytes = 10 * gibibyte
const bytesPerSecond = 100_000_000

/** Going on where another try ended, and what a kill -9 costs. */
export async function resumeRows(rounds: number): Promise<Row[]> {
  const folder = scratch()
  try {
    const [firstByte, repeated]: [number[], number[]] = [[], []]
    const [half, file] = [join(folder, 'half'), join(folder, 'file')]
    makeHalf(half)
    makeFile(file, gibibyte)
    for (let round = 0; round < rounds; round++) {
      firstByte.push(await resumed(half, join(folder, 'to')))
      repeated.push(await killed(file, join(folder, 'to')))
    }
    const row = { unit: 'ms', rounds, control: null } as const
    return [
      {
        ...row,
        ...spreadOf(firstByte),
        work: 'resume of 10 GiB (sparse) at 50 %: first new byte',
        reach: 1_000,
      },
      {
        ...row,
        ...spreadOf(repeated),
        work: 'work repeated after kill -9 of the receiver, at 100 MB/s',
        reach: 5_000,
      },
    ]
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Nothing but holes, and something to write in the middle. */
function makeHalf(path: string): void {
  const fd = openSync(path, 'w')
  writeSync(fd, randomBytes(16 * 2 ** 20), 0, 16 * 2 ** 20, wholeBytes / 2)
  closeSync(fd)
  truncateSync(path, wholeBytes)
}

function stagedFile(destination: string, transferId: string): string {
  return join(destination, '.gangway', transferId, '0')
}

async function resumed(source: string, destination: string): Promise<number> {
  const transferId = newTransfer()
  const staged = stagedFile(destination, transferId)
  mkdirSync(join(staged, '..'), { recursive: true, mode: 0o700 })
  closeSync(openSync(staged, 'w', 0o600))
  truncateSync(staged, wholeBytes / 2)
  const { size, mtimeMs } = statSync(source)
  const hint = { index: 0, sent: basename(source), size, mtimeMs, verified: wholeBytes / 2 }
  const until = { path: staged, bytes: wholeBytes / 2 + 1 }
  const ends = moving(source, destination, { transferId, partial: [hint], until })
  const { seconds } = await movedUntil(ends)
  rmSync(destination, { recursive: true })
  return seconds * 1_000
}

/** What was there and is not known to be, in milliseconds of sending. */
async function killed(source: string, destination: string): Promise<number> {
  const transferId = newTransfer()
  const ends = moving(source, destination, { transferId, bytesPerSecond })
  const safe = journaled(ends)
  await sleep(2_500 + Math.random() * 2_500)
  stop(ends)
  const { size } = statSync(stagedFile(destination, transferId))
  const repeated = ((size - safe.bytes) / bytesPerSecond) * 1_000
  rmSync(destination, { recursive: true })
  return repeated
}

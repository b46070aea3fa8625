import { fork } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { scratch } from './mover-pair.ts'
import { spreadOf, type Row } from './row.ts'
import type { WholeReport } from './whole-end.ts'

/** Two whole devices, coordinators together in one process, movers in their own. */
export async function wholeRows(rounds: number, bytes: number): Promise<Row[]> {
  const folder = scratch()
  try {
    const { firstByteMs, delayMs, seconds } = await measured(folder, rounds, bytes)
    const size = `${Math.round(bytes / 2 ** 20)} MiB`
    const row = { unit: 'ms', p95: null, rounds: 1, control: null } as const
    return [
      { ...row, ...spreadOf(firstByteMs), work: 'drop → first byte on the other disk', reach: 300 },
      {
        ...row,
        work: `${size} between two devices, drop → done`,
        p50: seconds * 1_000,
        reach: null,
      },
      {
        ...row,
        work: `event-loop delay of both coordinators while ${size} move, p99`,
        p50: delayMs,
        reach: 20,
      },
    ]
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function measured(folder: string, rounds: number, bytes: number): Promise<WholeReport> {
  const env = { ...process.env, TMPDIR: folder }
  const args = [folder, String(rounds), String(bytes)]
  const child = fork(join(import.meta.dirname, 'whole-end.js'), args, { env })
  return new Promise((resolve, reject) => {
    child.once('message', (message) => resolve(message as WholeReport))
    child.once('exit', (code) => reject(new Error(`the devices left with ${code}`)))
  })
}

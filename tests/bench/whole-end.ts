import { existsSync, readdirSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { processHosts } from '#core/transfers/process/process-hosts.ts'
import { forkMover } from '../../electron/headless/fork-mover.ts'
import { TestCore } from '../support/paired-cores.ts'
import { comesTo, send, sendingPair } from '../support/transfers.ts'
import { makeFile } from './mover-pair.ts'

/** Two devices that are paired, in a process of their own; what is dropped, and what is seen of it. */
export interface WholeReport {
  readonly firstByteMs: readonly number[]
  readonly delayMs: number
  readonly seconds: number
}

const [folder = '', rounds = '', bytes = ''] = process.argv.slice(2)
const patienceMs = 120_000
const smallBytes = 8 * 2 ** 20

function device(name: string): Promise<TestCore> {
  const movers = processHosts(forkMover(join(import.meta.dirname, 'mover.js')))
  return new TestCore(name, { movers }).open()
}

/** Staged, or already landed: a small file is quick. */
function hasArrived(name: string): boolean {
  const staging = join(bob.downloads, '.gangway')
  return existsSync(join(bob.downloads, name)) || (existsSync(staging) && holdsBytes(staging))
}

function holdsBytes(folder: string): boolean {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).some((entry) => {
    const path = join(entry.parentPath, entry.name)
    return entry.isFile() && (statSync(path, { throwIfNoEntry: false })?.size ?? 0) > 0
  })
}

/** Everything before has landed, so whatever is staged is of this drop. */
async function firstByte(source: string): Promise<number> {
  const began = performance.now()
  const id = await send(ada, bob, [source])
  while (!hasArrived(basename(source))) await sleep(1)
  const took = performance.now() - began
  await comesTo(ada, id, 'done', patienceMs)
  return took
}

const [ada, bob] = await Promise.all([device('Ada'), device('Bob')])
await sendingPair(ada, bob)

const firstByteMs: number[] = []
for (let round = 0; round < Number(rounds); round++) {
  const path = join(folder, `drop-${round}`)
  makeFile(path, smallBytes)
  firstByteMs.push(await firstByte(path))
}

const large = join(folder, 'large')
makeFile(large, Number(bytes))
const delay = monitorEventLoopDelay({ resolution: 1 })
const began = performance.now()
delay.enable()
const id = await send(ada, bob, [large])
await comesTo(ada, id, 'done', patienceMs)
delay.disable()
const seconds = (performance.now() - began) / 1_000
const report: WholeReport = { firstByteMs, delayMs: delay.percentile(99) / 1e6, seconds }
await Promise.all([ada.close(), bob.close()])
process.send?.(report, () => process.exit(0))

import { randomBytes } from 'node:crypto'
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { TransferId } from '#shared/ids.ts'
import { isOver } from '#shared/transfer-states.ts'
import type { Transfer } from '#shared/transfers.ts'
import { closing } from '../../support/closing.ts'
import { drive, pairByLink, type DrivenNode } from '../../support/driven-node.ts'
import { moversOf, whyNoProcesses } from '../../support/mover-processes.ts'
import { startNode } from '../../support/node-process.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { writeTree } from '../../support/transfers.ts'
import { until } from '../../support/until.ts'

/** `npm run soak:leaks` goes on for minutes, and then looks at memory, too. */
const minutes = Number(process.env['GANGWAY_SOAK_MINUTES'] ?? 0)
const fewestRounds = 12
/** Nobody may send them faster for long. */
const textEvery = 6
const own = closing()

interface Person extends DrivenNode {
  readonly downloads: string
  /** How its transfers stand. */
  readonly rows: ReadonlyMap<TransferId, Transfer>
}

async function person(name: string): Promise<Person> {
  const home = own({ ...temporaryHome() })
  const downloads = join(home.path, 'downloads')
  const node = own(await startNode({ args: ['--name', name, '--downloads', downloads] }))
  const driven = own(await drive(node))
  const rows = new Map<TransferId, Transfer>()
  const over = new AbortController()
  own({ close: () => over.abort() })
  const follow = driven.client.watch(
    'transfers.watch',
    (item) => {
      for (const row of 'snapshot' in item ? item.snapshot : item.put) rows.set(row.id, row)
      if ('remove' in item) for (const id of item.remove) rows.delete(id as TransferId)
    },
    over.signal,
  )
  follow.catch(() => {})
  return { ...driven, downloads, rows }
}

function temporaryHome() {
  const folder = temporaryFolder()
  return { path: folder.path, close: () => folder[Symbol.dispose]() }
}

async function send(from: Person, to: Person, path: string): Promise<TransferId> {
  const { id } = await from.client.call('transfer.send', {
    to: to.node.ready.deviceId,
    paths: [path],
  })
  return id
}

async function ends(id: TransferId, ...people: Person[]): Promise<void> {
  for (const { rows } of people) {
    const isAtItsEnd = () => {
      const row = rows.get(id)
      return row !== undefined && isOver(row)
    }
    await until('a transfer has ended', isAtItsEnd, 30_000)
  }
}

async function talk(ada: Person, bob: Person): Promise<void> {
  const say = ({ client }: Person, to: Person) =>
    client.call('text.send', { to: to.node.ready.deviceId, text: 'Has it arrived?' })
  await Promise.all([say(ada, bob), say(bob, ada)])
}

/** What they do all day: each sends something small, now and then somebody changes their mind. */
async function round(ada: Person, bob: Person, folder: string, number: number): Promise<void> {
  const ids = await Promise.all([send(ada, bob, folder), send(bob, ada, folder)])
  if (number % 5 === 0) await ada.client.call('transfer.cancel', { id: ids[0] }).catch(() => {})
  for (const id of ids) await ends(id, ada, bob)
  if (number % textEvery === 0) await talk(ada, bob)
  for (const { client, downloads } of [ada, bob]) {
    await client.call('history.clear', {})
    rmSync(downloads, { recursive: true, force: true })
  }
}

interface Sample {
  readonly minutes: number
  readonly mebibytes: number
  readonly handles: number
  readonly threads: number
}

function look({ node }: Person, began: number): Sample {
  const status = readFileSync(`/proc/${node.pid}/status`, 'utf8')
  const number = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1])
  return {
    minutes: (performance.now() - began) / 60_000,
    mebibytes: number('VmRSS') / 1024,
    handles: readdirSync(`/proc/${node.pid}/fd`).length,
    threads: number('Threads'),
  }
}

/** How much of it comes with every minute: the line that lies closest to what was seen. */
function slope(samples: readonly Sample[], of: (sample: Sample) => number): number {
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const x = mean(samples.map((sample) => sample.minutes))
  const y = mean(samples.map(of))
  const over = samples.map((sample) => (sample.minutes - x) * (of(sample) - y))
  return mean(over) / mean(samples.map((sample) => (sample.minutes - x) ** 2))
}

function table(name: string, samples: readonly Sample[], rounds: number): string {
  const step = Math.max(1, Math.floor(samples.length / 10))
  const rows = samples
    .filter((_, at) => at % step === 0 || at === samples.length - 1)
    .map(({ minutes, mebibytes, handles, threads }) => {
      const cells = [minutes.toFixed(1), mebibytes.toFixed(0), handles, threads]
      return `| ${cells.join(' | ')} |`
    })
  const later = samples.slice(Math.floor(samples.length / 2))
  return [
    `${name}, ${2 * rounds} transfers`,
    '| minutes | MiB | handles | threads |\n| --- | --- | --- | --- |',
    ...rows,
    `second half: ${slope(later, ({ mebibytes }) => mebibytes).toFixed(2)} MiB and ` +
      `${slope(later, ({ handles }) => handles).toFixed(2)} handles a minute\n`,
  ].join('\n')
}

test.skipIf(whyNoProcesses)(
  'safety 28: many small transfers leave neither handles nor processes behind, nor memory',
  async () => {
    const [ada, bob] = await Promise.all([person('Ada'), person('Bob')])
    await pairByLink(ada, bob)
    for (const [one, other] of [
      [ada, bob],
      [bob, ada],
    ] as const) {
      await one.client.call('device.change', { id: other.node.ready.deviceId, trust: 'trusted' })
    }
    const source = own(temporaryHome())
    writeTree(
      source.path,
      Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`${n}`, 2_000])),
    )

    const began = performance.now()
    const samples: Record<'Ada' | 'Bob', Sample[]> = { Ada: [], Bob: [] }
    let rounds = 0
    while (rounds < fewestRounds || performance.now() - began < minutes * 60_000) {
      writeFileSync(join(source.path, 'large'), randomBytes(1_000_000))
      await round(ada, bob, source.path, ++rounds)
      samples.Ada.push(look(ada, began))
      samples.Bob.push(look(bob, began))
    }
    for (const [name, seen] of Object.entries(samples)) {
      if (minutes > 0) console.log(table(name, seen, rounds))
      const warm = seen[Math.floor(fewestRounds / 3)]
      const last = seen.at(-1)
      expect(last?.handles).toBeLessThanOrEqual((warm?.handles ?? 0) + 8)
      expect(last?.threads).toBeLessThanOrEqual((warm?.threads ?? 0) + 4)
      const later = seen.slice(Math.floor(seen.length / 2))
      if (minutes >= 5) expect(slope(later, ({ mebibytes }) => mebibytes)).toBeLessThan(2)
    }
    // The last ones have done their work; one may wait for more.
    for (const { node } of [ada, bob]) {
      await until('movers are gone', () => moversOf(node.pid).length <= 1)
    }
  },
  120_000 + minutes * 60_000,
)

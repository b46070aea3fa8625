import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { beforeAll, expect, test } from 'vitest'
import { bundleForNode } from '../../support/bundle.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

interface Line {
  readonly id?: string
  readonly count?: number
  readonly rows?: number
  readonly told?: readonly string[]
  readonly saved?: number
  readonly fault?: string
}

let script = ''
beforeAll(async () => {
  script = await bundleForNode('tests/processes/profile/profile-user.ts')
})

function start(dataDir: string, mode: 'look' | 'write') {
  const child = spawn(process.execPath, [script, dataDir, mode], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const exited = once(child, 'exit')
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    async next(): Promise<Line | null> {
      const { value, done } = await lines.next()
      return done ? null : (JSON.parse(value) as Line)
    },
    async kill(): Promise<void> {
      child.kill('SIGKILL')
      await exited
    },
    async exit(): Promise<unknown> {
      return (await exited)[0]
    },
  }
}

/** Opens the profile in a process of its own; null when the process ended without a word. */
async function look(dataDir: string): Promise<Line | null> {
  const user = start(dataDir, 'look')
  const line = await user.next()
  await user.exit()
  return line
}

test('a second process on a profile is refused, and a killed one leaves it free', async () => {
  using folder = temporaryFolder()
  const first = start(folder.path, 'write')
  const { id } = (await first.next()) ?? {}
  expect(id).toHaveLength(64)
  expect(await look(folder.path)).toEqual({ fault: 'profile.busy' })
  await first.kill()
  expect(await look(folder.path)).toMatchObject({ id, told: [] })
})

test('two processes that start a new profile at once never make two devices', async () => {
  using folder = temporaryFolder()
  const starts = await Promise.all([look(folder.path), look(folder.path), look(folder.path)])
  const ids = starts.map((line) => line?.id).filter((id) => id !== undefined)
  const faults = starts.map((line) => line?.fault).filter((fault) => fault !== undefined)
  expect(new Set(ids).size).toBe(1)
  expect(new Set(faults).size).toBeLessThanOrEqual(1)
  expect(await look(folder.path)).toMatchObject({ id: ids[0], told: [] })
})

test('safety 23: whatever was saved when a process is killed while it writes is there again', async () => {
  using folder = temporaryFolder()
  let saved = 0
  for (let round = 0; round < 12; round++) {
    const writer = start(folder.path, 'write')
    const found = await writer.next()
    expect(found).toMatchObject({ told: [] })
    expect(found?.count).toBeGreaterThanOrEqual(saved)
    // The write under way when it was killed may be there without having been named.
    expect(found?.count).toBeLessThanOrEqual(saved + 1)
    const until = 1 + Math.floor(Math.random() * 25)
    for (let seen = 0; seen < until; seen++) saved = (await writer.next())?.saved ?? saved
    const killed = writer.kill()
    for (let line = await writer.next(); line; line = await writer.next())
      saved = line.saved ?? saved
    await killed
  }
  const { count = 0, rows = 0, told } = (await look(folder.path)) ?? {}
  expect(count).toBeGreaterThanOrEqual(saved)
  expect(count).toBeLessThanOrEqual(saved + 1)
  expect(rows).toBeGreaterThanOrEqual(count)
  expect(told).toEqual([])
})

test('safety 27: a store whose damage ends the process does not do so for ever', async () => {
  using folder = temporaryFolder()
  const writer = start(folder.path, 'write')
  while (((await writer.next())?.saved ?? 0) < 3);
  await writer.kill()
  const { id } = (await look(folder.path)) ?? {}
  // As after a crash; then the length of the first name in the table is made impossible.
  rmSync(join(folder.path, 'store.sums'))
  const store = join(folder.path, 'store')
  for (const name of readdirSync(store).filter((file) => file.endsWith('.ldb'))) {
    const bytes = readFileSync(join(store, name))
    bytes[1] = 1
    writeFileSync(join(store, name), bytes)
  }
  const starts: (Line | null)[] = []
  while (starts.length < 4 && !starts.at(-1)) starts.push(await look(folder.path))
  // It is worth its guard only while LevelDB really ends the process.
  expect(starts.slice(0, -1)).toEqual([null, null, null])
  expect(starts.at(-1)).toMatchObject({ id, count: 0, told: ['store.damaged'] })
  expect(await look(folder.path)).toMatchObject({ id, told: [] })
})

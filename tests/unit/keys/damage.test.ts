import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { flipped } from '../../support/bytes.ts'
import { FakeClock } from '../../support/fake-clock.ts'
import { copyFolder, filesBelow, openTestStore, textSchema } from '../../support/profile.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const ids = ['a', 'b', 'c', 'd']

/** A profile with a few records, in tables and in the log, closed as it should be. */
async function makeProfile(dataDir: string): Promise<void> {
  for (const text of ['old', 'new']) {
    const store = await openTestStore(dataDir)
    await store.record('settings', textSchema).set({ text })
    for (const id of ids) await store.collection('devices', textSchema).put(id, { text })
    await store.close()
  }
}

/** What was lost and what was told when a profile was opened, written, closed and opened again. */
async function goThrough(dataDir: string) {
  const store = await openTestStore(dataDir)
  const settings = await store.record('settings', textSchema).get()
  const devices = await store.collection('devices', textSchema).all()
  const told = store.problems.map((problem) => problem.code)
  await store.record('after', textSchema).set({ text: 'alive' })
  await store.close()
  const again = await openTestStore(dataDir)
  const after = await again.record('after', textSchema).get()
  const toldAgain = again.problems.map((problem) => problem.code)
  await again.close()
  return { settings, devices: [...devices.keys()].sort(), told, after, toldAgain }
}

const unharmed = {
  settings: { text: 'new' },
  devices: ids,
  after: { text: 'alive' },
  toldAgain: [],
}

function isStoreFile(name: string): boolean {
  return /^store\/(?:CURRENT|MANIFEST-\d+|\d+\.(?:log|ldb))$/.test(name)
}

/** So many places of a file, its ends among them; another set at each start of the tests. */
function places(length: number, count: number): number[] {
  const some = Array.from({ length: count }, () => Math.floor(Math.random() * length))
  return [...new Set([0, length - 1, ...some])].filter((at) => at >= 0 && at < length)
}

test(
  'safety 27: any damaged or shorter file of a closed profile costs nothing and is told once',
  { timeout: 30_000 },
  async () => {
    using folder = temporaryFolder()
    const sound = join(folder.path, 'sound')
    await makeProfile(sound)
    const names = filesBelow(sound).filter((name) => name !== 'device.key')
    expect(
      names.filter((name) => /ldb|MANIFEST|CURRENT|log|sums/.test(name)).length,
    ).toBeGreaterThan(5)
    let tried = 0
    for (const name of names) {
      const whole = new Uint8Array(readFileSync(join(sound, name)))
      const [middle = 0, ...ends] = places(whole.length, 1).reverse()
      const damages = [flipped(whole, middle, 0x81), whole.subarray(0, middle)]
      if (isStoreFile(name)) damages.push(...ends.map((at) => flipped(whole, at, 0x81)))
      for (const damaged of damages) {
        const dataDir = join(folder.path, 'damaged')
        copyFolder(sound, dataDir)
        writeFileSync(join(dataDir, name), damaged)
        const changed = isStoreFile(name) && !Buffer.from(whole).equals(damaged)
        const told = changed ? ['store.restored'] : []
        expect(await goThrough(dataDir), `${name} at ${middle}`).toEqual({ ...unharmed, told })
        rmSync(dataDir, { recursive: true })
        tried += 1
      }
    }
    expect(tried).toBeGreaterThan(25)
  },
)

test('safety 27: a missing file of the store is put back too', async () => {
  using folder = temporaryFolder()
  const sound = join(folder.path, 'sound')
  await makeProfile(sound)
  for (const name of [...filesBelow(sound).filter(isStoreFile), 'store']) {
    const dataDir = join(folder.path, 'damaged')
    copyFolder(sound, dataDir)
    rmSync(join(dataDir, name), { recursive: true })
    expect(await goThrough(dataDir), name).toEqual({ ...unharmed, told: ['store.restored'] })
    rmSync(dataDir, { recursive: true })
  }
})

test('safety 27: damage after a crash, with no copy to go back to, never keeps the app from starting', async () => {
  using folder = temporaryFolder()
  const crashed = join(folder.path, 'crashed')
  await makeProfile(crashed)
  rmSync(join(crashed, 'store.sums'))
  for (const name of filesBelow(crashed).filter((name) => /CURRENT|MANIFEST|log$/.test(name))) {
    if (!isStoreFile(name)) continue
    const whole = new Uint8Array(readFileSync(join(crashed, name)))
    for (const at of places(whole.length, 2)) {
      const dataDir = join(folder.path, 'damaged')
      copyFolder(crashed, dataDir)
      writeFileSync(join(dataDir, name), flipped(whole, at, 0x81))
      const { after, toldAgain } = await goThrough(dataDir)
      expect({ after, toldAgain }).toEqual({ after: { text: 'alive' }, toldAgain: [] })
      rmSync(dataDir, { recursive: true })
    }
  }
})

test('a changed value after a crash costs that record only', async () => {
  using folder = temporaryFolder()
  const dataDir = folder.path
  const store = await openTestStore(dataDir)
  const big = 'x'.repeat(20_000)
  for (const id of ids) await store.collection('devices', textSchema).put(id, { text: big })
  await store.close()
  // The next start moves the log into a table; a table without the notes of a closing is unguarded.
  await (await openTestStore(dataDir)).close()
  rmSync(join(dataDir, 'store.sums'))
  const table = readdirSync(join(dataDir, 'store')).find((name) => name.endsWith('.ldb'))
  const file = join(dataDir, 'store', String(table))
  writeFileSync(file, flipped(new Uint8Array(readFileSync(file)), 5_000))
  const { devices, told, toldAgain } = await goThrough(dataDir)
  expect(devices).toHaveLength(3)
  expect(told).toEqual(['store.incomplete'])
  expect(toldAgain).toEqual([])
})

test('safety 27: a store that ends the process is set aside at the fourth start', async () => {
  using folder = temporaryFolder()
  const dataDir = folder.path
  await makeProfile(dataDir)
  rmSync(join(dataDir, 'store.sums'))
  writeFileSync(join(dataDir, 'store.opening'), '...')
  const { told, devices, after } = await goThrough(dataDir)
  expect(told).toEqual(['store.damaged'])
  expect(devices).toEqual([])
  expect(after).toEqual({ text: 'alive' })
})

test('starts that fail for another reason do not count as ended by the store', async () => {
  using folder = temporaryFolder()
  await makeProfile(folder.path)
  const holder = await openTestStore(folder.path)
  for (let start = 0; start < 5; start++) {
    await expect(openTestStore(folder.path)).rejects.toMatchObject({ code: 'profile.busy' })
  }
  await holder.close()
  rmSync(join(folder.path, 'store.sums'))
  expect(await goThrough(folder.path)).toEqual({ ...unharmed, told: [] })
})

test('three set-aside stores are kept, the newest ones', async () => {
  using folder = temporaryFolder()
  const clock = new FakeClock()
  const names: string[] = []
  for (let round = 0; round < 5; round++) {
    clock.jump(1000)
    writeFileSync(join(folder.path, 'store.opening'), '...')
    rmSync(join(folder.path, 'store.sums'), { force: true })
    const store = await openTestStore(folder.path, clock)
    names.push(String(store.problems[0]?.details['file']))
    await store.close()
  }
  const kept = readdirSync(folder.path).filter((name) => name.startsWith('store.damaged-'))
  expect(kept.map((name) => join(folder.path, name))).toEqual(names.slice(-3))
})

test('a file where the store should be is set aside', async () => {
  using folder = temporaryFolder()
  writeFileSync(join(folder.path, 'store'), 'not a folder')
  const { told, after } = await goThrough(folder.path)
  expect({ told, after }).toEqual({ told: ['store.damaged'], after: { text: 'alive' } })
})

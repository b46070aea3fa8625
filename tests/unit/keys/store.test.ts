import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { silentLog } from '#core/base/log.ts'
import { loadDeviceKey } from '#core/keys/device-key.ts'
import { Level } from '#core/keys/level.ts'
import { Records } from '#core/keys/records.ts'
import { keyFileVault } from '../../../electron/headless/vault.ts'
import { closing } from '../../support/closing.ts'
import { bytesBelow, openTestStore, textSchema } from '../../support/profile.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const own = closing()

test('what was set is there at the next start, what was deleted is not', async () => {
  using folder = temporaryFolder()
  const first = await openTestStore(folder.path)
  expect(await first.record('settings', textSchema).get()).toBeNull()
  await first.record('settings', textSchema).set({ text: 'one' })
  await first.record('settings', textSchema).set({ text: 'two' })
  await first.record('gone', textSchema).set({ text: 'x' })
  await first.record('gone', textSchema).delete()
  await first.collection('devices', textSchema).put('a', { text: 'A' })
  await first.collection('devices', textSchema).put('b', { text: 'B' })
  await first.collection('devices', textSchema).delete('b')
  await first.close()

  const second = own(await openTestStore(folder.path))
  expect(await second.record('settings', textSchema).get()).toEqual({ text: 'two' })
  expect(await second.record('gone', textSchema).get()).toBeNull()
  expect(await second.collection('devices', textSchema).all()).toEqual(
    new Map([['a', { text: 'A' }]]),
  )
  expect(second.problems).toEqual([])
})

test('names of records, groups and ids never meet', async () => {
  using folder = temporaryFolder()
  const store = own(await openTestStore(folder.path))
  await store.record('a', textSchema).set({ text: 'record' })
  await store.collection('a', textSchema).put('a', { text: 'in a' })
  await store.collection('a a', textSchema).put('a', { text: 'in a a' })
  await store.collection('', textSchema).put('', { text: 'in nothing' })
  expect(await store.record('a', textSchema).get()).toEqual({ text: 'record' })
  expect(await store.collection('a', textSchema).all()).toEqual(new Map([['a', { text: 'in a' }]]))
  expect(await store.collection('', textSchema).all()).toEqual(
    new Map([['', { text: 'in nothing' }]]),
  )
})

test('writes asked for at once are made in that order', async () => {
  using folder = temporaryFolder()
  const store = own(await openTestStore(folder.path))
  const record = store.record('counter', z.number())
  await Promise.all(Array.from({ length: 50 }, (_, count) => record.set(count)))
  expect(await record.get()).toBe(49)
})

test('a value set while an older one is found unfit is not set aside with it', async () => {
  using folder = temporaryFolder()
  const store = own(await openTestStore(folder.path))
  await store.record('counter', textSchema).set({ text: 'of an older version' })
  const record = store.record('counter', z.number())
  await Promise.all([record.get(), record.set(7)])
  expect(await record.get()).toBe(7)
})

test('what does not fit its schema is never written', async () => {
  using folder = temporaryFolder()
  const store = own(await openTestStore(folder.path))
  const record = store.record('name', z.string().max(3))
  expect(() => record.set('too long')).toThrow('too_big')
  expect(await record.get()).toBeNull()
})

test('safety 6: neither names nor values are in clear on disk', async () => {
  using folder = temporaryFolder()
  const store = await openTestStore(folder.path)
  await store.record('canary-record', textSchema).set({ text: 'canary-value' })
  await store.collection('canary-group', textSchema).put('canary-id', { text: 'canary-value' })
  const open = bytesBelow(folder.path)
  await store.close()
  const closed = bytesBelow(folder.path)
  for (const bytes of [open, closed]) {
    expect(bytes.length).toBeGreaterThan(100)
    expect(bytes.includes('canary')).toBe(false)
    expect(bytes.includes(Buffer.from('canary').toString('base64').slice(0, 7))).toBe(false)
  }
})

test('a record that no longer fits is set aside and told once; the others stay', async () => {
  using folder = temporaryFolder()
  const store = await openTestStore(folder.path)
  await store.collection('devices', textSchema).put('old', { text: 'O' })
  await store.collection('devices', z.number()).put('new', 1)
  await store.record('settings', textSchema).set({ text: 'S' })
  expect(await store.collection('devices', textSchema).all()).toEqual(
    new Map([['old', { text: 'O' }]]),
  )
  expect((await store.collection('devices', textSchema).all()).size).toBe(1)
  expect(await store.record('settings', z.number()).get()).toBeNull()
  expect(store.problems.map((problem) => problem.code)).toEqual(['store.incomplete'])
  await store.close()

  const again = own(await openTestStore(folder.path))
  expect(await again.collection('devices', textSchema).all()).toEqual(
    new Map([['old', { text: 'O' }]]),
  )
  expect(again.problems).toEqual([])
})

test('a store of another device key is set aside whole, not read record by record', async () => {
  using folder = temporaryFolder()
  const store = await openTestStore(folder.path)
  await store.record('settings', textSchema).set({ text: 'S' })
  await store.close()
  rmSync(join(folder.path, 'device.key'))
  const other = own(await openTestStore(folder.path))
  expect(other.problems).toMatchObject([{ code: 'store.damaged' }])
  expect(await other.record('settings', textSchema).get()).toBeNull()
  const file = other.problems[0]?.details['file']
  expect(existsSync(String(file))).toBe(true)
})

test('closing leaves a copy that holds the same, and no more than is needed', async () => {
  using folder = temporaryFolder()
  for (const text of ['one', 'two', 'three']) {
    const store = await openTestStore(folder.path)
    await store.record('settings', textSchema).set({ text })
    await store.close()
  }
  const matters = (name: string) => !/^LO(?:G|CK)/.test(name)
  const names = readdirSync(join(folder.path, 'store')).filter(matters)
  expect(readdirSync(join(folder.path, 'store.copy'))).toEqual(names)
})

test('safety 6: a value that was moved to another name is set aside, not believed', async () => {
  using folder = temporaryFolder()
  const key = await loadDeviceKey({ dataDir: folder.path, vault: keyFileVault(), log: silentLog })
  const level = own(await Level.open(join(folder.path, 'moved')))
  let damaged = 0
  const records = new Records(level, key, () => (damaged += 1))
  const trust = records.collection('trust', textSchema)
  await trust.put('friend', { text: 'trusted' })
  await trust.put('stranger', { text: 'blocked' })
  await level.turn(async (turn) => {
    const found = []
    const everything = { gte: new Uint8Array(), lte: new Uint8Array(64).fill(0xff) }
    for await (const entry of turn.entries(everything)) found.push(entry)
    const values = found.map(([, value]) => value).reverse()
    await turn.write(
      found.map(([name], at) => ({
        type: 'put',
        key: name,
        value: values[at] ?? new Uint8Array(),
      })),
    )
  })
  expect(await trust.all()).toEqual(new Map())
  expect(damaged).toBe(2)
})

import { describe, expect, test } from 'vitest'
import { openSettings } from '#core/settings.ts'
import { Fault } from '#shared/faults.ts'
import type { Settings } from '#shared/model.ts'
import { fakeId } from '../support/fake-devices.ts'
import { memoryStore } from '../support/memory-store.ts'

const [one, other] = [fakeId(1), fakeId(2)]
const rule = { folder: null, maxBytes: null }

function opened(store = memoryStore(), overrides: Partial<Settings> = {}) {
  return openSettings(store, { defaultName: 'Laptop', overrides })
}

describe('a change of settings', () => {
  test('leaves the rest as it is, down to the single device', async () => {
    const store = memoryStore()
    const { cell, change } = await opened(store)
    await change({ caps: { all: 5_000 }, acceptRules: { [one]: rule } })
    await change({ caps: { devices: { [one]: 2_000 } }, acceptRules: { [other]: rule } })
    await change({ caps: { devices: { [other]: 3_000 } }, name: 'Attic', relay: undefined })
    const wanted = {
      name: 'Attic',
      caps: { all: 5_000, devices: { [one]: 2_000, [other]: 3_000 } },
      acceptRules: { [one]: rule, [other]: rule },
    }
    expect(cell.value).toMatchObject(wanted)
    expect((await opened(store)).cell.value).toEqual(cell.value)
    await change({ caps: { devices: { [one]: null } }, acceptRules: { [one]: null } })
    expect(cell.value.caps).toEqual({ all: 5_000, devices: { [other]: 3_000 } })
    expect(cell.value.acceptRules).toEqual({ [other]: rule })
    await change({ caps: { all: null } })
    expect(cell.value.caps).toEqual({ all: null, devices: { [other]: 3_000 } })
  })

  test('is not lost beside another one at the same time', async () => {
    const store = memoryStore()
    const { cell, change } = await opened(store)
    await Promise.all([
      change({ name: 'Attic' }),
      change({ lanOnly: true }),
      change({ name: 'Den' }),
    ])
    expect(cell.value).toMatchObject({ name: 'Den', lanOnly: true })
    expect((await opened(store)).cell.value).toMatchObject({ name: 'Den', lanOnly: true })
  })

  test('saves nothing of what holds for this run alone', async () => {
    const store = memoryStore()
    const { cell, change } = await opened(store, {
      lanOnly: true,
      caps: { all: 1_024, devices: {} },
    })
    await change({ caps: { devices: { [one]: 2_000 } } })
    expect(cell.value).toMatchObject({ lanOnly: true, caps: { all: 1_024 } })
    const next = (await opened(store)).cell.value
    expect(next).toMatchObject({ lanOnly: false, caps: { all: null, devices: { [one]: 2_000 } } })
  })

  test('that the disk refuses is neither in force nor saved with the next one', async () => {
    const store = memoryStore()
    let isFull = true
    const { cell, change } = await opened({
      ...store,
      record: (name, schema) => {
        const record = store.record(name, schema)
        const set: typeof record.set = async (value) => {
          if (isFull) throw new Fault('disk.full', { folder: 'the profile' })
          await record.set(value)
        }
        return { ...record, set }
      },
    })
    await expect(change({ name: 'Attic' })).rejects.toMatchObject({ code: 'disk.full' })
    isFull = false
    await change({ lanOnly: true })
    expect(cell.value).toMatchObject({ name: 'Laptop', lanOnly: true })
    expect((await opened(store)).cell.value).toMatchObject({ name: 'Laptop', lanOnly: true })
  })
})

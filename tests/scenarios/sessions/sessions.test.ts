import { describe, expect, test } from 'vitest'
import { closing } from '../../support/closing.ts'
import { pair, TestCore } from '../../support/paired-cores.ts'
import { until } from '../../support/until.ts'

const own = closing()

async function opened(...names: string[]): Promise<TestCore[]> {
  return Promise.all(names.map((name) => own(new TestCore(name)).open()))
}

async function two(): Promise<[TestCore, TestCore]> {
  const [ada, bob] = await opened('Ada', 'Bob')
  if (!ada || !bob) throw new Error('two were asked for')
  return [ada, bob]
}

const isThere = (core: TestCore, other: TestCore) =>
  ['idle', 'connected'].includes(core.shows(other)?.state ?? '')

async function together(ada: TestCore, bob: TestCore, withinMs = 5_000): Promise<void> {
  await until('both are connected', () => isThere(ada, bob) && isThere(bob, ada), withinMs)
}

describe('two paired devices', () => {
  test('have a session within a second, prove the pairing and introduce themselves', async () => {
    const [ada, bob] = await two()
    await pair(ada, bob)
    await together(ada, bob, 1_000)
    expect(ada.shows(bob)).toMatchObject({ path: { kind: 'lan' }, trust: 'known' })
    await until(
      'documents came',
      () => ada.shows(bob)?.version === '0.0.0' && bob.shows(ada)?.os === ada.core.device.value.os,
    )
    await until(
      'statuses came',
      () => ada.shows(bob)?.status !== null && bob.shows(ada)?.status !== null,
    )
  })
})

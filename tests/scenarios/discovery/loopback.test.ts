import { networkInterfaces } from 'node:os'
import { expect, test } from 'vitest'
import { systemClock } from '#core/base/clock.ts'
import { systemNetwork } from '#core/discovery/multicast.ts'
import { fakeId, keysOf, openNode } from '../../support/discovery-nodes.ts'
import { until } from '../../support/until.ts'

/** Real sockets, on the loopback interface alone: what a computer without a network has. */
const network = systemNetwork(() => {
  const loopback = Object.entries(networkInterfaces()).map(
    ([name, infos = []]) => [name, infos.filter(({ internal }) => internal)] as const,
  )
  return Object.fromEntries(loopback)
})

function open(word: string, options: Partial<Parameters<typeof openNode>[1]> = {}) {
  return openNode(word, { clock: systemClock, network, ...options })
}

test('two devices on one computer see each other within 3 s, and a clean leave at once', async () => {
  const ada = await open('ada', { visible: true, knownKeys: keysOf('bob') })
  try {
    const bob = await open('bob', { knownKeys: keysOf('ada') })
    try {
      expect(ada.problems.value).toEqual([])
      const seen = () => ada.sees('bob') !== undefined && bob.sees('ada') !== undefined
      await until('both see each other', seen, 3_000)
      expect(bob.sees('ada')).toMatchObject({ name: "ada's laptop", via: 'lan' })
      expect(ada.sees('bob')).toMatchObject({ name: null })
      expect(bob.addressesOf(fakeId('ada'))[0]).toBe('127.0.0.1:4433')
    } finally {
      await bob.close()
    }
    await until('ada saw bob leave', () => ada.sees('bob') === undefined, 1_000)
  } finally {
    await ada.close()
  }
})

test('open and close again and again leaves no socket behind', async () => {
  const sockets = () => process.getActiveResourcesInfo().filter((name) => name === 'UDPWrap').length
  const before = sockets()
  for (let round = 0; round < 20; round++) await (await open('ada')).close()
  await until('all sockets are closed', () => sockets() <= before, 1_000)
  expect(sockets()).toBeLessThanOrEqual(before)
})

import { expect, test } from 'vitest'
import { Cell } from '#core/base/state.ts'
import type { StaticPeer } from '#shared/model.ts'
import { FakeClock } from '../../support/fake-clock.ts'
import { FakeLan } from '../../support/fake-lan.ts'
import { fakeId, openNode } from '../../support/discovery-nodes.ts'

async function withPeers(hosts: readonly string[], lookup: (host: string) => Promise<string[]>) {
  const clock = new FakeClock()
  const lan = new FakeLan()
  const peerAt = (host: string) => ({ id: fakeId('bob'), host, port: 4433 })
  const staticPeers = new Cell<readonly StaticPeer[]>(hosts.map(peerAt))
  const network = lan.host('10.0.0.1')
  const ada = await openNode('ada', { clock, network, staticPeers, lookup, random: () => 1 })
  const change = (now: readonly string[]) => staticPeers.set(now.map(peerAt))
  return { clock, lan, ada, change, [Symbol.asyncDispose]: () => ada.close() }
}

const never = () => new Promise<never>(() => {})

test('a device at a typed address is listed without being heard', async () => {
  await using node = await withPeers(['192.0.2.7', 'fd00::7'], never)
  expect(node.ada.nearby.rows).toMatchObject([
    { name: null, via: 'static', addresses: ['192.0.2.7:4433', '[fd00::7]:4433'] },
  ])
  expect(node.clock.pending).toBeGreaterThan(0)
})

test('a host name is looked up, and again when the network changes', async () => {
  let address = '192.0.2.1'
  await using node = await withPeers(['bob.example'], async () => [address])
  await node.clock.advance(0)
  expect(node.ada.addressesOf(fakeId('bob'))).toEqual(['192.0.2.1:4433'])
  address = '192.0.2.2'
  node.ada.refresh()
  await node.clock.advance(0)
  expect(node.ada.addressesOf(fakeId('bob'))).toEqual(['192.0.2.2:4433'])
})

test('a name that cannot be looked up is tried again with growing pauses', async () => {
  let tries = 0
  await using node = await withPeers(['bob.example'], async () => {
    tries += 1
    throw new Error('no such name')
  })
  const counts: number[] = []
  for (const wait of [499, 1, 1_000, 2_000, 4_000, 7_999, 1]) {
    await node.clock.advance(wait)
    counts.push(tries)
  }
  expect(node.ada.sees('bob')?.addresses).toEqual([])
  expect(counts).toEqual([1, 2, 3, 4, 5, 5, 6])
})

test('a lookup that hangs holds nothing up and is tried again', async () => {
  let tries = 0
  await using node = await withPeers(['bob.example'], () => {
    tries += 1
    return never()
  })
  await node.clock.advance(15_000)
  expect(tries).toBe(2)
})

test('a failing lookup keeps the last addresses', async () => {
  let works = true
  await using node = await withPeers(['bob.example'], async () => {
    if (!works) throw new Error('offline')
    return ['192.0.2.1']
  })
  await node.clock.advance(0)
  works = false
  await node.clock.advance(600_000)
  expect(node.ada.addressesOf(fakeId('bob'))).toEqual(['192.0.2.1:4433'])
})

test('heard and typed make one row, with what was heard first', async () => {
  await using node = await withPeers(['192.0.2.7'], never)
  const { clock, lan } = node
  const bob = await openNode('bob', { clock, network: lan.host('10.0.0.2'), visible: true })
  await clock.advance(1_000)
  expect(node.ada.nearby.rows).toMatchObject([
    { name: "bob's laptop", via: 'lan', addresses: ['10.0.0.2:4433', '192.0.2.7:4433'] },
  ])
  await bob.close()
  expect(node.ada.nearby.rows).toMatchObject([{ via: 'static', addresses: ['192.0.2.7:4433'] }])
})

test('addresses come and go while it runs', async () => {
  const asked: string[] = []
  await using node = await withPeers(['192.0.2.7'], async (host) => {
    asked.push(host)
    return ['192.0.2.9']
  })
  node.change(['192.0.2.7', 'bob.example'])
  await node.clock.advance(0)
  expect(node.ada.addressesOf(fakeId('bob'))).toEqual(['192.0.2.7:4433', '192.0.2.9:4433'])
  node.change(['192.0.2.7'])
  expect(node.ada.addressesOf(fakeId('bob'))).toEqual(['192.0.2.7:4433'])
  node.change([])
  expect(node.ada.nearby.rows).toEqual([])
  const before = asked.length
  await node.clock.advance(900_000)
  expect(asked.length).toBe(before)
})

test('closing leaves no timer behind', async () => {
  const { ada, clock } = await withPeers(['bob.example', '192.0.2.1'], async () => {
    throw new Error('offline')
  })
  await clock.advance(5_000)
  await ada.close()
  await clock.advance(0)
  expect(clock.pending).toBe(0)
})

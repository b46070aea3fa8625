import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { FakeClock } from '../../support/fake-clock.ts'
import { FakeLan } from '../../support/fake-lan.ts'
import { fakeId, fakeKey, keysOf, openNode } from '../../support/discovery-nodes.ts'
import { openDialect } from '#core/discovery/dialect.ts'
import { readPacket } from '#core/discovery/packets.ts'

const types = openDialect.types()

let clock: FakeClock
let lan: FakeLan
let closers: (() => Promise<void>)[]

beforeEach(() => {
  clock = new FakeClock()
  lan = new FakeLan()
  closers = []
})

afterEach(async () => {
  for (const close of closers) await close()
  if (clock.pending > 0) throw new Error(`${clock.pending} timers left behind`)
  if (lan.stations > 0) throw new Error(`${lan.stations} sockets left behind`)
})

async function node(word: string, options: Partial<Parameters<typeof openNode>[1]> = {}) {
  const opened = await openNode(word, { clock, random: () => 0.5, ...options })
  closers.push(() => opened.close())
  return opened
}

/** Everything said since, as text: names and ids would show. */
function said(since = 0): string {
  return lan.packets
    .slice(since)
    .map((packet) => Buffer.from(packet).toString('latin1'))
    .join('\n')
}

function instances(since = 0): Set<string> {
  const heard = lan.packets
    .slice(since)
    .flatMap((packet) => readPacket(packet, types)?.services ?? [])
  return new Set(heard.map(({ instance }) => instance))
}

describe('devices in sight', () => {
  test('visible devices find each other at once, each with its name, kind and addresses', async () => {
    const ada = await node('ada', { visible: true, network: lan.host('10.0.0.1') })
    const bob = await node('bob', { visible: true, network: lan.host('10.0.0.2') })
    await clock.advance(0)
    expect(bob.nearby.rows).toEqual([])
    await clock.advance(1_000)
    expect(bob.nearby.rows).toEqual([
      {
        id: fakeId('ada'),
        name: "ada's laptop",
        kind: 'laptop',
        addresses: ['10.0.0.1:4433'],
        via: 'lan',
        since: expect.any(Number),
      },
    ])
    expect(ada.addressesOf(fakeId('bob'))).toEqual(['10.0.0.2:4433'])
    expect(ada.nearby.rows).toHaveLength(1)
  })

  test('a device that was killed is gone within 35 s, and not before 20 s', async () => {
    const network = lan.host('10.0.0.2')
    const ada = await node('ada', { network: lan.host('10.0.0.1') })
    await node('bob', { visible: true, network })
    await clock.advance(5_000)
    network.sendingFails = true // as SIGKILL does: no goodbye gets out
    await clock.advance(19_000)
    expect(ada.sees('bob')).toBeDefined()
    await clock.advance(16_000)
    expect(ada.sees('bob')).toBeUndefined()
  })

  test('a device that stays is never lost', async () => {
    const ada = await node('ada', { network: lan.host('10.0.0.1') })
    await node('bob', { visible: true, network: lan.host('10.0.0.2') })
    const since = ada.sees('bob')?.since
    for (let second = 0; second < 1_500; second += 5) {
      await clock.advance(5_000)
      expect(ada.sees('bob')?.since).toBe(since)
    }
  })

  test('a device that closes is gone at once', async () => {
    const ada = await node('ada', { network: lan.host('10.0.0.1') })
    const bob = await node('bob', { visible: true, network: lan.host('10.0.0.2') })
    await clock.advance(2_000)
    expect(ada.sees('bob')).toBeDefined()
    await bob.close()
    expect(ada.sees('bob')).toBeUndefined()
  })

  test('closing is not held up by a network that takes no packets', async () => {
    const network = lan.host('10.0.0.1')
    const ada = await node('ada', { visible: true, network })
    network.stuck = true
    const closing = ada.close()
    await clock.advance(499)
    expect(lan.stations).toBe(1)
    await clock.advance(1)
    await closing
    expect(lan.stations).toBe(0)
  })

  test('two networks of one device make one row with both addresses', async () => {
    const ada = await node('ada', { network: lan.host('10.0.0.1', '10.0.1.1') })
    await node('bob', { visible: true, network: lan.host('10.0.0.2', '10.0.1.2') })
    expect(ada.nearby.rows).toHaveLength(1)
    expect(ada.addressesOf(fakeId('bob')).toSorted()).toEqual(['10.0.0.2:4433', '10.0.1.2:4433'])
  })

  test('IPv6 addresses come with the port of the IPv6 socket', async () => {
    const ada = await node('ada', { network: lan.host('fe80::1', 'fd00::1', '10.0.0.1') })
    const network = lan.host('10.0.0.2')
    network.more = ['fd00::2']
    await node('bob', { visible: true, network })
    expect(ada.addressesOf(fakeId('bob'))).toEqual(['10.0.0.2:4433', '[fd00::2]:4434'])
  })

  test('without ports there is nothing to reach, so nothing is said', async () => {
    const ada = await node('ada', { visible: true, network: lan.host('10.0.0.1') })
    const bob = await node('bob', { network: lan.host('10.0.0.2') })
    await clock.advance(2_000)
    ada.change({ ports: { v4: null, v6: null } })
    await clock.advance(0)
    expect(bob.sees('ada')).toBeUndefined()
    ada.change({ ports: { v4: 99, v6: null } })
    await clock.advance(0)
    expect(bob.addressesOf(fakeId('ada'))).toEqual(['10.0.0.1:99'])
  })

  test('a changed name shows at once', async () => {
    const ada = await node('ada', { network: lan.host('10.0.0.1') })
    const bob = await node('bob', { visible: true, network: lan.host('10.0.0.2') })
    await clock.advance(2_000)
    bob.change({ name: 'Studio' })
    await clock.advance(0)
    expect(ada.sees('bob')?.name).toBe('Studio')
  })
})

describe('safety 35: announcements keep their owner to themselves', () => {
  test('a device that is not visible says neither id nor name, and strangers do not list it', async () => {
    const ada = await node('ada', { network: lan.host('10.0.0.1') })
    await node('bob', { network: lan.host('10.0.0.2') })
    await clock.advance(60_000)
    expect(instances().size).toBe(2)
    expect(said()).not.toContain(fakeId('bob'))
    expect(said()).not.toContain('laptop')
    expect(ada.nearby.rows).toEqual([])
  })

  test('only who holds its key recognises it', async () => {
    const friend = await node('ada', { network: lan.host('10.0.0.1'), knownKeys: keysOf('bob') })
    const other = await node('eve', { network: lan.host('10.0.0.3'), knownKeys: keysOf('carol') })
    await node('bob', { network: lan.host('10.0.0.2') })
    await clock.advance(1_000)
    expect(friend.sees('bob')).toMatchObject({ name: null, addresses: ['10.0.0.2:4433'] })
    expect(other.nearby.rows).toEqual([])
  })

  test('the instance changes with the epoch, and those who may recognise it never lose it', async () => {
    const ada = await node('ada', { network: lan.host('10.0.0.1'), knownKeys: keysOf('bob') })
    await node('bob', { network: lan.host('10.0.0.2') })
    const since = ada.sees('bob')?.since
    const before = instances()
    const rows: number[] = []
    const mark = lan.packets.length
    for (let second = 0; second < 615; second++) {
      await clock.advance(1_000)
      rows.push(ada.nearby.rows.length)
    }
    expect(new Set(rows)).toEqual(new Set([1]))
    expect(ada.sees('bob')?.since).toBe(since)
    expect(instances(mark).size).toBe(before.size * 2)
    const later = lan.packets.length
    await clock.advance(30_000)
    for (const instance of instances(later)) expect(before).not.toContain(instance)
  })

  test('clocks may differ by an epoch, not by two', async () => {
    const ada = await node('ada', { network: lan.host('10.0.0.1'), knownKeys: keysOf('bob') })
    for (const [minutes, seen] of [
      [10, true],
      [-10, true],
      [20, false],
      [-20, false],
    ] as const) {
      const bobClock = new FakeClock(clock.now() + minutes * 60_000)
      const bob = await openNode('bob', { clock: bobClock, network: lan.host('10.0.0.2') })
      expect(ada.sees('bob') !== undefined, `${minutes} minutes apart`).toBe(seen)
      await bob.close()
    }
  })

  test('turning visibility on and off shows at once and leaves no common name', async () => {
    const ada = await node('ada', { network: lan.host('10.0.0.1') })
    const bob = await node('bob', { network: lan.host('10.0.0.2') })
    await clock.advance(2_000)
    const hidden = instances()
    bob.change({ visible: true })
    const mark = lan.packets.length
    await clock.advance(0)
    expect(ada.sees('bob')?.name).toBe("bob's laptop")
    for (const instance of instances(mark)) expect(hidden).not.toContain(instance)
    bob.change({ visible: false })
    await clock.advance(0)
    expect(ada.nearby.rows).toEqual([])
    const later = lan.packets.length
    await clock.advance(30_000)
    expect(said(later)).not.toContain('laptop')
    expect(said(later)).not.toContain(fakeId('bob'))
  })

  test('a new announcement key brings a new instance', async () => {
    let key = fakeKey('bob')
    const ada = await node('ada', { network: lan.host('10.0.0.1'), knownKeys: keysOf('bob') })
    const bob = await node('bob', { network: lan.host('10.0.0.2'), announcementKey: () => key })
    expect(ada.sees('bob')).toBeDefined()
    const before = instances()
    key = fakeKey('bob, again')
    bob.refresh()
    const mark = lan.packets.length
    await clock.advance(0)
    expect(ada.nearby.rows).toEqual([])
    expect([...instances(mark)].filter((instance) => !before.has(instance))).toHaveLength(1)
  })
})

describe('the network changes', () => {
  test('a new interface is used within seconds, on both sides', async () => {
    const network = lan.host()
    const ada = await node('ada', { network, knownKeys: keysOf('bob') })
    await node('bob', { network: lan.host('10.0.0.2') })
    expect(ada.problems.value).toMatchObject([{ code: 'discovery.unavailable' }])
    await clock.advance(10_000)
    expect(ada.nearby.rows).toEqual([])
    network.addresses = ['10.0.0.1']
    await clock.advance(4_500)
    expect(ada.sees('bob')).toBeDefined()
    expect(ada.problems.value).toEqual([])
  })

  test('refresh does not wait for the next look', async () => {
    const network = lan.host()
    const ada = await node('ada', { network, visible: true })
    const bob = await node('bob', { network: lan.host('10.0.0.2') })
    network.addresses = ['10.0.0.1']
    ada.refresh()
    await clock.advance(0)
    expect(bob.sees('ada')).toBeDefined()
  })

  test('a port that cannot be had is said with its reason and tried again', async () => {
    const network = lan.host('10.0.0.1')
    network.refusal = 'EADDRINUSE'
    const ada = await node('ada', { network, visible: true })
    expect(ada.problems.value[0]?.message).toContain('EADDRINUSE')
    network.refusal = null
    await clock.advance(3_000)
    expect(ada.problems.value).toEqual([])
  })

  test('packets that cannot be sent are a problem too, until they can', async () => {
    const network = lan.host('10.0.0.1')
    const ada = await node('ada', { network, visible: true })
    network.sendingFails = true
    await clock.advance(10_000)
    expect(ada.problems.value).toMatchObject([{ code: 'discovery.unavailable' }])
    network.sendingFails = false
    await clock.advance(10_000)
    expect(ada.problems.value).toEqual([])
  })

  test('a system that will not list its interfaces takes nothing down', async () => {
    const network = lan.host('10.0.0.1')
    network.blind = true
    const ada = await node('ada', { network, knownKeys: keysOf('bob') })
    await node('bob', { network: lan.host('10.0.0.2') })
    network.blind = false
    await clock.advance(4_500)
    expect(ada.sees('bob')).toBeDefined()
  })
})

import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { silentLog } from '#core/base/log.ts'
import { Keepers } from '#core/sessions/keepers.ts'
import { addressOn, shownPath } from '#core/sessions/shown-path.ts'
import type { Alpn } from '#shared/ids.ts'
import { FakeClock } from '../../support/fake-clock.ts'
import { MemoryNodes } from '../../support/memory-nodes.ts'

const alpn: Alpn = 'gangway/message/1'

let clock: FakeClock
let nodes: MemoryNodes
const open: { close(): void }[] = []
beforeEach(() => {
  clock = new FakeClock()
  nodes = new MemoryNodes(clock)
})
afterEach(() => {
  for (const part of open.splice(0)) part.close()
  nodes.close()
})

type Node = Awaited<ReturnType<MemoryNodes['open']>>

function serve(node: Node) {
  return node.sessions.serve({
    alpn,
    async accept(channel) {
      while ((await channel.receive()) !== null);
    },
  })
}

function keep({ sessions, devices }: Node): Keepers {
  const keepers = new Keepers({ alpn, sessions, devices, clock, log: silentLog, random: () => 1 })
  open.push(keepers)
  return keepers
}

/** Ada keeps a session with Bob, who only answers. */
async function kept({ bobServes = true } = {}) {
  const [ada, bob] = [await nodes.open(1), await nodes.open(2)]
  serve(ada)
  if (bobServes) serve(bob)
  await nodes.pair(ada, bob)
  const keepers = keep(ada)
  await clock.advance(10)
  const row = () => ada.devices.table.get(bob.id)
  const dials = () => nodes.dials.length
  return { ada, bob, keepers, row, dials }
}

describe('safety 26: a device that is kept', () => {
  test('is connected at once, idle while nothing is under way, connected while something is', async () => {
    const { ada, bob, row } = await kept()
    expect(row()?.state).toBe('idle')
    const done = ada.sessions.current(bob.id, alpn)?.busy()
    await clock.advance(0)
    expect(row()?.state).toBe('connected')
    done?.()
    await clock.advance(0)
    expect(row()?.state).toBe('idle')
  })

  test('gone without a word: shown as lost within 75 s, or 15 s with something under way', async () => {
    const { ada, bob, row } = await kept()
    nodes.gone.add(bob.id)
    await clock.advance(59_000)
    expect(row()?.state).toBe('idle')
    await clock.advance(16_000)
    expect(row()).toMatchObject({ state: 'disconnected', reason: 'lost' })
    nodes.gone.delete(bob.id)
    await clock.advance(31_000)
    expect(row()?.state).toBe('idle')
    ada.sessions.current(bob.id, alpn)?.busy()
    nodes.gone.add(bob.id)
    await clock.advance(15_000)
    expect(row()?.state).not.toBe('connected')
  })

  test('a session that gives way to another is no loss', async () => {
    const { ada, bob, row } = await kept()
    const states = new Set<string | undefined>()
    const stop = ada.devices.table.onChange(() => states.add(row()?.state))
    bob.sessions.current(ada.id, alpn)?.close('clean')
    await clock.advance(100)
    await bob.sessions.open(ada.id, alpn)
    await clock.advance(5_000)
    stop()
    expect([...states].filter((state) => state !== 'idle')).toEqual([])
    expect(ada.sessions.current(bob.id, alpn)?.side).toBe('accepter')
  })

  test('nobody there: tried ever more slowly, at least twice a minute, without flicker', async () => {
    const { ada, bob, row, dials } = await kept()
    nodes.gone.add(bob.id)
    ada.sessions.current(bob.id, alpn)?.close('peer.unreachable')
    await clock.advance(60_000)
    const first = dials()
    expect(first).toBeLessThan(12)
    const states = new Set<string | undefined>()
    const stop = ada.devices.table.onChange(() => states.add(row()?.state))
    await clock.advance(600_000)
    stop()
    expect(dials() - first).toBeGreaterThanOrEqual(19)
    expect(dials() - first).toBeLessThanOrEqual(41)
    expect([...states]).toEqual([])
  })

  test.each([
    ['sighted', (keepers: Keepers, bob: Node) => sight(keepers, bob, '192.0.2.9:1')],
    ['back on a network', (keepers: Keepers) => keepers.stirred()],
    ['wanted', (keepers: Keepers, bob: Node) => keepers.wanted(bob.id)],
  ])('%s: tried at once, however long it was away', async (_, news) => {
    const { ada, bob, keepers, row } = await kept()
    nodes.gone.add(bob.id)
    ada.sessions.current(bob.id, alpn)?.close('peer.unreachable')
    await clock.advance(600_000)
    nodes.gone.delete(bob.id)
    news(keepers, bob)
    await clock.advance(600)
    expect(row()?.state).toBe('idle')
  })

  test('news that never end do not make it hammer', async () => {
    const { ada, bob, keepers, dials } = await kept()
    nodes.gone.add(bob.id)
    ada.sessions.current(bob.id, alpn)?.close('peer.unreachable')
    await clock.advance(60_000)
    const before = dials()
    for (let n = 0; n < 1_000; n++) {
      sight(keepers, bob, `192.0.2.9:${n + 1}`)
      await clock.advance(10)
    }
    expect(dials() - before).toBeLessThanOrEqual(21)
  })

  test('noticed elsewhere while it is being dialled: dialled there at once, and not too often', async () => {
    const { ada, bob, keepers, row, dials } = await kept()
    let arrive = () => {}
    nodes.hold = new Promise((resolve) => (arrive = resolve))
    ada.sessions.current(bob.id, alpn)?.close('peer.unreachable')
    await clock.advance(2_000)
    const before = dials()
    for (let n = 0; n < 200; n++) {
      sight(keepers, bob, `192.0.2.9:${n + 1}`)
      await clock.advance(10)
    }
    expect(dials() - before).toBeGreaterThanOrEqual(3)
    expect(dials() - before).toBeLessThanOrEqual(5)
    arrive()
    await clock.advance(100)
    expect(row()?.state).toBe('idle')
  })

  test('after sleep, a session that died meanwhile is found out in 5 s and made anew', async () => {
    const { ada, bob, keepers, row } = await kept()
    const old = ada.sessions.current(bob.id, alpn)
    nodes.gone.add(bob.id)
    await old?.send(new Uint8Array(1))
    keepers.stirred()
    await clock.advance(5_000)
    expect(old?.isOpen).toBe(false)
    nodes.gone.delete(bob.id)
    await clock.advance(1_500)
    expect(row()?.state).toBe('idle')
  })

  test('closed in good order: shown as that, last seen just now, and tried again', async () => {
    const { bob, row, dials } = await kept()
    await clock.advance(3_600_000)
    const now = clock.now()
    bob.sessions.close()
    await clock.advance(0)
    expect(row()).toMatchObject({ state: 'disconnected', reason: 'closed', lastSeen: now })
    const before = dials()
    await clock.advance(60_000)
    expect(dials()).toBeGreaterThan(before)
  })

  test('a device that does not yet speak this is tried again', async () => {
    const { bob, row } = await kept({ bobServes: false })
    expect(row()?.state).toBe('disconnected')
    serve(bob)
    await clock.advance(1_000)
    expect(row()?.state).toBe('idle')
  })

  test('a session that always ends at once is not made again and again', async () => {
    const [ada, bob] = [await nodes.open(1), await nodes.open(2)]
    serve(ada)
    bob.sessions.serve({ alpn, accept: async () => {} })
    await nodes.pair(ada, bob)
    keep(ada)
    await clock.advance(120_000)
    expect(nodes.dials.length).toBeLessThan(20)
  })
})

describe('safety 5: a device that does not know us any more', () => {
  test('told while connected: shown as removed, and left alone until it is sighted, at most every 5 min', async () => {
    const { ada, bob, keepers, row, dials } = await kept()
    const before = dials()
    await bob.devices.remove(ada.id)
    await clock.advance(60_000)
    expect(row()).toMatchObject({ state: 'disconnected', reason: 'removed' })
    expect(dials()).toBe(before)
    for (let n = 0; n < 600; n++) {
      await clock.advance(1_000)
      sight(keepers, bob, `192.0.2.9:${n + 1}`)
      keepers.stirred()
    }
    expect(dials() - before).toBeLessThanOrEqual(2)
    expect(row()).toMatchObject({ state: 'disconnected', reason: 'removed' })
  })

  test('told in a session that was open for a moment only: never shown as lost', async () => {
    const { ada, bob, row } = await kept()
    const reasons = new Set<string>()
    ada.devices.table.onChange(() => {
      const shown = row()
      if (shown?.state === 'disconnected') reasons.add(shown.reason)
    })
    bob.sessions.changes.on('opened', () => void bob.devices.remove(ada.id))
    bob.sessions.current(ada.id, alpn)?.close('clean')
    await bob.sessions.open(ada.id, alpn)
    await clock.advance(60_000)
    expect([...reasons]).toEqual(['removed'])
  })

  test('a session that was on its way when we were told, and goes again, changes nothing shown', async () => {
    const { ada, bob, row } = await kept()
    await bob.devices.remove(ada.id)
    await clock.advance(1_000)
    const states = new Set<string | undefined>()
    ada.devices.table.onChange(() => states.add(row()?.state))
    await nodes.learn(bob, ada, 'joiner')
    const late = await bob.sessions.open(ada.id, alpn)
    await clock.advance(100)
    late.close('clean')
    await clock.advance(5_000)
    expect([...states]).not.toContain('idle')
    expect(row()).toMatchObject({ state: 'disconnected', reason: 'removed' })
  })

  test('told when it comes: the same; paired anew, it is back', async () => {
    const { ada, bob, row } = await kept()
    await bob.devices.change(ada.id, { trust: 'blocked' })
    await clock.advance(60_000)
    expect(row()).toMatchObject({ state: 'disconnected', reason: 'removed' })
    await nodes.pair(ada, bob, new Uint8Array(32).fill(8))
    await clock.advance(1_000)
    expect(row()?.state).toBe('idle')
  })

  test('readmitted over there, it dials us and is back', async () => {
    const { ada, bob, row } = await kept()
    keep(bob)
    await bob.devices.change(ada.id, { trust: 'blocked' })
    await clock.advance(60_000)
    await bob.devices.change(ada.id, { trust: 'known' })
    await clock.advance(1_000)
    expect(row()?.state).toBe('idle')
  })

  test('a host that is turned away before the other side is ready keeps its pairing', async () => {
    const [ada, bob] = [await nodes.open(1), await nodes.open(2)]
    serve(ada)
    serve(bob)
    keep(ada)
    keep(bob)
    const device = { root: new Uint8Array(32), announcementKey: new Uint8Array(32), name: 'Peer' }
    await ada.devices.add({ ...device, id: bob.id, kind: 'laptop', role: 'host' })
    await clock.advance(2_000)
    expect(ada.devices.isPaired(bob.id)).toBe(true)
    await bob.devices.add({ ...device, id: ada.id, kind: 'laptop', role: 'joiner' })
    await clock.advance(60_000)
    expect(ada.devices.table.get(bob.id)?.state).toBe('idle')
    expect(bob.devices.table.get(ada.id)?.state).toBe('idle')
  })

  test('a joiner whose host does not know it has no pairing', async () => {
    const [ada, bob] = [await nodes.open(1), await nodes.open(2)]
    serve(ada)
    serve(bob)
    keep(ada)
    const device = { root: new Uint8Array(32), announcementKey: new Uint8Array(32), name: 'Peer' }
    await ada.devices.add({ ...device, id: bob.id, kind: 'laptop', role: 'joiner' })
    await clock.advance(1_000)
    expect(ada.devices.isPaired(bob.id)).toBe(false)
  })
})

test('a closed keeper leaves no timer behind', async () => {
  const { ada, bob, keepers } = await kept()
  keepers.close()
  ada.sessions.close()
  bob.sessions.close()
  ada.devices.close()
  bob.devices.close()
  await clock.advance(0)
  expect(clock.pending).toBe(0)
})

test('a path is news when it is another or much faster or slower, and not before', () => {
  const real = { kind: 'lan', address: '192.0.2.1:1', rttMs: 10 } as const
  const first = shownPath(real, null)
  expect(first).toEqual({ kind: 'lan', address: '192.0.2.1:1', rttMs: 10 })
  expect(shownPath({ ...real, rttMs: 14.9 }, first)).toBe(first)
  expect(shownPath({ ...real, rttMs: 16 }, first)).toMatchObject({ rttMs: 16 })
  expect(shownPath({ ...real, address: '192.0.2.2:1' }, first)).not.toBe(first)
  expect(shownPath({ ...real, kind: 'relay' }, first)).not.toBe(first)
  expect(shownPath(null, first)).toBe(first)
  expect(addressOn(first)).toBe('192.0.2.1:1')
  expect(addressOn({ kind: 'relay', address: 'https://relay.example', rttMs: 1 })).toBeNull()
  expect(addressOn(null)).toBeNull()
})

function sight(keepers: Keepers, { id }: Node, address: string): void {
  keepers.sighted([{ id, addresses: [address] }])
}

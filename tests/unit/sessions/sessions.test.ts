import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { SecureChannel } from '#core/sessions/secure-channel.ts'
import type { Alpn } from '#shared/ids.ts'
import { FakeClock } from '../../support/fake-clock.ts'
import { MemoryNodes } from '../../support/memory-nodes.ts'

const alpn: Alpn = 'gangway/message/1'

let clock: FakeClock
let nodes: MemoryNodes
beforeEach(() => {
  clock = new FakeClock()
  nodes = new MemoryNodes(clock)
})
afterEach(() => nodes.close())

type Node = Awaited<ReturnType<MemoryNodes['open']>>

/** Serves the name and takes whatever comes. */
function serving(node: Node, alpn: Alpn = 'gangway/message/1') {
  const open = new Set<SecureChannel>()
  const stop = node.sessions.serve({
    alpn,
    async accept(channel) {
      open.add(channel)
      void channel.closed.then(() => open.delete(channel))
      while ((await channel.receive()) !== null);
    },
  })
  return { open, stop }
}

async function two() {
  const [ada, bob] = [await nodes.open(1), await nodes.open(2)]
  const served = [serving(ada), serving(bob)] as const
  await nodes.pair(ada, bob)
  return { ada, bob, served }
}

const settle = () => clock.advance(0)

describe('a session that may be dead', () => {
  async function twoWithTwo() {
    const { ada, bob } = await two()
    for (const node of [ada, bob]) serving(node, 'gangway/transfer/1')
    const all = [alpn, 'gangway/transfer/1'] as const
    const open = await Promise.all(all.map((name) => ada.sessions.open(bob.id, name)))
    await settle()
    return { ada, bob, open }
  }

  test('stays when it answers', async () => {
    const { ada, bob, open } = await twoWithTwo()
    ada.sessions.prove(bob.id)
    await clock.advance(2_500)
    expect(open.map(({ isOpen }) => isOpen)).toEqual([true, true])
  })

  test('ends when it does not, for what is told of a death does not come by itself', async () => {
    const { ada, bob, open } = await twoWithTwo()
    nodes.gone.add(bob.id)
    await clock.advance(2_500)
    expect(open.map(({ isOpen }) => isOpen)).toEqual([true, true])
    ada.sessions.prove(bob.id)
    await clock.advance(2_500)
    expect(open.map(({ isOpen }) => isOpen)).toEqual([false, false])
  })

  test('is looked at when another one with the same device was lost', async () => {
    const { bob, open } = await twoWithTwo()
    nodes.gone.add(bob.id)
    open[1]?.close('peer.unreachable')
    await clock.advance(2_500)
    expect(open.map(({ isOpen }) => isOpen)).toEqual([false, false])
  })
})

describe('one connection per device and name', () => {
  test('many who ask at once share one dial, and later ones what it brought', async () => {
    const { ada, bob } = await two()
    const asked = Array.from({ length: 10 }, () => ada.sessions.open(bob.id, alpn))
    const channels = new Set(await Promise.all(asked))
    channels.add(await ada.sessions.open(bob.id, alpn))
    await settle()
    const there = bob.sessions.current(ada.id, alpn)
    if (there) expect(await bob.sessions.open(ada.id, alpn)).toBe(there)
    expect(channels.size).toBe(1)
    expect(nodes.dials).toHaveLength(1)
  })

  test('whoever loses interest leaves; the dial goes on for the others', async () => {
    const { ada, bob } = await two()
    const controller = new AbortController()
    const left = ada.sessions.open(bob.id, alpn, controller.signal)
    const stayed = ada.sessions.open(bob.id, alpn)
    controller.abort()
    await expect(left).rejects.toMatchObject({ name: 'AbortError' })
    expect((await stayed).isOpen).toBe(true)
  })

  test.each([
    [1, 2],
    [2, 1],
  ])('both dial at once: what the smaller id dialled is kept (%i, %i)', async (first, second) => {
    let go = () => {}
    nodes.hold = new Promise((resolve) => (go = resolve))
    const [one, other] = [await nodes.open(first), await nodes.open(second)]
    const [here, there] = [serving(one), serving(other)]
    await nodes.pair(one, other)
    const dialled = Promise.allSettled([
      one.sessions.open(other.id, alpn),
      other.sessions.open(one.id, alpn),
    ])
    go()
    await dialled
    for (let turn = 0; turn < 5; turn++) await settle()
    const kept = one.sessions.current(other.id, alpn)
    expect(kept?.side).toBe(first < second ? 'dialler' : 'accepter')
    expect(other.sessions.current(one.id, alpn)?.handshakeHash).toEqual(kept?.handshakeHash)
    expect([here.open.size, there.open.size]).toEqual([1, 1])
  })

  test('the other side gets through first: whoever waited for our own dial has that', async () => {
    const { ada, bob } = await two()
    nodes.hold = new Promise(() => {})
    const waiting = bob.sessions.open(ada.id, alpn)
    await settle()
    nodes.hold = Promise.resolve()
    await ada.sessions.open(bob.id, alpn)
    expect((await waiting).side).toBe('accepter')
  })

  test('a device that lost its session and starts anew is not kept out by the old one', async () => {
    const { ada, bob, served } = await two()
    const stale = await ada.sessions.open(bob.id, alpn)
    await settle()
    nodes.gone.add(bob.id)
    bob.sessions.current(ada.id, alpn)?.close('clean')
    await settle()
    expect(stale.isOpen).toBe(true)
    // What was said while it was gone stays unsaid: the old session is dead for good.
    await stale.send(new Uint8Array(1))
    nodes.gone.delete(bob.id)
    const anew = bob.sessions.open(ada.id, alpn)
    await clock.advance(2_500)
    expect((await anew).isOpen).toBe(true)
    expect(stale.isOpen).toBe(false)
    expect(ada.sessions.current(bob.id, alpn)?.side).toBe('accepter')
    expect(served[0].open.size).toBe(1)
  })

  test('a session proves the pairing on both sides', async () => {
    const { ada, bob } = await two()
    await ada.sessions.open(bob.id, alpn)
    await clock.advance(60_000)
    expect([ada.devices.isPaired(bob.id), bob.devices.isPaired(ada.id)]).toEqual([true, true])
  })

  test('what is no longer served is closed and unknown', async () => {
    const { ada, bob, served } = await two()
    const channel = await ada.sessions.open(bob.id, alpn)
    await settle()
    served[1].stop()
    expect(await channel.closed).toMatchObject({ code: 'protocol.unknown' })
    await expect(ada.sessions.open(bob.id, alpn)).rejects.toMatchObject({
      code: 'protocol.unknown',
    })
  })
})

describe('safety 5: whoever is barred', () => {
  test.each([
    ['removed', 'peer.removed', (ada: Node, bob: Node) => ada.devices.remove(bob.id)],
    [
      'blocked',
      'peer.refused',
      (ada: Node, bob: Node) => ada.devices.change(bob.id, { trust: 'blocked' }),
    ],
  ] as const)('%s: what either side dialled ends at once with %s', async (_, code, bar) => {
    for (const dialler of ['ada', 'bob'] as const) {
      const { ada, bob } = await two()
      const [from, to] = dialler === 'ada' ? [ada, bob] : [bob, ada]
      await from.sessions.open(to.id, alpn)
      await settle()
      const channel = bob.sessions.current(ada.id, alpn)
      await bar(ada, bob)
      expect(await channel?.closed).toEqual({ code, byPeer: true })
      await expect(bob.sessions.open(ada.id, alpn)).rejects.toMatchObject({ code: 'peer.refused' })
      await expect(ada.sessions.open(bob.id, alpn)).rejects.toMatchObject({
        code: 'device.unknown',
      })
      nodes.close()
      nodes = new MemoryNodes(clock)
    }
  })

  test('while it is being dialled: nothing comes of it', async () => {
    let go = () => {}
    nodes.hold = new Promise((resolve) => (go = resolve))
    const { ada, bob, served } = await two()
    const dialling = ada.sessions.open(bob.id, alpn)
    const failure = expect(dialling).rejects.toBeDefined()
    await ada.devices.remove(bob.id)
    go()
    await failure
    await settle()
    expect(served.map(({ open }) => open.size)).toEqual([0, 0])
  })

  test('at the very moment it has proved itself: nothing comes of it', async () => {
    const { ada, bob, served } = await two()
    ada.devices.prove = (id) => ada.devices.remove(id)
    await expect(ada.sessions.open(bob.id, alpn)).rejects.toBeDefined()
    await settle()
    expect(served.map(({ open }) => open.size)).toEqual([0, 0])
  })

  test('in the middle of a handshake with us: it is told why', async () => {
    const { ada, bob } = await two()
    const connection = await nodes.knock(bob, ada, alpn)
    await settle()
    await ada.devices.remove(bob.id)
    expect(await connection.closed).toEqual({ code: 'peer.removed', byPeer: true })
  })

  test('paired anew, what the old root opened ends', async () => {
    const { ada, bob } = await two()
    const channel = await ada.sessions.open(bob.id, alpn)
    await nodes.pair(ada, bob, new Uint8Array(32).fill(8))
    expect(channel.isOpen).toBe(false)
    expect((await ada.sessions.open(bob.id, alpn)).isOpen).toBe(true)
  })
})

test('closing tells every other side why, and nothing is dialled any more', async () => {
  const { ada, bob } = await two()
  const channel = await ada.sessions.open(bob.id, alpn)
  await settle()
  bob.sessions.close()
  expect(await channel.closed).toEqual({ code: 'core.closing', byPeer: true })
  await expect(bob.sessions.open(ada.id, alpn)).rejects.toMatchObject({ code: 'core.closing' })
})

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Fault } from '#shared/faults.ts'
import type { Alpn, DeviceId } from '#shared/ids.ts'
import { silentLog } from '#core/base/log.ts'
import type { Protocol } from '#core/protocols/protocol.ts'
import { ProtocolRegistry } from '#core/protocols/registry.ts'
import { openRouter, type Router } from '#core/protocols/router.ts'
import { FakeClock } from '../../support/fake-clock.ts'
import { MemoryAcceptor } from '../../support/memory-acceptor.ts'

const id = (digit: string) => digit.repeat(64) as DeviceId
const friend = id('f')
const open: Alpn = 'gangway/open/1'
const closed: Alpn = 'gangway/closed/1'

let acceptor: MemoryAcceptor
let registry: ProtocolRegistry
let router: Router
let clock: FakeClock
let paired: Set<DeviceId>
let undo: () => void

/** Serves until its connection is closed. */
function waiting(alpn: Alpn, more: Partial<Protocol> = {}): Protocol {
  return {
    alpn,
    admits: 'anyone',
    maxPerPeer: 2,
    serve: (_, { signal }) => new Promise((end) => signal.addEventListener('abort', () => end())),
    ...more,
  }
}

/** Whether it is being served: nothing has closed it by now. */
async function outcome(connection: ReturnType<MemoryAcceptor['knock']>): Promise<string> {
  await clock.advance(0)
  return Promise.race([
    connection.closed.then(({ code, byPeer }) => `${byPeer ? 'peer' : 'here'}: ${code}`),
    new Promise<string>((resolve) => setImmediate(() => resolve('served'))),
  ])
}

beforeEach(() => {
  acceptor = new MemoryAcceptor(id('0'))
  registry = new ProtocolRegistry(silentLog)
  clock = new FakeClock()
  paired = new Set([friend])
  router = openRouter({
    acceptor,
    registry,
    isPaired: (peer) => paired.has(peer),
    clock,
    log: silentLog,
    limits: { handshakes: 8, handshakesPerOrigin: 3, handshakesUnproved: 2, strangers: 4 },
  })
})

afterEach(async () => {
  const closing = router.close()
  await clock.advance(10_000)
  await closing
})

describe('the router', () => {
  it('offers what is registered, as it comes and goes', () => {
    expect(acceptor.offered).toEqual([])
    undo = registry.register(waiting(open))
    registry.register(waiting(closed))
    expect(acceptor.offered).toEqual([open, closed])
    undo()
    expect(acceptor.offered).toEqual([closed])
  })

  it.each([
    [open, friend, 'served'],
    [open, id('1'), 'served'],
    [closed, friend, 'served'],
    [closed, id('1'), 'peer: peer.refused'],
    ['gangway/gone/1', friend, 'peer: protocol.unknown'],
    ['gangway/gone/1', id('1'), 'peer: protocol.unknown'],
  ] as const)('safety 4: %s for %s: %s', async (alpn, peer, expected) => {
    registry.register(waiting(open))
    registry.register(waiting(closed, { admits: 'paired' }))
    registry.register(waiting('gangway/gone/1'))()
    expect(await outcome(acceptor.knock({ peer, alpn }))).toBe(expected)
  })

  it.each([
    ['withdrawn', () => undo(), 'peer: protocol.unknown'],
    ['unpaired', () => paired.clear(), 'peer: peer.refused'],
  ])('judges when the handshake ends: %s meanwhile', async (_, meanwhile, expected) => {
    undo = registry.register(waiting(closed, { admits: 'paired' }))
    let finish = () => {}
    const handshake = new Promise<void>((resolve) => (finish = resolve))
    const knocking = acceptor.knock({ peer: friend, alpn: closed, handshake })
    await clock.advance(0)
    meanwhile()
    finish()
    expect(await outcome(knocking)).toBe(expected)
  })

  it('lets one peer in only so often at a time', async () => {
    registry.register(waiting(open))
    const knock = () => acceptor.knock({ peer: friend, alpn: open })
    const first = knock()
    expect(await outcome(first)).toBe('served')
    expect(await outcome(knock())).toBe('served')
    expect(await outcome(knock())).toBe('peer: peer.busy')
    expect(await outcome(acceptor.knock({ peer: id('1'), alpn: open }))).toBe('served')
    first.close('clean')
    expect(await outcome(knock())).toBe('served')
  })

  it('safety 9: caps all strangers together, and never a paired device with them', async () => {
    registry.register(waiting(open))
    for (const digit of '1234') {
      expect(await outcome(acceptor.knock({ peer: id(digit), alpn: open }))).toBe('served')
    }
    expect(await outcome(acceptor.knock({ peer: id('5'), alpn: open }))).toBe('peer: peer.busy')
    expect(await outcome(acceptor.knock({ peer: friend, alpn: open }))).toBe('served')
  })

  it('safety 9: half-open handshakes block neither other origins nor the door for good', async () => {
    registry.register(waiting(open))
    let finish = () => {}
    const handshake = new Promise<void>((resolve) => (finish = resolve))
    const slow = () => acceptor.knock({ peer: id('1'), alpn: open, origin: 'slow', handshake })
    const halfOpen = [slow(), slow(), slow()]
    expect(await outcome(slow())).toBe('peer: peer.busy')
    expect(await outcome(acceptor.knock({ peer: friend, alpn: open }))).toBe('served')
    finish()
    await clock.advance(0)
    expect(await outcome(acceptor.knock({ peer: friend, alpn: open, origin: 'slow' }))).toBe(
      'served',
    )
    for (const connection of halfOpen) connection.close('clean')
  })

  it('safety 9: made-up origins hold few seats, and none of who proves where it is', async () => {
    registry.register(waiting(open))
    const handshake = new Promise<void>(() => {})
    for (let n = 0; n < 20; n++) {
      const origin = n % 2 === 0 ? 'home' : `made up ${n}`
      acceptor.knock({ peer: id('1'), alpn: open, origin, proof: 'never', handshake })
    }
    await clock.advance(0)
    const knock = { peer: friend, alpn: open, origin: 'home', proof: 'when asked' } as const
    expect(await outcome(acceptor.knock(knock))).toBe('served')
  })

  it('closes with what a protocol throws, and goes on', async () => {
    const failures = [new Fault('frame.malformed'), new Error('a bug'), null]
    registry.register(
      waiting(open, {
        serve: async () => {
          const failure = failures.shift()
          if (failure) throw failure
        },
      }),
    )
    const knock = () => outcome(acceptor.knock({ peer: friend, alpn: open }))
    expect(await knock()).toBe('peer: frame.malformed')
    expect(await knock()).toBe('peer: internal')
    expect(await knock()).toBe('peer: clean')
  })

  it('closes with a bug even when a protocol throws before its first await', async () => {
    const serve = () => {
      throw new Error('a bug')
    }
    registry.register(waiting(open, { serve }))
    expect(await outcome(acceptor.knock({ peer: friend, alpn: open }))).toBe('peer: internal')
  })

  it('tells a protocol when its peer has gone', async () => {
    let ended = false
    const serve: Protocol['serve'] = async (_, { signal }) => {
      await new Promise((end) => signal.addEventListener('abort', end))
      ended = true
    }
    registry.register(waiting(open, { serve }))
    const connection = acceptor.knock({ peer: friend, alpn: open })
    await clock.advance(0)
    connection.close('clean')
    await clock.advance(0)
    expect(ended).toBe(true)
  })

  it('ends the running connections of a protocol that is withdrawn, and only those', async () => {
    undo = registry.register(waiting(open))
    registry.register(waiting(closed))
    const [going, staying] = [open, closed].map((alpn) => acceptor.knock({ peer: friend, alpn }))
    await clock.advance(0)
    undo()
    expect(going && (await outcome(going))).toBe('peer: protocol.unknown')
    expect(staying && (await outcome(staying))).toBe('served')
  })

  it('safety 5: ends everything of one peer at once, and nothing of others', async () => {
    registry.register(waiting(open))
    registry.register(waiting(closed))
    const going = [open, closed].map((alpn) => acceptor.knock({ peer: friend, alpn }))
    const staying = acceptor.knock({ peer: id('1'), alpn: open })
    await clock.advance(0)
    router.closePeer(friend, 'peer.refused')
    for (const connection of going) expect(await outcome(connection)).toBe('peer: peer.refused')
    expect(await outcome(staying)).toBe('served')
  })

  it('goes on after a failure of the door itself', async () => {
    registry.register(waiting(open))
    acceptor.fail(new Fault('peer.closed'))
    await clock.advance(1_000)
    expect(await outcome(acceptor.knock({ peer: friend, alpn: open }))).toBe('served')
  })

  it('closes with core.closing, waits for protocols to wind up, and answers no more knocks', async () => {
    let windUp = () => {}
    const serve: Protocol['serve'] = (_, { signal }) =>
      new Promise((end) => signal.addEventListener('abort', () => (windUp = end)))
    registry.register(waiting(open, { serve }))
    const connection = acceptor.knock({ peer: friend, alpn: open })
    await clock.advance(0)
    let done = false
    const closing = router.close().finally(() => (done = true))
    expect(await outcome(connection)).toBe('peer: core.closing')
    const late = acceptor.knock({ peer: friend, alpn: open })
    expect(await outcome(late)).toBe('served')
    expect(done).toBe(false)
    windUp()
    await closing
    expect(await outcome(late)).toBe('served')
    late.close('clean')
  })

  it('closes with core.closing what was still shaking hands', async () => {
    registry.register(waiting(open))
    let finish = () => {}
    const handshake = new Promise<void>((resolve) => (finish = resolve))
    const connection = acceptor.knock({ peer: friend, alpn: open, handshake })
    await clock.advance(0)
    const closing = router.close()
    finish()
    await closing
    expect(await outcome(connection)).toBe('peer: core.closing')
  })

  it('does not wait for ever for a protocol that does not wind up', async () => {
    registry.register(waiting(open, { serve: () => new Promise(() => {}) }))
    const connection = acceptor.knock({ peer: friend, alpn: open })
    await clock.advance(0)
    const closing = router.close()
    await clock.advance(1_001)
    await closing
    expect(await outcome(connection)).toBe('peer: core.closing')
  })

  it('ends with its endpoint, and leaves no timer and no listener behind', async () => {
    acceptor.end()
    await clock.advance(0)
    await router.close()
    expect(clock.pending).toBe(0)
    expect(registry.changes.count('registered') + registry.changes.count('removed')).toBe(0)
  })
})

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '#core/base/clock.ts'
import { silentLog } from '#core/base/log.ts'
import type { Connection, Endpoint } from '#core/endpoint/types.ts'
import type { Protocol } from '#core/protocols/protocol.ts'
import { ProtocolRegistry } from '#core/protocols/registry.ts'
import { openRouter, type Router } from '#core/protocols/router.ts'
import { readFrame, writeFrame } from '#core/wire/frames.ts'
import { isCancellation } from '#shared/faults.ts'
import type { Alpn } from '#shared/ids.ts'
import { openLoopbackEndpoint, targetOf } from '../../support/endpoints.ts'
import { HalfOpenFlood } from '../../support/half-open-flood.ts'
import { until } from '../../support/until.ts'

const open: Alpn = 'gangway/open/1'
const echo: Alpn = 'gangway/echo/1'
const soon = { deadlineMs: 5_000 }
const bounds = { maxBytes: 1_000, clock: systemClock, deadlineMs: 5_000 }

const waiting: Protocol = {
  alpn: open,
  admits: 'anyone',
  maxPerPeer: 4,
  serve: (_, { signal }) => new Promise((end) => signal.addEventListener('abort', () => end())),
}

const echoing: Protocol = {
  alpn: echo,
  admits: 'paired',
  maxPerPeer: 2,
  async serve(connection, { signal }) {
    const stream = await connection.acceptStream(signal)
    for (;;) {
      const frame = await readFrame(stream, { ...bounds, signal, silence: 'allowed' })
      if (frame === null) return
      await writeFrame(stream, frame, { ...bounds, signal })
    }
  },
}

let server: Endpoint
let friend: Endpoint
let stranger: Endpoint
let registry: ProtocolRegistry
let router: Router

beforeEach(async () => {
  const opened = await Promise.all([0, 1, 2].map(() => openLoopbackEndpoint([])))
  ;[server, friend, stranger] = opened as [Endpoint, Endpoint, Endpoint]
  registry = new ProtocolRegistry(silentLog)
  router = openRouter({
    acceptor: server,
    registry,
    isPaired: (peer) => peer === friend.id,
    clock: systemClock,
    log: silentLog,
  })
})

afterEach(async () => {
  await router.close()
  await Promise.all([server, friend, stranger].map((endpoint) => endpoint.close()))
})

async function ask(connection: Connection): Promise<() => Promise<string>> {
  const stream = await connection.openStream()
  return async () => {
    await writeFrame(stream, Buffer.from('hello'), bounds)
    return Buffer.from((await readFrame(stream, bounds)) ?? []).toString()
  }
}

describe('devices and the router', () => {
  it('serves a paired device and refuses a stranger, with a code', async () => {
    registry.register(echoing)
    const connection = await friend.connect(targetOf(server), echo, soon)
    const hello = await ask(connection)
    expect(await hello()).toBe('hello')
    const refused = await stranger.connect(targetOf(server), echo, soon)
    expect(await refused.closed).toEqual({ code: 'peer.refused', byPeer: true })
    expect(await hello()).toBe('hello')
  })

  it('answers an unknown ALPN with a code, before and after it was known', async () => {
    const dial = () => friend.connect(targetOf(server), open, soon)
    await expect(dial()).rejects.toMatchObject({ code: 'protocol.unknown' })
    const undo = registry.register(waiting)
    const running = await dial()
    undo()
    expect(await running.closed).toEqual({ code: 'protocol.unknown', byPeer: true })
    await expect(dial()).rejects.toMatchObject({ code: 'protocol.unknown' })
  })

  it('keeps a peer to its cap, with a code', async () => {
    registry.register(waiting)
    const dial = () => friend.connect(targetOf(server), open, soon)
    const served = [await dial(), await dial(), await dial(), await dial()]
    expect(await (await dial()).closed).toEqual({ code: 'peer.busy', byPeer: true })
    served[0]?.close('clean')
    await until('there is room again', async () => {
      const next = await dial()
      const busy = next.closed.then(() => true)
      return !(await Promise.race([busy, new Promise((done) => setTimeout(done, 100, false))]))
    })
  })

  it('safety 5: closes a peer at once, seen by its code', async () => {
    registry.register(waiting)
    const connection = await friend.connect(targetOf(server), open, soon)
    const other = await stranger.connect(targetOf(server), open, soon)
    await until('it is served', () => connection.path() !== null)
    const began = performance.now()
    await until('the peer is closed', async () => {
      router.closePeer(friend.id, 'peer.refused')
      const closed = connection.closed.then(() => true)
      return Promise.race([closed, new Promise<boolean>((done) => setTimeout(done, 20, false))])
    })
    expect(await connection.closed).toEqual({ code: 'peer.refused', byPeer: true })
    expect(performance.now() - began).toBeLessThan(1_000)
    other.close('clean')
    expect(await other.closed).toEqual({ code: 'clean', byPeer: false })
  })

  it('closes in order: every peer sees core.closing, then nobody answers', async () => {
    registry.register(waiting)
    registry.register(echoing)
    const first = await friend.connect(targetOf(server), echo, soon)
    expect(await (await ask(first))()).toBe('hello')
    const second = await stranger.connect(targetOf(server), open, soon)
    await router.close()
    await server.close()
    const reason = { code: 'core.closing', byPeer: true }
    expect(await Promise.all([first.closed, second.closed])).toEqual([reason, reason])
    await expect(friend.connect(targetOf(server), echo, { deadlineMs: 300 })).rejects.toMatchObject(
      { code: 'peer.unreachable' },
    )
  })

  it('safety 9: a flood of 200 connections of a stranger leaves a paired device served', async () => {
    registry.register(waiting)
    registry.register(echoing)
    const hello = await ask(await friend.connect(targetOf(server), echo, soon))
    expect(await hello()).toBe('hello')

    const outcomes: string[] = []
    const flood = Array.from({ length: 200 }, async () => {
      try {
        const connection = await stranger.connect(targetOf(server), open, soon)
        const { code } = await connection.closed
        outcomes.push(code)
      } catch (error) {
        outcomes.push(isCancellation(error) ? 'cancelled' : (error as { code: string }).code)
      }
    })
    const times: number[] = []
    for (let round = 0; round < 20; round++) {
      const began = performance.now()
      expect(await hello()).toBe('hello')
      times.push(performance.now() - began)
    }
    await until('the flood is over', () => outcomes.length >= 196, 10_000)
    const again = await ask(await friend.connect(targetOf(server), echo, soon))
    expect(await again()).toBe('hello')
    expect(new Set(outcomes)).toEqual(new Set(['peer.busy']))
    expect(Math.max(...times)).toBeLessThan(1_000)

    await router.close()
    await Promise.all(flood)
    expect(outcomes.filter((code) => code === 'core.closing')).toHaveLength(4)
  })

  it('safety 9: 1,500 half-open handshakes from eight addresses keep no paired device out', async () => {
    registry.register(echoing)
    const hello = await ask(await friend.connect(targetOf(server), echo, soon))
    expect(await hello()).toBe('hello')
    const port = Number(server.sockets[0]?.split(':').at(-1))
    const addresses = Array.from({ length: 8 }, (_, n) => `127.0.0.${n + 2}`)
    const flood = await HalfOpenFlood.open(addresses, port)
    try {
      const times: number[] = []
      while (flood.sent < 1_500) {
        await flood.round()
        const began = performance.now()
        expect(await hello()).toBe('hello')
        times.push(performance.now() - began)
        if (flood.sent % 480 !== 0) continue
        const fresh = await friend.connect(targetOf(server), echo, soon)
        expect(await (await ask(fresh))()).toBe('hello')
        fresh.close('clean')
      }
      expect(Math.max(...times)).toBeLessThan(1_000)
    } finally {
      flood.close()
    }
  })
})

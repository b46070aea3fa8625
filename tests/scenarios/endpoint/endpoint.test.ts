import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { collectGarbage } from '#core/base/collect-garbage.ts'
import type { Connection, Endpoint } from '#core/endpoint/types.ts'
import type { Alpn, DeviceId } from '#shared/ids.ts'
import { openLoopbackEndpoint, targetOf } from '../../support/endpoints.ts'

const alpn: Alpn = 'gangway/test/1'
const soon = { deadlineMs: 5_000 }

describe('dialling', () => {
  let a: Endpoint
  let b: Endpoint
  beforeEach(async () => {
    a = await openLoopbackEndpoint([])
    b = await openLoopbackEndpoint([alpn])
  })
  afterEach(async () => void (await Promise.all([a.close(), b.close()])))

  async function accepted(endpoint: Endpoint) {
    const connection = await (await endpoint.accept())?.accept(soon)
    if (!connection) throw new Error('nobody knocked')
    return connection
  }

  it('reaches a device whose address is known, over the LAN', async () => {
    const accepting = accepted(b)
    const connection = await a.connect(targetOf(b), alpn, soon)
    expect(connection.peer).toBe(b.id)
    expect((await accepting).peer).toBe(a.id)
    expect(connection.path()).toMatchObject({ kind: 'lan', address: targetOf(b).addresses[0] })
  })

  it('a silent address fails at the deadline, not after half a minute', async () => {
    const silent = createSocket('udp4').bind(0, '127.0.0.1')
    await once(silent, 'listening')
    const began = performance.now()
    const target = { id: b.id, addresses: [`127.0.0.1:${silent.address().port}`] }
    await expect(a.connect(target, alpn, { deadlineMs: 200 })).rejects.toMatchObject({
      code: 'peer.unreachable',
    })
    expect(performance.now() - began).toBeLessThan(5_000)
    silent.close()
  })

  it('is cancelled at once, and what comes about afterwards is closed', async () => {
    const controller = new AbortController()
    const dialling = a.connect(targetOf(b), alpn, { ...soon, signal: controller.signal })
    const failure = expect(dialling).rejects.toMatchObject({ name: 'AbortError' })
    const incoming = await b.accept()
    controller.abort()
    await failure
    const late = await incoming?.accept(soon)
    expect(await late?.closed).toEqual({ code: 'deadline.passed', byPeer: true })
  })

  it('an ALPN the other device does not serve is protocol.unknown, within a second', async () => {
    const knock = b.accept()
    const began = performance.now()
    const dialling = expect(a.connect(targetOf(b), 'gangway/other/1', soon)).rejects.toMatchObject({
      code: 'protocol.unknown',
    })
    await expect((await knock)?.accept(soon)).rejects.toMatchObject({ code: 'protocol.unknown' })
    await dialling
    expect(performance.now() - began).toBeLessThan(1_000)
  })

  it('a device that serves nothing at all answers too', async () => {
    b.setAlpns([])
    const knock = b.accept()
    const dialling = expect(a.connect(targetOf(b), alpn, soon)).rejects.toMatchObject({
      code: 'protocol.unknown',
    })
    await (await knock)?.accept(soon).catch(() => {})
    await dialling
  })

  it('an ALPN can be added and removed while running', async () => {
    const other: Alpn = 'gangway/other/1'
    b.setAlpns([alpn, other])
    const accepting = accepted(b)
    expect((await a.connect(targetOf(b), other, soon)).alpn).toBe(other)
    await accepting
    b.setAlpns([alpn])
    const knock = b.accept()
    const dialling = expect(a.connect(targetOf(b), other, soon)).rejects.toMatchObject({
      code: 'protocol.unknown',
    })
    await (await knock)?.accept(soon).catch(() => {})
    await dialling
  })

  it('a refused knock is peer.busy', async () => {
    const knock = b.accept()
    const dialling = expect(a.connect(targetOf(b), alpn, soon)).rejects.toMatchObject({
      code: 'peer.busy',
    })
    await (await knock)?.refuse()
    await dialling
  })

  it('safety 1: another device at that address is not the one that was called', async () => {
    const stranger = await openLoopbackEndpoint([alpn])
    const knock = stranger.accept()
    const target = { ...targetOf(stranger), id: b.id }
    const dialling = expect(a.connect(target, alpn, soon)).rejects.toMatchObject({
      code: 'peer.unreachable',
    })
    await expect((await knock)?.accept(soon)).rejects.toMatchObject({ name: 'Fault' })
    await dialling
    await stranger.close()
  })

  it.each([
    ['no address', [], 'peer.unreachable'],
    ['nonsense', ['nonsense', '1.2.3.4', '127.0.0.1:0'], 'peer.unreachable'],
    [
      'safety 35: an address off the LAN',
      ['203.0.113.9:9', '[2001:db8:9::9]:9'],
      'peer.unreachable',
    ],
  ])('%s fails at once when LAN only', async (_, addresses, code) => {
    const began = performance.now()
    await expect(a.connect({ id: b.id, addresses }, alpn, soon)).rejects.toMatchObject({ code })
    expect(performance.now() - began).toBeLessThan(1_000)
  })

  it('an id that is no key is named as such', async () => {
    const id = '02'.repeat(32) as DeviceId
    await expect(a.connect({ ...targetOf(b), id }, alpn, soon)).rejects.toMatchObject({
      code: 'input.invalid',
    })
  })

  it('itself is unreachable', async () => {
    await expect(b.connect(targetOf(b), alpn, soon)).rejects.toMatchObject({
      code: 'peer.unreachable',
    })
  })
})

describe('an endpoint', () => {
  it('that finds its port taken says which', async () => {
    const a = await openLoopbackEndpoint([])
    const [bindAddr = ''] = targetOf(a).addresses
    const port = bindAddr.split(':')[1]
    await expect(openLoopbackEndpoint([], bindAddr)).rejects.toMatchObject({
      code: 'endpoint.unavailable',
      details: { port },
    })
    await a.close()
  })

  it('knows its addresses and no relay when LAN only', async () => {
    const a = await openLoopbackEndpoint([])
    expect(a.state.value).toEqual({ addresses: targetOf(a).addresses, relay: null })
    await a.close()
  })

  it('closes what is connected with core.closing, and stops accepting', async () => {
    const a = await openLoopbackEndpoint([])
    const b = await openLoopbackEndpoint([alpn])
    const accepting = b.accept().then((incoming) => incoming?.accept(soon))
    const connection = await a.connect(targetOf(b), alpn, soon)
    const other = await accepting
    const knock = b.accept()
    await b.close()
    expect(await connection.closed).toEqual({ code: 'core.closing', byPeer: true })
    expect(await other?.closed).toEqual({ code: 'core.closing', byPeer: false })
    expect(await knock).toBeNull()
    await expect(b.connect(targetOf(a), alpn, soon)).rejects.toMatchObject({ code: 'core.closing' })
    await a.close()
  })

  it('that is closed in mid-dial fails the dial and closes in bounded time', async () => {
    const silent = createSocket('udp4').bind(0, '127.0.0.1')
    await once(silent, 'listening')
    const a = await openLoopbackEndpoint([])
    const b = await openLoopbackEndpoint([])
    const target = { id: b.id, addresses: [`127.0.0.1:${silent.address().port}`] }
    const dialling = expect(a.connect(target, alpn, soon)).rejects.toMatchObject({
      code: 'core.closing',
    })
    const began = performance.now()
    await a.close()
    expect(performance.now() - began).toBeLessThan(4_000)
    await dialling
    silent.close()
    await b.close()
  })

  it('safety 28: lets go of every connection that has closed', async () => {
    const a = await openLoopbackEndpoint([])
    const b = await openLoopbackEndpoint([alpn])
    const connections: WeakRef<Connection>[] = []
    for (let round = 0; round < 50; round++) {
      const accepting = b.accept().then((incoming) => incoming?.accept(soon))
      const near = await a.connect(targetOf(b), alpn, soon)
      const far = await accepting
      if (!far) throw new Error('nobody knocked')
      near.close('clean')
      await Promise.all([near.closed, far.closed])
      connections.push(new WeakRef(near), new WeakRef(far))
    }
    const kept = () => connections.filter((connection) => connection.deref()).length
    expect(kept()).toBeGreaterThan(2)
    await expect.poll(async () => (await collectGarbage(), kept())).toBeLessThanOrEqual(2)
    await Promise.all([a.close(), b.close()])
  })
})

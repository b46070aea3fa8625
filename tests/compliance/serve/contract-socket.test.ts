import { describe, expect, test } from 'vitest'
import { WebSocket, type ClientOptions, type RawData } from 'ws'
import { ContractClient } from '#shared/channel/client.ts'
import { maxRequestBytes } from '#shared/channel/messages.ts'
import type { StreamItem } from '#shared/contract.ts'
import { Fault } from '#shared/faults.ts'
import { systemClock, type Clock } from '#core/base/clock.ts'
import { closing } from '../../support/closing.ts'
import { FakeClock } from '../../support/fake-clock.ts'
import { fakeDevice, fakeNearby } from '../../support/fake-devices.ts'
import { cookieFor, startPageServer } from '../../support/page-server.ts'
import { until } from '../../support/until.ts'

const own = closing()

async function running(clock: Clock = systemClock) {
  const page = await startPageServer({ clock })
  own(page.server)
  const cookie = await cookieFor(page.port, page.token)
  return { ...page, url: `ws://127.0.0.1:${page.port}/contract`, cookie }
}
type Running = Awaited<ReturnType<typeof running>>

/** Opens, or tells the status it was refused with. */
function knock(url: string, options: ClientOptions): Promise<WebSocket | number> {
  return new Promise((resolve) => {
    const socket = new WebSocket(url, options)
    own({ close: () => socket.terminate() })
    socket.on('open', () => resolve(socket))
    socket.on('unexpected-response', (_, response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    socket.on('error', () => resolve(0))
  })
}

async function entered({ url, cookie, origin }: Running, options: ClientOptions = {}) {
  const socket = await knock(url, { ...options, headers: { cookie, origin } })
  if (typeof socket === 'number') throw new Error(`refused with ${socket}`)
  return socket
}

function textOf(data: RawData): string {
  if (!Buffer.isBuffer(data)) throw new Error('a message in one piece was expected')
  return data.toString('utf8')
}

function closeCode(socket: WebSocket): Promise<number> {
  return new Promise((resolve) => {
    socket.on('close', (code) => resolve(code))
  })
}

describe('a page with a session', () => {
  test('drives the core: calls and streams', async () => {
    const page = await running()
    const socket = await entered(page)
    const client = new ContractClient((request) => socket.send(JSON.stringify(request)))
    socket.on('message', (data) => client.receive(JSON.parse(textOf(data))))
    const items: StreamItem<'nearby.watch'>[] = []
    const watching = client.watch('nearby.watch', (item) => items.push(item))
    await until('the snapshot came', () => items.length === 1)
    page.nearby.put(fakeNearby(1))
    await until('the change came', () => items.length === 2)
    expect((await client.call('status.get', {})).nearby).toHaveLength(1)

    socket.close()
    await until('the core no longer watches', () => page.nearby.watchers === 0)
    client.close(new Fault('host.lost'))
    await expect(watching).rejects.toMatchObject({ code: 'host.lost' })
  })

  test('that reads slowly gets the newest state and does not fill the memory', async () => {
    const page = await running()
    const socket = await entered(page)
    const got: string[] = []
    socket.on('message', (data) => got.push(textOf(data)))
    socket.send('{"type":"open","id":1,"name":"device.watch"}')
    await until('the first item came', () => got.length === 1)
    socket.pause()
    const big = 'x'.repeat(200_000)
    for (let turn = 0; turn < 200; turn++) {
      page.device.set(fakeDevice({}, { os: `${turn} ${big}` }))
      await new Promise((resolve) => setImmediate(resolve))
    }
    socket.resume()
    await until('the newest came', () => got.at(-1)?.includes('"199 x') === true)
    expect(got.length).toBeLessThan(100)
  })

  test('that is gone without a word is noticed within a minute', async () => {
    const clock = new FakeClock()
    const page = await running(clock)
    const alive = await entered(page)
    const dead = await entered(page, { autoPong: false })
    const closed = closeCode(dead)
    await clock.advance(30_000)
    await new Promise((resolve) => {
      alive.ping()
      alive.once('pong', resolve)
    })
    await clock.advance(30_000)
    await expect(closed).resolves.toBe(1006)
    expect(alive.readyState).toBe(alive.OPEN)
  })

  test('hears when Gangway closes, and does not hold it up', async () => {
    const page = await running()
    const closed = closeCode(await entered(page))
    const mute = await entered(page)
    mute.pause()
    const started = performance.now()
    await page.server.close()
    expect(performance.now() - started).toBeLessThan(2_000)
    await expect(closed).resolves.toBe(1001)
  })
})

describe('safety 29: who is let in', () => {
  test('cookie, Origin and Host together, or nobody', async () => {
    const { url, cookie, origin, port } = await running()
    const headers = { cookie, origin }
    const attempts: [Record<string, string>, number][] = [
      [{ origin }, 401],
      [{ cookie: `gangway_${port}=wrong`, origin }, 401],
      [{ cookie: `other_${cookie}`, origin }, 401],
      [{ cookie }, 403],
      [{ cookie, origin: 'https://evil.example' }, 403],
      [{ cookie, origin: 'null' }, 403],
      [{ cookie, origin: `http://localhost:${port}` }, 403],
      [{ ...headers, host: `evil.example:${port}` }, 403],
      [{ cookie, origin: `http://evil.example:${port}`, host: `evil.example:${port}` }, 403],
      [{ ...headers, 'sec-fetch-site': 'cross-site' }, 403],
      [{ ...headers, 'sec-fetch-site': 'same-site' }, 403],
    ]
    for (const [given, status] of attempts) {
      expect(await knock(url, { headers: given }), JSON.stringify(given)).toBe(status)
    }
    expect(await knock(url, { headers })).toBeInstanceOf(WebSocket)
    expect(await knock(url.replace('/contract', '/'), { headers })).toBe(404)
  })

  test('at most 32 at a time', async () => {
    const page = await running()
    const { url, cookie, origin } = page
    const sockets = await Promise.all(Array.from({ length: 32 }, () => entered(page)))
    expect(await knock(url, { headers: { cookie, origin } })).toBe(503)
    sockets[0]?.close()
    await until('there is room again', async () => {
      return typeof (await knock(url, { headers: { cookie, origin } })) !== 'number'
    })
  })
})

describe('safety 8: what a page may send', () => {
  test.each([
    ['bytes', Buffer.from('{}'), 1003],
    ['text that is not JSON', '{', 1003],
    ['more than a request may hold', 'x'.repeat(maxRequestBytes + 1), 1009],
  ])('%s: closed', async (_name, message, code) => {
    const page = await running()
    const socket = await entered(page)
    const closed = closeCode(socket)
    socket.send(message)
    await expect(closed).resolves.toBe(code)
  })

  test('JSON that is no request is passed over', async () => {
    const page = await running()
    const socket = await entered(page)
    const got: unknown[] = []
    socket.on('message', (data) => got.push(JSON.parse(textOf(data))))
    for (const text of [
      'null',
      '[]',
      '{"type":"open"}',
      '{"type":"call","id":1,"name":"x","input":{}}',
    ]) {
      socket.send(text)
    }
    await until('the last was answered', () => got.length === 1)
    expect(got[0]).toMatchObject({ type: 'fault', id: 1, fault: { code: 'input.invalid' } })
  })
})

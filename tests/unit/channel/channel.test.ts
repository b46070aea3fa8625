import { describe, expect, test } from 'vitest'
import { ContractClient } from '#shared/channel/client.ts'
import { serveApi } from '#shared/channel/server.ts'
import type { Api, StreamItem } from '#shared/contract.ts'
import { cancellation, Fault, isCancellation } from '#shared/faults.ts'
import { fakeApi } from '../../support/fake-api.ts'
import { fakeDevice, fakeNearby } from '../../support/fake-devices.ts'
import { until } from '../../support/until.ts'

/** Client and server joined by JSON, as every carrier joins them. */
function joined(overrides: { calls?: Partial<Api['calls']> } = {}) {
  const { api: plain, device, nearby } = fakeApi()
  const api: Api = { ...plain, calls: { ...plain.calls, ...overrides.calls } }
  const reported: unknown[] = []
  let drained = Promise.resolve()
  const server = serveApi(
    api,
    {
      send: (response) =>
        queueMicrotask(() => client.receive(JSON.parse(JSON.stringify(response)))),
      drained: () => drained,
    },
    (error) => reported.push(error),
  )
  const sent: unknown[] = []
  const client: ContractClient = new ContractClient((request) => {
    sent.push(request)
    server.receive(JSON.parse(JSON.stringify(request)))
  })
  return {
    api,
    client,
    server,
    device,
    nearby,
    reported,
    sent,
    hold: (until: Promise<void>) => void (drained = until),
  }
}

describe('calls', () => {
  test('answer with what the core answered', async () => {
    const { client } = joined()
    await expect(client.call('settings.change', { name: 'Studio' })).resolves.toMatchObject({
      name: 'Studio',
    })
  })

  test('input that does not fit the contract never reaches the core', async () => {
    let reached = false
    const { client } = joined({
      calls: {
        'settings.change': async () => {
          reached = true
          throw new Error('unreachable')
        },
      },
    })
    for (const input of [
      { name: '' },
      { name: 'a\u202Eb' },
      { visible: 'yes' },
      { other: 1 },
      null,
    ]) {
      await expect(client.call('settings.change', input as never)).rejects.toMatchObject({
        code: 'input.invalid',
      })
    }
    expect(reached).toBe(false)
  })

  test('names outside the contract are refused, inherited ones too', async () => {
    const { client } = joined()
    for (const name of ['toString', '__proto__', 'constructor', 'settings']) {
      const refused = expect.objectContaining({ code: 'input.invalid' })
      await expect(client.call(name as never, {} as never)).rejects.toEqual(refused)
      await expect(client.watch(name as never, () => {})).rejects.toEqual(refused)
    }
    await expect(client.call('device.watch' as never, {} as never)).rejects.toMatchObject({
      code: 'input.invalid',
    })
  })

  test('a fault arrives as the same fault, with its sentence', async () => {
    const fault = new Fault('profile.unwritable', { folder: '/data' })
    const { client, reported } = joined({ calls: { 'status.get': () => Promise.reject(fault) } })
    const caught = await client.call('status.get', {}).catch((error: unknown) => error)
    expect(caught).toBeInstanceOf(Fault)
    expect(caught).toMatchObject({ code: fault.code, message: fault.message })
    expect(reported).toEqual([])
  })

  test('a bug is reported here and crosses without its message or stack', async () => {
    const bug = new Error('secret detail')
    const { client, reported } = joined({ calls: { 'status.get': () => Promise.reject(bug) } })
    const caught = (await client.call('status.get', {}).catch((error: unknown) => error)) as Fault
    expect(caught.code).toBe('internal')
    expect(JSON.stringify(caught.toRecord())).not.toContain('secret')
    expect(reported).toEqual([bug])
  })

  test('cancelling reaches the core, and nothing is answered or reported', async () => {
    let told = false
    const { client, reported } = joined({
      calls: {
        'status.get': (_, signal) =>
          new Promise((_resolve, reject) => {
            signal.addEventListener('abort', () => {
              told = true
              reject(cancellation())
            })
          }),
      },
    })
    const controller = new AbortController()
    const call = client.call('status.get', {}, controller.signal)
    controller.abort()
    await expect(call).rejects.toSatisfy(isCancellation)
    await until('the core heard', () => told)
    expect(reported).toEqual([])
  })
})

describe('streams', () => {
  test('send a snapshot, then changes, until nobody wants them', async () => {
    const { client, nearby } = joined()
    nearby.put(fakeNearby(1))
    const items: StreamItem<'nearby.watch'>[] = []
    const controller = new AbortController()
    const watching = client.watch('nearby.watch', (item) => items.push(item), controller.signal)
    await until('the snapshot came', () => items.length === 1)
    nearby.put(fakeNearby(2))
    await until('the change came', () => items.length === 2)
    expect(items).toEqual([{ snapshot: [fakeNearby(1)] }, { put: [fakeNearby(2)], remove: [] }])
    controller.abort()
    await watching
    await until('the core let go', () => nearby.watchers === 0)
  })

  test('a client that cannot take more gets fewer, newer items', async () => {
    const { client, device, hold } = joined()
    let release = () => {}
    hold(new Promise((resolve) => (release = resolve)))
    const names: string[] = []
    const controller = new AbortController()
    const watching = client.watch(
      'device.watch',
      (item) => names.push(item.settings.name),
      controller.signal,
    )
    await until('the first came', () => names.length === 1)
    for (let n = 0; n < 500; n++) device.set(fakeDevice({ name: `Name ${n}` }))
    hold(Promise.resolve())
    release()
    await until('the newest came', () => names.at(-1) === 'Name 499')
    expect(names).toHaveLength(2)
    controller.abort()
    await watching
  })

  test('when the carrier is lost, everything under way fails with the reason', async () => {
    const { client } = joined({ calls: { 'status.get': () => new Promise(() => {}) } })
    const call = client.call('status.get', {})
    const watching = client.watch('device.watch', () => {})
    client.close(new Fault('host.lost'))
    await expect(call).rejects.toMatchObject({ code: 'host.lost' })
    await expect(watching).rejects.toMatchObject({ code: 'host.lost' })
    await expect(client.call('status.get', {})).rejects.toMatchObject({ code: 'host.lost' })
  })
})

describe('a hostile client', () => {
  test.each([
    null,
    7,
    'x',
    [],
    {},
    { type: 'call' },
    { type: 'call', id: -1, name: 'x' },
    { type: 'eval', id: 1 },
  ])('sending %j is reported and changes nothing', async (message) => {
    const { server, client, reported } = joined()
    server.receive(message)
    expect(reported).toHaveLength(1)
    await expect(client.call('status.get', {})).resolves.toBeDefined()
  })

  test('cannot have more under way than the bound, nor reuse an id', async () => {
    const { client, server } = joined({ calls: { 'status.get': () => new Promise(() => {}) } })
    const outcomes = Array.from({ length: 300 }, () =>
      client.call('status.get', {}).catch((error: unknown) => (error as Fault).code),
    )
    const refused = await Promise.all(outcomes.slice(256))
    expect(new Set(refused)).toEqual(new Set(['input.invalid']))
    server.receive({ type: 'call', id: 0, name: 'status.get', input: {} })
    await expect(outcomes[0]).resolves.toBe('input.invalid')
    server.close()
  })
})

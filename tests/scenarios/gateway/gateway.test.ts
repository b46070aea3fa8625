import { createSocket } from 'node:dgram'
import { connect } from 'node:net'
import { describe, expect, test } from 'vitest'
import { systemClock, type Clock } from '#core/base/clock.ts'
import { silentLog } from '#core/base/log.ts'
import { Cell } from '#core/base/state.ts'
import { Gateway, mayAskRouter } from '#core/gateway/gateway.ts'
import { listenTcp } from '#core/transfers/lanes/tcp/tcp-listener.ts'
import { closing } from '../../support/closing.ts'
import { FakeClock } from '../../support/fake-clock.ts'
import { FakeRouter } from '../../support/fake-router.ts'
import { until } from '../../support/until.ts'

const own = closing()
const port = 50_123
const outside = `203.0.113.9:${port}`
const all = ['PCP', 'NAT-PMP', 'UPnP'] as const

type Bends = Parameters<typeof FakeRouter.start>[0]

async function routerAnd(bends: Bends, clock: Clock = systemClock) {
  const router = own(await FakeRouter.start(bends))
  return { router, ...gatewayTo(router, clock) }
}

/** With a clock that runs faster than the answers of a router, but not by much. */
async function inTime<Value>(clock: FakeClock, waiting: Promise<Value>): Promise<Value> {
  let isOver = false
  const over = () => (isOver = true)
  waiting.then(over, over)
  const passes = async () => {
    await clock.advance(100)
    return isOver
  }
  await until('it has come to an end', passes)
  return waiting
}

function gatewayTo(router: FakeRouter, clock: Clock = systemClock) {
  const choice = new Cell({ mayAsk: true })
  const find = async () => router.address
  const { places } = router
  const gateway = own(new Gateway({ choice, find, places, clock, log: silentLog }))
  return { gateway, choice }
}

const never = new AbortController().signal

describe.each(all)('a router that speaks %s', (protocol) => {
  test('opens a port, keeps it while it is needed, and closes it afterwards', async () => {
    const { router, gateway } = await routerAnd({ speaks: [protocol] })
    const hold = gateway.hold(port)
    expect(await hold.outside).toBe(outside)
    expect([...router.open]).toEqual([[port, { client: '127.0.0.1', port, seconds: 1_200 }]])
    hold.release()
    await until('the port is closed', () => router.open.size === 0)
  })

  test('gives another port than asked for, and that one is told and given back', async () => {
    if (protocol === 'UPnP') return
    const { router, gateway } = await routerAnd({ speaks: [protocol], gives: [41_000] })
    const hold = gateway.hold(port)
    expect(await hold.outside).toBe('203.0.113.9:41000')
    hold.release()
    await until('the port is closed', () => router.open.size === 0)
  })

  test('whose own address is private opens nothing that stays', async () => {
    for (const address of ['192.168.0.7', '100.64.3.4']) {
      const clock = new FakeClock()
      const { router, gateway } = await routerAnd({ speaks: [protocol], outside: address }, clock)
      expect(await inTime(clock, gateway.hold(port).outside)).toBeNull()
      await until('nothing is open', () => router.open.size === 0)
    }
  })

  test('Doctor asks what it is, and for nothing', async () => {
    const clock = new FakeClock()
    const { router, gateway } = await routerAnd({ speaks: [protocol] }, clock)
    const isPublic = protocol === 'PCP' ? null : true
    expect(await inTime(clock, gateway.look(never))).toEqual({
      state: 'speaks',
      protocol,
      isPublic,
    })
    expect(router.heard.filter((what) => /PCP 1|NAT-PMP 2|Mapping/.test(what))).toEqual([])
  })

  test('closing gives back every port', async () => {
    const { router, gateway } = await routerAnd({ speaks: [protocol] })
    const holds = [gateway.hold(port), gateway.hold(port + 1)]
    await Promise.all(holds.map((hold) => hold.outside))
    expect(router.open.size).toBe(2)
    await gateway.close()
    expect(router.open.size).toBe(0)
    expect(await gateway.hold(port).outside).toBeNull()
  })
})

test('the best of what a router speaks is used', async () => {
  const { router, gateway } = await routerAnd({ speaks: ['UPnP', 'NAT-PMP', 'PCP'] })
  expect(await gateway.hold(port).outside).toBe(outside)
  expect(router.heard).toContain('PCP 1')
  expect(router.heard).not.toContain('NAT-PMP 2')
  expect(router.heard).not.toContain('UPnP AddPortMapping')
})

test('UPnP: a port that somebody else has stays theirs, and another one is asked for', async () => {
  const { router, gateway } = await routerAnd({ speaks: ['UPnP'] })
  const theirs = { client: '192.168.1.77', port: 80, seconds: 0 }
  router.open.set(port, theirs)
  const hold = gateway.hold(port)
  const told = await hold.outside
  expect(told).toMatch(/^203\.0\.113\.9:\d+$/)
  expect(told).not.toBe(outside)
  hold.release()
  await until('only theirs is left', () => router.open.size === 1)
  expect(router.open.get(port)).toEqual(theirs)
})

describe('for as long as it is needed', () => {
  test('it is renewed at half of its time, and not after it was let go', async () => {
    const clock = new FakeClock()
    const { router, gateway } = await routerAnd({ speaks: ['PCP'], seconds: 600 }, clock)
    const asked = () => router.heard.filter((what) => what === 'PCP 1').length
    const hold = gateway.hold(port)
    expect(await hold.outside).toBe(outside)
    for (const times of [2, 3, 4]) {
      await clock.advance(299_999)
      expect(asked()).toBe(times - 1)
      await clock.advance(1)
      await until('it is renewed', () => asked() === times)
      // The answer has to arrive before time goes on.
      await new Promise((resolve) => setTimeout(resolve, 30))
    }
    hold.release()
    await until('it is given back', () => router.open.size === 0)
    const before = asked()
    await clock.advance(3_600_000)
    expect(asked()).toBe(before)
    expect(clock.pending).toBe(0)
  })

  test('let go of before the router has answered, it is given back too', async () => {
    let release = () => {}
    const { router, gateway } = await routerAnd({
      speaks: ['PCP'],
      bend: (answer, socket, { port, address }) => {
        if (answer.length === 60) release()
        socket.send(answer, port, address)
      },
    })
    const hold = gateway.hold(port)
    release = () => hold.release()
    expect(await hold.outside).toBeNull()
    expect(router.open.size).toBe(1)
    await until('it is given back', () => router.open.size === 0)
  })

  test('a router that goes away is asked again until the time is up, then no more', async () => {
    const clock = new FakeClock()
    const { router, gateway } = await routerAnd({ speaks: ['NAT-PMP'] }, clock)
    expect(await inTime(clock, gateway.hold(port).outside)).toBe(outside)
    router.isSilent = true
    const before = router.heard.length
    await clock.advance(601_000)
    await until('it was asked in vain', () => router.heard.length > before)
    for (let seconds = 0; seconds < 700; seconds += 10) await clock.advance(10_000)
    await clock.advance(5_000)
    const after = router.heard.length
    await clock.advance(3_600_000)
    expect(router.heard.length).toBe(after)
    expect(clock.pending).toBe(0)
  })
})

describe('safety 35: where it may not be asked', () => {
  test('LAN only, the setting and a private network each forbid it', () => {
    const on = { routerPort: true, lanOnly: false }
    expect(mayAskRouter(on, false)).toBe(true)
    expect(mayAskRouter({ ...on, lanOnly: true }, false)).toBe(false)
    expect(mayAskRouter({ ...on, routerPort: false }, false)).toBe(false)
    expect(mayAskRouter(on, true)).toBe(false)
  })

  test('the router hears nothing at all', async () => {
    const { router, gateway, choice } = await routerAnd({ speaks: all })
    choice.set({ mayAsk: false })
    expect(await gateway.hold(port).outside).toBeNull()
    expect(await gateway.look(never)).toEqual({ state: 'off' })
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(router.heard).toEqual([])
  })

  test('what is open when that is said is closed', async () => {
    const { router, gateway, choice } = await routerAnd({ speaks: ['PCP'] })
    await gateway.hold(port).outside
    choice.set({ mayAsk: false })
    await until('the port is closed', () => router.open.size === 0)
    const before = router.heard.length
    expect(await gateway.hold(port).outside).toBeNull()
    expect(router.heard.length).toBe(before)
  })
})

describe('safety 9: what is not the word of the router', () => {
  async function inVain(bends: Bends) {
    const clock = new FakeClock()
    const { router, gateway } = await routerAnd(bends, clock)
    expect(await inTime(clock, gateway.hold(port).outside)).toBeNull()
    return router
  }

  test.each<[string, NonNullable<Bends['bend']>]>([
    [
      'from another port',
      (answer, _, { port, address }) => {
        const other = createSocket('udp4')
        other.send(answer, port, address, () => other.close())
      },
    ],
    ['nothing but garbage', (_, socket, to) => socket.send('garbage', to.port, to.address)],
    [
      'with another nonce',
      (answer, socket, to) => {
        const bent = Buffer.from(answer)
        if (bent.length === 60) bent[30] = (bent[30] ?? 0) ^ 1
        socket.send(bent, to.port, to.address)
      },
    ],
    ['nothing', () => {}],
  ])('PCP: an answer %s is none', async (_, bend) => {
    const router = await inVain({ speaks: ['PCP'], bend })
    expect(router.heard.length).toBeGreaterThan(0)
  })

  test('a wrong answer before the right one does no harm', async () => {
    const { gateway } = await routerAnd({
      speaks: ['PCP'],
      bend: (answer, socket, to) => {
        const bent = Buffer.from(answer)
        bent[bent.length === 60 ? 30 : 0] = 9
        socket.send(bent, to.port, to.address)
        socket.send(answer, to.port, to.address)
      },
    })
    expect(await gateway.hold(port).outside).toBe(outside)
  })

  test('UPnP: an answer to a search that comes from somebody else is none', async () => {
    const router = await inVain({ speaks: ['UPnP'], searchedAt: '127.0.0.2' })
    expect(new Set(router.heard)).toEqual(new Set(['UPnP search']))
  })

  test('UPnP: a router that only opens ports for ever opens none', async () => {
    const router = await inVain({ speaks: ['UPnP'], refuses: 725 })
    expect(router.heard.filter((what) => what === 'UPnP AddPortMapping')).toHaveLength(1)
  })

  test('a description that lies elsewhere is not fetched', async () => {
    const other = own(await FakeRouter.start({ speaks: ['UPnP'], inside: '127.0.0.2' }))
    const location = () => `http://${other.address}:${other.httpPort}/root.xml`
    await inVain({ speaks: ['UPnP'], location })
    expect(other.heard).toEqual([])
  })

  test('a redirection is not followed', async () => {
    const other = own(await FakeRouter.start({ speaks: ['UPnP'], inside: '127.0.0.2' }))
    await inVain({
      speaks: ['UPnP'],
      http: (_, response) => {
        const location = `http://${other.address}:${other.httpPort}/root.xml`
        response.writeHead(302, { location }).end()
      },
    })
    expect(other.heard).toEqual([])
  })

  test('a body without an end, fast or slow, and one too large, end in bounded time', async () => {
    let isSent = 0
    const flood = 'x'.repeat(16_384)
    await inVain({
      speaks: ['UPnP'],
      http: (_, response) => {
        const more = () => {
          while (!response.destroyed && isSent < 1e9) {
            isSent += flood.length
            if (!response.write(flood)) break
          }
        }
        response.on('drain', more)
        more()
      },
    })
    expect(isSent).toBeLessThan(8_000_000)
    await inVain({ speaks: ['UPnP'], http: (_, response) => void response.write('<root>') })
    await inVain({ speaks: ['UPnP'], http: () => {} })
    await inVain({
      speaks: ['UPnP'],
      http: (_, response) => void response.writeHead(200, { x: 'y'.repeat(20_000) }).end(),
    })
  })
})

test('a router nobody knows, and one that says nothing', async () => {
  const choice = new Cell({ mayAsk: true })
  const log = silentLog
  const router = own(await FakeRouter.start({ speaks: [] }))
  const { places } = router
  const lost = own(new Gateway({ choice, find: async () => null, places, clock: systemClock, log }))
  expect(await lost.look(never)).toEqual({ state: 'unknown' })
  expect(await lost.hold(port).outside).toBeNull()
  const fails = () => Promise.reject(new Error('no /proc'))
  const broken = own(new Gateway({ choice, find: fails, places, clock: systemClock, log }))
  expect(await broken.look(never)).toEqual({ state: 'unknown' })
  expect(router.heard).toEqual([])
  const clock = new FakeClock()
  const { gateway } = gatewayTo(router, clock)
  expect(await inTime(clock, gateway.look(never))).toEqual({ state: 'silent' })
  expect(clock.monotonic()).toBeLessThan(4_000)
  const heard = router.heard.length
  // It is not asked again so soon.
  expect(await gateway.hold(port).outside).toBeNull()
  expect(router.heard.length).toBe(heard)
  // But the one of another network is.
  gateway.moved()
  expect(await inTime(clock, gateway.hold(port).outside)).toBeNull()
  expect(router.heard.length).toBeGreaterThan(heard)
})

test('safety 9: a stranger at the port outside gets not one byte, and little time', async () => {
  const listener = own(await listenTcp({ host: '127.0.0.1', lanOnly: false, clock: systemClock }))
  const { router, gateway } = await routerAnd({ speaks: ['PCP'], comeIn: '127.0.0.3' })
  const told = await gateway.hold(listener.port).outside
  expect(told).toBe(`${router.outside}:${listener.port}`)
  const stranger = connect({ host: '127.0.0.3', port: listener.port })
  let heard = 0
  stranger.on('data', (bytes: Buffer) => (heard += bytes.length))
  stranger.on('error', () => {})
  const closed = new Promise((resolve) => stranger.once('close', resolve))
  stranger.write(Buffer.alloc(64, 7))
  const began = performance.now()
  await closed
  expect(performance.now() - began).toBeLessThan(4_500)
  expect(heard).toBe(0)
})

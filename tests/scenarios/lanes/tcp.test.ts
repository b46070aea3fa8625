import { randomBytes } from 'node:crypto'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { systemClock, type Clock } from '#core/base/clock.ts'
import type { Lane } from '#core/transfers/lanes/lane.ts'
import { maxFrameBytes } from '#core/transfers/lanes/lane.ts'
import { lengthOf } from '#core/transfers/lanes/parts.ts'
import { openTcpLane, type TcpMeeting } from '#core/transfers/lanes/tcp/tcp-lane.ts'
import { listenTcp, type TcpListener } from '#core/transfers/lanes/tcp/tcp-listener.ts'
import { isCancellation } from '#shared/faults.ts'
import { closing } from '../../support/closing.ts'
import { FakeClock } from '../../support/fake-clock.ts'
import { laneKeys } from '../../support/lane-ends.ts'
import { openTcpFaultProxy } from '../../support/tcp-fault-proxy.ts'
import { until } from '../../support/until.ts'

const open = closing()
const lost = { code: 'transfer.laneLost' }
const unreachable = { code: 'peer.unreachable' }

async function listen(clock: Clock = systemClock): Promise<TcpListener> {
  return open(await listenTcp({ host: '127.0.0.1', lanOnly: true, clock }))
}

async function meet(meeting: Partial<TcpMeeting> & Pick<TcpMeeting, 'keys' | 'role'>) {
  const rest = {
    listener: null,
    addresses: [],
    lanOnly: true,
    clock: systemClock,
    deadlineMs: 5_000,
  }
  return open(await openTcpLane({ ...rest, ...meeting }))
}

/** `here` dials through a wire with a will of its own. */
async function throughProxy(clock: Clock = systemClock) {
  const listener = await listen()
  const proxy = open(await openTcpFaultProxy(listener.addresses[0] ?? ''))
  const keys = laneKeys()
  const [here, there] = await Promise.all([
    meet({ keys: keys.here, role: 'decides', addresses: [proxy.address], clock }),
    meet({ keys: keys.there, role: 'follows', listener, clock }),
  ])
  return { here, there, proxy }
}

/** What each end heard of the other. */
async function exchange(a: Lane, b: Lane): Promise<string[]> {
  await Promise.all([a.send([Buffer.from('from a')]), b.send([Buffer.from('from b')])])
  const heard = await Promise.all([a.receive(), b.receive()])
  return heard.map((frame) => Buffer.concat(frame ?? []).toString())
}

const inBothDirections = ['from b', 'from a']

function portOf(listener: TcpListener): { port: number; host: string } {
  return { port: listener.port, host: '127.0.0.1' }
}

/** Someone without a key; tells what was answered and whether it was sent away. */
function stranger(listener: TcpListener, says: Uint8Array | null) {
  const socket: Socket = connect({ ...portOf(listener), noDelay: true })
  const seen = { bytes: 0, isGone: false }
  socket.on('data', (bytes) => (seen.bytes += bytes.length))
  socket.on('error', () => {})
  socket.once('close', () => (seen.isGone = true))
  if (says) socket.write(says)
  open({ close: () => socket.destroy() })
  return seen
}

function socketsHeld(): number {
  return process.getActiveResourcesInfo().filter((name) => name.startsWith('TCPSocket')).length
}

describe('two ends that meet over TCP', () => {
  it('agree on one connection when both listen and both dial', async () => {
    for (let round = 0; round < 10; round++) {
      const [mine, yours] = [await listen(), await listen()]
      const keys = laneKeys()
      const [here, there] = await Promise.all([
        meet({
          keys: keys.here,
          role: 'decides',
          listener: mine,
          addresses: [...yours.addresses, ...yours.addresses],
        }),
        meet({ keys: keys.there, role: 'follows', listener: yours, addresses: mine.addresses }),
      ])
      expect(await exchange(here, there)).toEqual(inBothDirections)
    }
  })

  it.each(['decides', 'follows'] as const)(
    'meet where only the end that %s dials',
    async (role) => {
      const listener = await listen()
      const keys = laneKeys()
      const other = role === 'decides' ? 'follows' : 'decides'
      const [here, there] = await Promise.all([
        meet({ keys: keys.here, role, addresses: listener.addresses }),
        meet({ keys: keys.there, role: other, listener }),
      ])
      expect(await exchange(here, there)).toEqual(inBothDirections)
    },
  )

  it('stay when the door they came through is closed at once', async () => {
    const listener = await listen()
    const keys = laneKeys()
    const [here, there] = await Promise.all([
      meet({ keys: keys.here, role: 'decides', addresses: listener.addresses }),
      meet({ keys: keys.there, role: 'follows', listener }).finally(() => listener.close()),
    ])
    expect(await exchange(here, there)).toEqual(inBothDirections)
  })

  it('meet although some addresses lead nowhere or to strangers', async () => {
    const [listener, somebody] = [await listen(), await listen()]
    const keys = laneKeys()
    const addresses = ['127.0.0.1:1', ...somebody.addresses, ...listener.addresses]
    const [here, there] = await Promise.all([
      meet({ keys: keys.here, role: 'decides', addresses }),
      meet({ keys: keys.there, role: 'follows', listener }),
    ])
    expect(await exchange(here, there)).toEqual(inBothDirections)
  })

  it('meet when one comes early', async () => {
    const listener = await listen()
    const keys = laneKeys()
    const dialling = meet({ keys: keys.here, role: 'decides', addresses: listener.addresses })
    await until('it has knocked', () => socketsHeld() >= 2)
    const there = await meet({ keys: keys.there, role: 'follows', listener })
    expect(await exchange(await dialling, there)).toEqual(inBothDirections)
  })

  it('give up at the deadline or when nobody wants it any more, and hold nothing', async () => {
    const listener = await listen()
    const before = socketsHeld()
    const attempt = {
      keys: laneKeys().here,
      role: 'decides',
      addresses: listener.addresses,
    } as const
    await expect(meet({ ...attempt, deadlineMs: 50 })).rejects.toMatchObject(unreachable)
    const controller = new AbortController()
    const cancelled = meet({ ...attempt, listener, signal: controller.signal })
    controller.abort()
    await expect(cancelled).rejects.toSatisfy(isCancellation)
    // The listener is free for the next meeting.
    const keys = laneKeys()
    const [here, there] = await Promise.all([
      meet({ keys: keys.here, role: 'decides', addresses: listener.addresses }),
      meet({ keys: keys.there, role: 'follows', listener }),
    ])
    expect(await exchange(here, there)).toEqual(inBothDirections)
    await Promise.all([here.close(), there.close()])
    await until('no socket is left', () => socketsHeld() <= before)
  })
})

describe('safety 9: strangers at the port', () => {
  it('are sent away without a byte for a wrong hello, and for saying too much', async () => {
    const listener = await listen()
    const meeting = openTcpLane({
      keys: laneKeys().there,
      role: 'follows',
      listener,
      addresses: [],
      lanOnly: true,
      clock: systemClock,
      deadlineMs: 1_000,
    })
    const all = [48, 49, 64, 100_000].map((length) => stranger(listener, randomBytes(length)))
    await until('all are gone', () => all.every(({ isGone }) => isGone))
    expect(all.map(({ bytes }) => bytes)).toEqual([0, 0, 0, 0])
    await expect(meeting).rejects.toMatchObject(unreachable)
  })

  it('are sent away after two seconds of silence, or of dribbling', async () => {
    const clock = new FakeClock()
    const listener = await listen(clock)
    const all = [stranger(listener, null), stranger(listener, randomBytes(47))]
    await until('both have come', () => clock.pending >= 2)
    await clock.advance(1_900)
    expect(all.map(({ isGone }) => isGone)).toEqual([false, false])
    await clock.advance(200)
    await until('all are gone', () => all.every(({ isGone }) => isGone))
    expect(all.map(({ bytes }) => bytes)).toEqual([0, 0])
  })

  it('keep nobody out who belongs, and get no more than a few sockets', async () => {
    const listener = await listen()
    const before = socketsHeld()
    const all = Array.from({ length: 400 }, () => stranger(listener, null))
    const keys = laneKeys()
    const [here, there] = await Promise.all([
      meet({ keys: keys.here, role: 'decides', addresses: listener.addresses }),
      meet({ keys: keys.there, role: 'follows', listener }),
    ])
    expect(await exchange(here, there)).toEqual(inBothDirections)
    await until('most are gone', () => all.filter(({ isGone }) => !isGone).length <= 16)
    expect(socketsHeld() - before).toBeLessThan(50)
  })

  it('gain nothing by repeating a hello they heard', async () => {
    const keys = laneKeys()
    const heard: Buffer[] = []
    const ear = open(createServer((socket) => socket.on('data', (bytes) => heard.push(bytes))))
    await new Promise<void>((resolve) => ear.listen(0, '127.0.0.1', resolve))
    const { port } = ear.address() as AddressInfo
    const attempt = { role: 'decides', addresses: [`127.0.0.1:${port}`], deadlineMs: 300 } as const
    await expect(meet({ keys: keys.here, ...attempt })).rejects.toMatchObject(unreachable)

    const listener = await listen()
    const meeting = meet({ keys: keys.there, role: 'follows', listener, deadlineMs: 800 })
    const outcome = expect(meeting).rejects.toMatchObject(unreachable)
    const hello = Buffer.concat(heard).subarray(0, 48)
    const talkative = stranger(listener, Buffer.concat([hello, Buffer.alloc(16)]))
    await until('it was sent away', () => talkative.isGone)
    expect(talkative.bytes).toBe(0)
    const repeated = stranger(listener, hello)
    await until('it was answered', () => repeated.bytes > 0)
    await outcome
    // A welcome, which needs a key to be answered, and nothing else.
    expect(repeated.bytes).toBe(48)
  })
})

describe('safety 25: a lane on a bad wire', () => {
  it('works through one-byte slices', async () => {
    const { here, there, proxy } = await throughProxy()
    proxy.faults.forth.sliceBytes = 1
    proxy.faults.back.sliceBytes = 1
    expect(await exchange(here, there)).toEqual(inBothDirections)
    const bytes = randomBytes(5_000)
    await here.send([bytes], true)
    expect(Buffer.concat((await there.receive()) ?? []).equals(bytes)).toBe(true)
    expect(await there.receive()).toBeNull()
  })

  it.each(['reset', 'end'] as const)('is lost at both ends when it is cut (%s)', async (how) => {
    const { here, there, proxy } = await throughProxy()
    expect(await exchange(here, there)).toEqual(inBothDirections)
    const waiting = Promise.allSettled([here.receive(), there.receive()])
    const sending = (async () => {
      for (;;) await here.send([new Uint8Array(maxFrameBytes)])
    })().catch((error: unknown) => error)
    proxy.cut(how)
    const [a] = await waiting
    expect(a).toMatchObject({ status: 'rejected', reason: lost })
    expect(await sending).toMatchObject(lost)
    await expect(
      (async () => {
        while (await there.receive());
      })(),
    ).rejects.toMatchObject(lost)
  })

  it('delivers what still waits to be sent when it is closed', async () => {
    const { here, there, proxy } = await throughProxy()
    proxy.faults.forth.bytesPerSecond = 60e6
    await there.send([], true)
    const receiving = (async () => {
      let bytes = 0
      for (let frame = await there.receive(); frame; frame = await there.receive()) {
        bytes += lengthOf(frame)
      }
      return bytes
    })()
    for (let at = 0; at < 32; at++) await here.send([new Uint8Array(maxFrameBytes)])
    await here.send([new Uint8Array(500_000)], true)
    await here.close()
    expect(await receiving).toBe(32 * maxFrameBytes + 500_000)
  })

  it('is lost when a byte was changed on the way, and nothing of that frame comes out', async () => {
    const { here, there, proxy } = await throughProxy()
    expect(await exchange(here, there)).toEqual(inBothDirections)
    proxy.faults.forth.corruptAt = proxy.passed.forth + 100_000
    await here.send([randomBytes(50_000)])
    void here.send([randomBytes(500_000)]).catch(() => {})
    expect((await there.receive())?.length).toBeGreaterThan(0)
    await expect(there.receive()).rejects.toMatchObject(lost)
    await expect(here.receive()).rejects.toMatchObject(lost)
  })

  it('safety 26: is lost after ten seconds in which nothing came', async () => {
    const clock = new FakeClock()
    const { here, there, proxy } = await throughProxy(clock)
    expect(await exchange(here, there)).toEqual(inBothDirections)
    proxy.faults.forth.stalled = true
    proxy.faults.back.stalled = true
    const fates = Promise.allSettled([here.receive(), there.receive()])
    await clock.advance(10_000)
    await here.send([Buffer.from('still trying')])
    await clock.advance(5_000)
    for (const fate of await fates) expect(fate).toMatchObject({ status: 'rejected', reason: lost })
  })

  it('stays while nothing is sent, and while its receiver takes its time', async () => {
    const clock = new FakeClock()
    const { here, there, proxy } = await throughProxy(clock)
    // More than the system's own buffers hold for the four sockets on the way.
    const frames = 128
    let sent = 0
    const sending = (async () => {
      for (; sent < frames; sent++) await here.send([new Uint8Array(maxFrameBytes)])
    })()
    for (let round = 0; round < 40; round++) {
      const before = proxy.passed.back
      await clock.advance(2_500)
      await until('a sign of life has passed', () => proxy.passed.back > before)
    }
    expect(sent).toBeLessThan(frames)
    for (let received = 0; received < frames; received++) await there.receive()
    await sending
    expect(await exchange(here, there)).toEqual(inBothDirections)
  })
})

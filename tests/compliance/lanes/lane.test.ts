import { createHash } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import type { Lane, LaneKind } from '#core/transfers/lanes/lane.ts'
import { maxFrameBytes, minPartBytes } from '#core/transfers/lanes/lane.ts'
import { isCancellation } from '#shared/faults.ts'
import { laneKeys, openEnds, type LaneEnds } from '../../support/lane-ends.ts'
import { until } from '../../support/until.ts'

const sizes = [0, 1, 15, 16, 4_095, minPartBytes - 1, minPartBytes, minPartBytes + 1]
const bigSizes = [131_072, 131_075, 400_000, maxFrameBytes - 1, maxFrameBytes]

function patterned(length: number, seed: number): Buffer {
  const bytes = Buffer.alloc(length)
  for (let at = 0; at < length; at++) bytes[at] = (at * 31 + (at >> 8) + seed) % 256
  return bytes
}

function hashOf(...parts: readonly Uint8Array[]): string {
  const hash = createHash('sha1')
  for (const part of parts) hash.update(part)
  return hash.digest('hex')
}

async function receiveAll(lane: Lane): Promise<string[]> {
  const hashes: string[] = []
  for (let frame = await lane.receive(); frame; frame = await lane.receive()) {
    hashes.push(hashOf(...frame))
  }
  return hashes
}

async function sendAll(lane: Lane, frames: readonly Uint8Array[]): Promise<string[]> {
  for (const frame of frames) await lane.send([frame])
  await lane.send([], true)
  return frames.map((frame) => hashOf(frame))
}

/** MiB: beyond what both ends and the kernel hold between them. */
const moreThanFits: Readonly<Record<LaneKind, number>> = { memory: 8, tcp: 24, quic: 8 }

const lost = { code: 'transfer.laneLost' }
const unreachable = { code: 'peer.unreachable' }

describe.each(Object.keys(openEnds) as LaneKind[])('a %s lane', (kind) => {
  let ends: LaneEnds | null = null
  afterEach(async () => {
    await ends?.close()
    ends = null
  })

  async function open(): Promise<LaneEnds> {
    ends = await openEnds[kind]()
    return ends
  }

  it('carries frames of every size in order, in both directions at once', async () => {
    const { here, there } = await open()
    expect([here.kind, there.kind]).toEqual([kind, kind])
    const forth = [...sizes, ...bigSizes, ...sizes].map((size, at) => patterned(size, at))
    const back = [...bigSizes, ...sizes, 3, 2, 1].map((size, at) => patterned(size, at + 100))
    const [sent, received, sentBack, receivedBack] = await Promise.all([
      sendAll(here, forth),
      receiveAll(there),
      sendAll(there, back),
      receiveAll(here),
    ])
    expect(received).toEqual(sent)
    expect(receivedBack).toEqual(sentBack)
  })

  it('sends the parts of a frame as one, and needs their memory no longer than the call', async () => {
    const { here, there } = await open()
    const parts = [7, 0, 40_000, 1, minPartBytes, 200_000, 3].map((size) => patterned(size, size))
    const whole = hashOf(...parts)
    const sending = here.send(parts)
    for (const part of parts) part.fill(0)
    const frame = await there.receive()
    await sending
    expect(hashOf(...(frame ?? []))).toBe(whole)
  })

  it('keeps the first fields of a frame in one piece', async () => {
    const { here, there } = await open()
    const sending = sendAll(
      here,
      Array.from({ length: 12 }, (_, at) => patterned(60_000 + at * 7_919, at)),
    )
    for (let frame = await there.receive(); frame; frame = await there.receive()) {
      for (const part of frame.slice(0, -1))
        expect(part.length).toBeGreaterThanOrEqual(minPartBytes)
    }
    await sending
  })

  it('ends only with a final frame, and nothing follows it', async () => {
    const { here, there } = await open()
    await here.send([Buffer.from('last')], true)
    await expect(here.send([])).rejects.toThrow('nothing follows')
    expect(Buffer.concat((await there.receive()) ?? []).toString()).toBe('last')
    expect(await there.receive()).toBeNull()
    expect(await there.receive()).toBeNull()
    // The other direction is still there.
    await there.send([Buffer.from('thanks')])
    expect(Buffer.concat((await here.receive()) ?? []).toString()).toBe('thanks')
  })

  it('refuses to send a frame that is too large', async () => {
    const { here } = await open()
    await expect(here.send([new Uint8Array(maxFrameBytes), new Uint8Array(1)])).rejects.toThrow(
      'a frame of',
    )
  })

  it('makes the sender wait for a slow receiver, and loses nothing', async () => {
    const { here, there } = await open()
    const frames = moreThanFits[kind]
    let accepted = 0
    const sending = (async () => {
      for (let at = 0; at < frames; at++) {
        await here.send([patterned(maxFrameBytes, at)])
        accepted++
      }
      await here.send([], true)
    })()
    let before = -1
    await until('the sender waits', async () => {
      const isStill = accepted === before && accepted > 0
      before = accepted
      await new Promise((resolve) => setTimeout(resolve, 150))
      return isStill && accepted === before
    })
    expect(accepted).toBeLessThan(frames - 2)
    expect(await receiveAll(there)).toEqual(
      Array.from({ length: frames }, (_, at) => hashOf(patterned(maxFrameBytes, at))),
    )
    await sending
  })

  it('safety 25: is lost when the other end is gone, after what was whole', async () => {
    const { here, there } = await open()
    await here.send([Buffer.from('whole')])
    const first = await there.receive()
    expect(Buffer.concat(first ?? []).toString()).toBe('whole')
    await here.close()
    await expect(there.receive()).rejects.toMatchObject(lost)
    await expect(there.receive()).rejects.toMatchObject(lost)
    await expect(there.send([Buffer.from('hello?')])).rejects.toMatchObject(lost)
  })

  it.each(['here', 'there'] as const)(
    'delivers all from %s, which closes at once',
    async (from) => {
      const both = await open()
      const sender = both[from]
      const receiver = from === 'here' ? both.there : both.here
      await receiver.send([], true)
      const receiving = receiveAll(receiver)
      const sent = await sendAll(
        sender,
        Array.from({ length: 4 }, (_, at) => patterned(700_000, at)),
      )
      const closing = sender.close()
      expect(await receiving).toEqual(sent)
      await Promise.all([closing, receiver.close()])
    },
  )

  it('cancels whoever waits when it is closed, and can be closed at any time', async () => {
    const { here, there } = await open()
    const receiving = here.receive()
    const sending = (async () => {
      for (;;) await here.send([new Uint8Array(maxFrameBytes)])
    })()
    const outcomes = Promise.allSettled([receiving, sending])
    await there.receive()
    await Promise.all([here.close(), here.close()])
    for (const outcome of await outcomes) {
      expect(outcome.status).toBe('rejected')
      expect(isCancellation(outcome.status === 'rejected' && outcome.reason)).toBe(true)
    }
    await expect(here.receive()).rejects.toSatisfy(isCancellation)
    await expect(here.send([])).rejects.toSatisfy(isCancellation)
  })

  it('has room for one who waits at a time', async () => {
    const { here } = await open()
    const waiting = expect(here.receive()).rejects.toSatisfy(isCancellation)
    await expect(here.receive()).rejects.toThrow('already waits')
    await here.close()
    await waiting
  })

  it('safety 2: never opens between ends whose keys differ', async () => {
    const right = laneKeys()
    const wrong = { here: right.here, there: { ...right.there, receive: laneKeys().here.send } }
    await expect(openEnds[kind]({ keys: wrong, deadlineMs: 400 })).rejects.toMatchObject(
      unreachable,
    )
    const mirrored = { here: right.here, there: right.here }
    await expect(openEnds[kind]({ keys: mirrored, deadlineMs: 400 })).rejects.toMatchObject(
      unreachable,
    )
  })
})

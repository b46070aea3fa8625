import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { ByteStream, Connection } from '#core/endpoint/types.ts'
import { shakeHands } from '#core/sessions/handshake.ts'
import { initiate, respond } from '#core/sessions/noise.ts'
import { sessionPrologue } from '#core/sessions/session-keys.ts'
import { readFrame, writeFrame } from '#core/wire/frames.ts'
import { systemClock } from '#core/base/clock.ts'
import { Fault } from '#shared/faults.ts'
import type { Alpn, DeviceId } from '#shared/ids.ts'
import { flipped } from '../../support/bytes.ts'
import { FakeClock } from '../../support/fake-clock.ts'
import { fakeId } from '../../support/fake-devices.ts'
import { memoryConnections } from '../../support/memory-connection.ts'

const [ada, bob, eve] = [fakeId(1), fakeId(2), fakeId(3)]
const alpn: Alpn = 'gangway/message/1'
const root = new Uint8Array(32).fill(7)
const signal = new AbortController().signal
const prologue = sessionPrologue(ada, bob, alpn)
const bounds = { maxBytes: 256, clock: systemClock, deadlineMs: 5_000 }

interface Case {
  readonly adaKnows?: Uint8Array
  readonly bobKnows?: Uint8Array
  readonly bobRoots?: readonly Uint8Array[]
  readonly adaIs?: DeviceId
  /** What the middle makes of the n-th frame of one side. */
  readonly garble?: (frame: Uint8Array, n: number, from: 'dialler' | 'accepter') => Uint8Array
}

/** Ada dials Bob; how it ended for both. */
async function meeting(given: Case = {}) {
  const { dialler, accepter } = memoryConnections({ alpn, dialler: ada, accepter: bob })
  const one = garbling(dialler, given.garble)
  const other = garbling(accepter, given.garble)
  const common = { clock: systemClock, signal }
  const closing = async <Value>(connection: Connection, work: Promise<Value>) => {
    try {
      return await work
    } catch (error) {
      connection.close(Fault.of(error).code)
      throw error
    }
  }
  const [dialled, accepted] = await Promise.allSettled([
    closing(
      dialler,
      shakeHands(one, { self: given.adaIs ?? ada, roots: [given.adaKnows ?? root], ...common }),
    ),
    closing(
      accepter,
      shakeHands(other, {
        self: bob,
        roots: given.bobRoots ?? [given.bobKnows ?? root],
        ...common,
      }),
    ),
  ])
  dialler.close('clean')
  return { dialled, accepted }
}

function garbling(connection: Connection, garble: Case['garble']): Connection {
  if (!garble) return connection
  const wrap = (stream: ByteStream): ByteStream => {
    let n = 0
    return {
      read: (maxBytes, signal) => stream.read(maxBytes, signal),
      write: (bytes, signal) => stream.write(garble(bytes, n++, connection.side), signal),
      finish: () => stream.finish(),
      reset: (code) => stream.reset(code),
      stop: (code) => stream.stop(code),
    }
  }
  return {
    peer: connection.peer,
    alpn: connection.alpn,
    side: connection.side,
    closed: connection.closed,
    openStream: async (signal) => wrap(await connection.openStream(signal)),
    acceptStream: async (signal) => wrap(await connection.acceptStream(signal)),
    close: (code) => connection.close(code),
    path: () => null,
  }
}

const codeOf = (end: PromiseSettledResult<unknown>) =>
  end.status === 'fulfilled' ? 'fine' : Fault.of(end.reason).code

describe('safety 2: a session begins only between the two that were paired', () => {
  test('with one root both sides share a secret nobody else has', async () => {
    const { dialled, accepted } = await meeting()
    if (dialled.status === 'rejected' || accepted.status === 'rejected') throw new Error('failed')
    expect(dialled.value.noise.handshakeHash).toEqual(accepted.value.noise.handshakeHash)
    expect(dialled.value.noise.transfers.send).toEqual(accepted.value.noise.transfers.receive)
  })

  test.each<[string, Case]>([
    ['another root here', { adaKnows: randomBytes(32) }],
    ['another root there', { bobKnows: randomBytes(32) }],
    ['another device in the name of this one', { adaIs: eve }],
  ])('%s: one and the same fault, at both ends', async (_, given) => {
    const { dialled, accepted } = await meeting(given)
    expect(codeOf(accepted)).toBe('session.unproved')
    expect(codeOf(dialled)).toBe('session.unproved')
  })

  test('an accepter that holds two roots takes the one that the dialler used', async () => {
    const newer = randomBytes(32)
    for (const adaKnows of [newer, root]) {
      const { dialled, accepted } = await meeting({ adaKnows, bobRoots: [newer, root] })
      for (const end of [dialled, accepted]) {
        if (end.status === 'rejected') throw end.reason
        expect(end.value.root).toEqual(adaKnows)
      }
    }
    const { accepted } = await meeting({ adaKnows: randomBytes(32), bobRoots: [newer, root] })
    expect(codeOf(accepted)).toBe('session.unproved')
  })

  const payload = Buffer.from('too early')

  test('a payload in a handshake is no session: the first message', async () => {
    const { dialler, accepter } = memoryConnections({ alpn, dialler: ada, accepter: bob })
    const accepting = shakeHands(accepter, { self: bob, roots: [root], clock: systemClock, signal })
    const failure = expect(accepting).rejects.toMatchObject({ code: 'session.unproved' })
    const { message } = initiate({ prologue, psk: root }, payload)
    await writeFrame(await dialler.openStream(), message, bounds)
    await failure
  })

  test('a payload in a handshake is no session: the answer', async () => {
    const { dialler, accepter } = memoryConnections({ alpn, dialler: ada, accepter: bob })
    const dialling = shakeHands(dialler, { self: ada, roots: [root], clock: systemClock, signal })
    const failure = expect(dialling).rejects.toMatchObject({ code: 'session.unproved' })
    const stream = await accepter.acceptStream()
    const begun = await readFrame(stream, bounds)
    const { message } = respond({ prologue, psk: root }, begun ?? payload).finish(payload)
    await writeFrame(stream, message, bounds)
    await failure
  })

  test('a payload in a handshake is no session: the proof of the dialler', async () => {
    const { dialler, accepter } = memoryConnections({ alpn, dialler: ada, accepter: bob })
    const accepting = shakeHands(accepter, { self: bob, roots: [root], clock: systemClock, signal })
    const failure = expect(accepting).rejects.toMatchObject({ code: 'session.unproved' })
    const stream = await dialler.openStream()
    const initiation = initiate({ prologue, psk: root }, new Uint8Array())
    await writeFrame(stream, initiation.message, bounds)
    const { channel } = initiation.finish((await readFrame(stream, bounds)) ?? payload)
    await writeFrame(stream, channel.send.seal(payload), bounds)
    await failure
  })

  test('another name is another session: nothing of one fits the other', async () => {
    const { dialler, accepter } = memoryConnections({ alpn, dialler: ada, accepter: bob })
    const renamed: Connection = { ...plain(accepter), alpn: 'gangway/transfer/1' }
    const dialling = shakeHands(dialler, { self: ada, roots: [root], clock: systemClock, signal })
    dialling.catch(() => {})
    await expect(
      shakeHands(renamed, { self: bob, roots: [root], clock: systemClock, signal }),
    ).rejects.toMatchObject({ code: 'session.unproved' })
    dialler.close('clean')
  })

  test('every byte of every message flipped: never a session for the one who reads it', async () => {
    const sizes: Record<string, number> = {}
    await meeting({
      garble: (frame, n, from) => {
        sizes[`${from} ${n}`] = frame.length
        return frame
      },
    })
    expect(Object.keys(sizes).sort()).toEqual(['accepter 0', 'dialler 0', 'dialler 1'])
    for (const [place, size] of Object.entries(sizes)) {
      // The length in front is the framing's business; what it announces is read with a deadline.
      for (let at = 4; at < size; at++) {
        const { dialled, accepted } = await meeting({
          garble: (frame, n, from) => (`${from} ${n}` === place ? flipped(frame, at) : frame),
        })
        const reader = place.startsWith('dialler') ? accepted : dialled
        expect(codeOf(reader), `${place}, byte ${at}`).toBe('session.unproved')
      }
    }
  })

  test('its own frames sent back to it: no session with oneself', async () => {
    const { dialler, accepter } = memoryConnections({ alpn, dialler: ada, accepter: bob })
    const dialling = shakeHands(dialler, { self: ada, roots: [root], clock: systemClock, signal })
    const stream = await accepter.acceptStream()
    const bytes = await stream.read(1_000)
    if (bytes) await stream.write(bytes)
    await expect(dialling).rejects.toMatchObject({ code: 'session.unproved' })
  })

  test('a whole session recorded and played again stops before anybody acts on it', async () => {
    const record: Uint8Array[] = []
    await meeting({
      garble: (frame, _, from) => {
        if (from === 'dialler') record.push(frame)
        return frame
      },
    })
    const { dialler, accepter } = memoryConnections({ alpn, dialler: ada, accepter: bob })
    const accepting = shakeHands(accepter, { self: bob, roots: [root], clock: systemClock, signal })
    const stream = await dialler.openStream()
    for (const frame of record) await stream.write(frame)
    await expect(accepting).rejects.toMatchObject({ code: 'session.unproved' })
  })

  test.each([
    ['nothing', new Uint8Array()],
    ['a frame too long', Buffer.from('00010000', 'hex')],
    ['an empty frame', new Uint8Array(4)],
    ['garbage', Buffer.concat([Buffer.from('00000040', 'hex'), randomBytes(64)])],
  ])(
    'safety 8: %s in place of a handshake, and then silence: over within 5 s',
    async (_, bytes) => {
      const clock = new FakeClock()
      const { dialler, accepter } = memoryConnections({ alpn, dialler: ada, accepter: bob })
      const accepting = shakeHands(accepter, { self: bob, roots: [root], clock, signal })
      const failure = expect(accepting).rejects.toMatchObject({ code: 'session.unproved' })
      const stream = await dialler.openStream()
      if (bytes.length > 0) await stream.write(bytes)
      await clock.advance(5_000)
      await failure
    },
  )

  test('nobody there: the dialler hears that it cannot be reached', async () => {
    const clock = new FakeClock()
    const { dialler } = memoryConnections({ alpn, dialler: ada, accepter: bob })
    const failure = expect(
      shakeHands(dialler, { self: ada, roots: [root], clock, signal }),
    ).rejects.toMatchObject({ code: 'peer.unreachable' })
    await clock.advance(5_000)
    await failure
  })

  test('what the other side says when it closes is passed on', async () => {
    const { dialler, accepter } = memoryConnections({ alpn, dialler: ada, accepter: bob })
    accepter.close('peer.refused')
    await expect(
      shakeHands(dialler, { self: ada, roots: [root], clock: systemClock, signal }),
    ).rejects.toMatchObject({ code: 'peer.refused' })
  })
})

function plain(connection: Connection) {
  return {
    peer: connection.peer,
    side: connection.side,
    closed: connection.closed,
    openStream: (signal?: AbortSignal) => connection.openStream(signal),
    acceptStream: (signal?: AbortSignal) => connection.acceptStream(signal),
    close: connection.close.bind(connection),
    path: () => null,
  }
}

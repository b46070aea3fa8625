import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { systemClock } from '#core/base/clock.ts'
import { writeFrame } from '#core/wire/frames.ts'
import { maxPayloadBytes } from '#core/sessions/secure-channel.ts'
import { flipped } from '../../support/bytes.ts'
import { closing } from '../../support/closing.ts'
import { FakeClock } from '../../support/fake-clock.ts'
import { secureChannels } from '../../support/secure-channels.ts'

const own = closing()

async function channels(clock = systemClock) {
  const both = await secureChannels(clock)
  own({ close: () => both.ada.close('clean') })
  return both
}

const text = (bytes: Uint8Array | null) => bytes && Buffer.from(bytes).toString()
const bounds = { maxBytes: 1_000_000, clock: systemClock, deadlineMs: 1_000 }

describe('a channel', () => {
  test('carries frames in order, both ways, up to the largest and past many keys', async () => {
    const { ada, bob } = await channels()
    const large = randomBytes(maxPayloadBytes)
    await ada.send(large)
    expect(Buffer.compare(large, (await bob.receive()) ?? large.subarray(1))).toBe(0)
    const count = 3_000
    const sending = (async () => {
      for (let n = 0; n < count; n++) await ada.send(Buffer.from(`${n}`))
    })()
    for (let n = 0; n < count; n++) expect(text(await bob.receive())).toBe(`${n}`)
    await sending
    await bob.send(Buffer.from('back'))
    expect(text(await ada.receive())).toBe('back')
    expect(() => ada.send(new Uint8Array(maxPayloadBytes + 1))).toThrow(RangeError)
  })

  test('closes with a reason that the other side hears, after everything that had arrived', async () => {
    const { ada, bob } = await channels()
    await ada.send(Buffer.from('last'))
    await bob.ping()
    ada.close('core.closing')
    expect(text(await bob.receive())).toBe('last')
    await expect(bob.receive()).rejects.toMatchObject({ code: 'core.closing' })
    expect(await bob.closed).toEqual({ code: 'core.closing', byPeer: true })
    expect(bob.isOpen).toBe(false)
    await expect(bob.send(new Uint8Array(1))).rejects.toMatchObject({ code: 'core.closing' })
    await expect(bob.ping()).rejects.toMatchObject({ code: 'core.closing' })
  })

  test('closed cleanly, reading ends; a ping on its way fails', async () => {
    const { ada, bob } = await channels()
    const reading = bob.receive()
    ada.close('clean')
    expect(await reading).toBeNull()
    await expect(ada.receive()).rejects.toMatchObject({ name: 'AbortError' })
  })

  test('a ping is answered although nobody reads, and tells how long it took', async () => {
    const { ada } = await channels()
    expect(await ada.ping()).toBeGreaterThanOrEqual(0)
  })

  test('whoever does not read is not sent more than fits', async () => {
    const { ada } = await channels()
    let sent = 0
    const flood = (async () => {
      for (;;) {
        await ada.send(new Uint8Array(60_000))
        sent += 1
      }
    })()
    flood.catch(() => {})
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(sent).toBeLessThan(40)
  })
})

describe('safety 9: a paired device that means harm', () => {
  test('who never reads what it has asked for loses the session before the memory is full', async () => {
    const { ada } = await channels()
    const answer = new Uint8Array(48_000)
    let asked = 0
    for (; asked < 2_000 && ada.isOpen; asked++) ada.send(answer).catch(() => {})
    expect(asked * answer.length).toBeLessThan(20_000_000)
    expect(await ada.closed).toEqual({ code: 'peer.unreachable', byPeer: false })
  })

  test('who talks without end is heard at the pace of a person, not of a wire', async () => {
    const clock = new FakeClock()
    const { ada, bob } = await channels(clock)
    let heard = 0
    void (async () => {
      while (await bob.receive().catch(() => null)) heard += 1
    })()
    for (let n = 0; n < 6_000; n++) ada.send(Buffer.from('x')).catch(() => {})
    await clock.advance(0)
    expect(heard).toBe(4_000)
    await clock.advance(1_000)
    expect(heard).toBeGreaterThan(4_400)
    expect(heard).toBeLessThan(4_600)
    expect(bob.isOpen).toBe(true)
  })
})

describe('safety 11: what nobody but the other side can have said ends the session', () => {
  test.each<[string, (sealed: Uint8Array) => Uint8Array[]]>([
    ['a flipped byte', (sealed) => [flipped(sealed, 3)]],
    ['a flipped tag', (sealed) => [flipped(sealed, sealed.length - 1)]],
    ['a frame twice', (sealed) => [sealed, sealed]],
    ['a frame cut short', (sealed) => [sealed.subarray(1)]],
    ['an empty frame', () => [new Uint8Array()]],
  ])('%s', async (_, garbled) => {
    const { bob, asAda } = await channels()
    const sealed = asAda.seal(Buffer.from('\0hello'))
    for (const frame of garbled(sealed)) await writeFrame(asAda.stream, frame, bounds)
    expect(await bob.closed).toEqual({ code: 'session.unproved', byPeer: false })
  })

  test('frames swapped or one left out', async () => {
    const { bob, asAda } = await channels()
    const [, second] = [asAda.seal(Buffer.from('\0one')), asAda.seal(Buffer.from('\0two'))]
    await writeFrame(asAda.stream, second, bounds)
    expect(await bob.closed).toMatchObject({ code: 'session.unproved' })
  })

  test('its own frames sent back', async () => {
    const { ada, asAda, toAda } = await channels()
    await writeFrame(toAda, asAda.seal(Buffer.from('\0hello')), bounds)
    expect(await ada.closed).toEqual({ code: 'session.unproved', byPeer: false })
  })

  test('a key that has served for 1,024 frames is taken no more', async () => {
    const { bob, asAda } = await channels()
    const next = () => writeFrame(asAda.stream, asAda.seal(Buffer.from('\0again')), bounds)
    for (let n = 0; n < 1_024; n++) {
      await next()
      expect(text(await bob.receive())).toBe('again')
    }
    await next()
    expect(await bob.closed).toMatchObject({ code: 'session.unproved' })
  })

  test.each([
    ['a kind nobody knows', Buffer.from([9, 1])],
    ['a frame without a kind', new Uint8Array()],
    ['a ping too long', Buffer.from([1, 1, 2, 3, 4, 5, 6, 7, 8, 9])],
  ])('safety 10: %s is refused with a code', async (_, plain) => {
    const { bob, asAda } = await channels()
    await writeFrame(asAda.stream, asAda.seal(plain), bounds)
    expect(await bob.closed).toMatchObject({ code: 'frame.malformed' })
  })

  test('safety 8: a frame that claims to be longer than allowed is not waited for', async () => {
    const { bob, asAda } = await channels()
    await asAda.stream.write(Buffer.from('7fffffff', 'hex'))
    expect(await bob.closed).toMatchObject({ code: 'frame.oversize' })
  })

  test('the end of the stream without a word is no clean end', async () => {
    const { bob, asAda } = await channels()
    await asAda.stream.finish()
    expect(await bob.closed).toMatchObject({ code: 'peer.closed' })
  })
})

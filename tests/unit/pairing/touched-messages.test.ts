import { describe, expect, test } from 'vitest'
import { Fault } from '#shared/faults.ts'
import { HostExchange } from '#core/pairing/host-exchange.ts'
import { JoinerExchange } from '#core/pairing/joiner-exchange.ts'
import { flipped, fromHex, toHex } from '../../support/bytes.ts'
import {
  channel,
  codeOf,
  exchange,
  gaveUp,
  hostDevice,
  joinerDevice,
  names,
  seeded,
  type Message,
} from '../../support/pairing.ts'

describe('safety 3: messages somebody touched', () => {
  const openings = ['m1', 'm2', 'm3', 'm4', 'm7'] as const

  test.each(openings)('any byte of %s flipped: no trust', (name) => {
    const length = exchange().messages[name]?.length ?? 0
    expect(length).toBeGreaterThan(0)
    for (let at = 0; at < length; at++) {
      const outcome = exchange({
        onTheWay: (now, bytes) => (now === name ? flipped(bytes, at, 1 << (at % 8)) : bytes),
      })
      expect(outcome.error, `byte ${at}`).toBeInstanceOf(Fault)
      expect(outcome.confirmed, `byte ${at}`).toBe(false)
      if (name !== 'm7') expect(outcome.joiner, `byte ${at}`).toBeNull()
    }
  })

  // With its randomness repeated a side comes to the same point again: half the work per byte.
  const replayed = exchange({
    joiner: { random: seeded('joiner') },
    host: { random: seeded('host') },
  }).messages
  const message = (name: Message) => replayed[name] ?? new Uint8Array()

  test('any byte of m5 flipped: no trust', () => {
    const beforeM5 = () => {
      const h = new HostExchange({
        ...channel,
        self: hostDevice,
        random: seeded('host'),
        beforeVerify: () => undefined,
      })
      h.onM1(message('m1'))
      h.onM3(message('m3'))
      return h
    }
    expect(beforeM5().onM5(message('m5'))).toEqual(joinerDevice.introduction)
    for (let at = 0; at < message('m5').length; at++) {
      const touched = flipped(message('m5'), at, 1 << (at % 8))
      expect(() => beforeM5().onM5(touched), `byte ${at}`).toThrow(Fault)
    }
  })

  test('any byte of m6 flipped: no trust', () => {
    const beforeM6 = () => {
      const j = new JoinerExchange({ ...channel, self: joinerDevice, random: seeded('joiner') })
      j.start()
      j.onM2(message('m2'))
      j.onM4(message('m4'))
      return j
    }
    expect(beforeM6().onM6(message('m6')).paired.peer).toEqual(hostDevice.introduction)
    for (let at = 0; at < message('m6').length; at++) {
      const touched = flipped(message('m6'), at, 1 << (at % 8))
      expect(() => beforeM6().onM6(touched), `byte ${at}`).toThrow(Fault)
    }
  })

  test.each(names)('%s shorter, longer, empty or huge: no trust', (name) => {
    for (const change of [cutShort, oneMore, empty, huge]) {
      const outcome = exchange({ onTheWay: (now, bytes) => (now === name ? change(bytes) : bytes) })
      expect(outcome.error, change.name).toBeInstanceOf(Fault)
      expect(outcome.confirmed, change.name).toBe(false)
    }
  })

  test('of an M5 or M6 too long not even the tag is looked at', () => {
    for (const name of ['m5', 'm6'] as const) {
      const outcome = exchange({
        onTheWay: (now, bytes) => (now === name ? huge(flipped(bytes, 0)) : bytes),
      })
      expect(codeOf(outcome)).toBe('pairing.failed')
    }
  })

  test.each(['m1', 'm2'] as const)('another version in %s is said as such', (name) => {
    for (const version of [0, 2, 255]) {
      const outcome = exchange({
        onTheWay: (now, bytes) =>
          now === name ? Uint8Array.of(version, ...bytes.subarray(1)) : bytes,
      })
      expect(codeOf(outcome)).toBe('pairing.version')
    }
  })

  test.each(['m5', 'm6', 'm7'] as const)('%s of an earlier pairing: no trust', (name) => {
    const earlier = exchange().messages[name] ?? new Uint8Array()
    const outcome = exchange({ onTheWay: (now, bytes) => (now === name ? earlier : bytes) })
    expect(outcome.confirmed).toBe(false)
    expect(outcome.error).toBeInstanceOf(Fault)
  })

  test('a tag cut short is no tag', () => {
    const outcome = exchange({
      onTheWay: (now, bytes) => (now === 'm5' ? bytes.subarray(32) : bytes),
    })
    expect(gaveUp(outcome)).toBe(true)
  })
})

const cutShort = (bytes: Uint8Array) => bytes.subarray(0, -1)
const oneMore = (bytes: Uint8Array) => Buffer.concat([bytes, Buffer.alloc(1)])
const empty = () => new Uint8Array()
const huge = (bytes: Uint8Array) => Buffer.concat([bytes, Buffer.alloc(65_536)])

/** Points of X25519 whose multiples are few (RFC 7748, section 7, and their larger spellings). */
const lowOrder = [
  '00'.repeat(32),
  `01${'00'.repeat(31)}`,
  'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
  '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
  `ec${'ff'.repeat(30)}7f`,
  `ed${'ff'.repeat(30)}7f`,
  `ee${'ff'.repeat(30)}7f`,
].map(fromHex)

describe('safety 3: points that must not be used', () => {
  test.each(['m3', 'm4'] as const)('%s with the neutral or an impossible element', (name) => {
    for (const element of ['00'.repeat(32), 'ff'.repeat(32), `01${'00'.repeat(31)}`]) {
      expect(
        gaveUp(
          exchange({
            onTheWay: (now, bytes) =>
              now === name ? Buffer.concat([fromHex(element), bytes.subarray(32)]) : bytes,
          }),
        ),
      ).toBe(true)
    }
  })

  test.each(['m3', 'm4'] as const)('%s with an X25519 point of low order', (name) => {
    for (const point of lowOrder) {
      const outcome = exchange({
        onTheWay: (now, bytes) =>
          now === name ? Buffer.concat([bytes.subarray(0, 32), point]) : bytes,
      })
      expect(gaveUp(outcome), toHex(point)).toBe(true)
      expect(outcome.messages[name === 'm3' ? 'm4' : 'm5'], toHex(point)).toBeUndefined()
    }
  })

  test('our own share sent back, whole or half', () => {
    for (const [from, to] of [
      [0, 64],
      [0, 32],
      [32, 64],
    ] as const) {
      let mine = new Uint8Array()
      const outcome = exchange({
        onTheWay: (now, bytes) => {
          if (now === 'm3') mine = Uint8Array.from(bytes)
          if (now !== 'm4') return bytes
          const reflected = Uint8Array.from(bytes)
          reflected.set(mine.subarray(from, to), from)
          return reflected
        },
      })
      expect(gaveUp(outcome)).toBe(true)
      expect(outcome.messages.m5).toBeUndefined()
    }
  })

  test('a joiner talking to itself gets no further than M4', () => {
    const joiner = new JoinerExchange({ ...channel, self: joinerDevice })
    const mirrored = joiner.onM2(joiner.start())
    expect(() => joiner.onM4(mirrored)).toThrow(Fault)
  })

  test('its own M5 is no M6', () => {
    let proof = new Uint8Array()
    const outcome = exchange({
      onTheWay: (now, bytes) => {
        if (now === 'm5') proof = Uint8Array.from(bytes)
        return now === 'm6' ? proof : bytes
      },
    })
    expect(gaveUp(outcome)).toBe(true)
  })
})

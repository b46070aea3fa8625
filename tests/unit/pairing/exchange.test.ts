import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { Fault } from '#shared/faults.ts'
import { wordList, type Phrase } from '#shared/words.ts'
import { HostExchange } from '#core/pairing/host-exchange.ts'
import { JoinerExchange } from '#core/pairing/joiner-exchange.ts'
import type { PairingSecret } from '#core/pairing/key-schedule.ts'
import { flipped, fromHex, toHex } from '../../support/bytes.ts'
import {
  channel,
  device,
  deviceId,
  exchange,
  hostDevice,
  joinerDevice,
  names,
  phrase,
  seeded,
  type Message,
  type Outcome,
} from '../../support/pairing.ts'

function codeOf(outcome: Outcome): string {
  if (!(outcome.error instanceof Fault)) throw outcome.error
  return outcome.error.code
}

/** Neither side trusts the other; the host may at most hold a pending peer that proves nothing. */
function gaveUp(outcome: Outcome): boolean {
  return outcome.error instanceof Fault && outcome.joiner === null && !outcome.confirmed
}

const otherId = deviceId(seeded('another endpoint')(32))
const ticket: PairingSecret = { kind: 'ticket', bytes: seeded('ticket')(16) }

describe('safety 3: an undisturbed pairing', () => {
  test('both sides hold the same root and know who the other is', () => {
    const { joiner, host, confirmed } = exchange()
    expect(confirmed).toBe(true)
    expect(joiner?.root).toHaveLength(32)
    expect(joiner?.root).toEqual(host?.root)
    expect(joiner?.peer).toEqual(hostDevice.introduction)
    expect(host?.peer).toEqual(joinerDevice.introduction)
  })

  test('two pairings with the same words have nothing in common', () => {
    const [one, other] = [exchange(), exchange()]
    expect(one.joiner?.root).not.toEqual(other.joiner?.root)
    for (const name of names) expect(one.messages[name]).not.toEqual(other.messages[name])
  })

  test('a ticket pairs as words do, and only with the host it names', () => {
    const meetingPoint = hostDevice.introduction.id
    const named = { secret: ticket, meetingPoint }
    const good = exchange({ joiner: named, host: named })
    expect(good.confirmed).toBe(true)
    expect(good.joiner?.root).toEqual(good.host?.root)
    const elsewhere = { secret: ticket, meetingPoint: otherId }
    expect(gaveUp(exchange({ joiner: elsewhere, host: elsewhere }))).toBe(true)
  })

  test('any name a device may have crosses whole', () => {
    const longest = '\u{ffdc}'.repeat(64)
    const outcome = exchange({ joiner: { self: device(longest) }, host: { self: device('x') } })
    expect(outcome.host?.peer.name).toBe(longest)
    expect(outcome.joiner?.peer.name).toBe('x')
  })

  test('any words, epochs and endpoints pair when they are the same on both sides', () => {
    const word = fc.constantFrom(...wordList)
    fc.assert(
      fc.property(
        fc.tuple(word, word, word, word, word),
        fc.nat(),
        fc.uint8Array({ minLength: 64, maxLength: 64 }),
        (words: Phrase, epoch, ids) => {
          const same = {
            secret: { kind: 'words', phrase: words, epoch } as const,
            joiner: deviceId(ids.subarray(0, 32)),
            meetingPoint: deviceId(ids.subarray(32)),
          }
          const { joiner, host, confirmed } = exchange({ joiner: same, host: same })
          expect(confirmed).toBe(true)
          expect(joiner?.root).toEqual(host?.root)
        },
      ),
      { numRuns: 10 },
    )
  })
})

describe('safety 3: what the two sides must have in common', () => {
  test.each([0, 1, 2, 3, 4])('word %i', (index) => {
    const wrong = phrase.with(index, 'zoo') as unknown as Phrase
    const outcome = exchange({
      joiner: { secret: { kind: 'words', phrase: wrong, epoch: 2_900_000 } },
    })
    expect(gaveUp(outcome)).toBe(true)
    expect(codeOf(outcome)).toBe('pairing.mismatch')
    expect(outcome.host).toBeNull()
  })

  test.each([
    ['the order of the words', { secret: words(['maple', 'orbit', 'velvet', 'stone', 'hero']) }],
    ['the epoch', { secret: words(phrase, 2_900_001) }],
    ['the joiner’s endpoint: a relay in between', { joiner: otherId }],
    ['the meeting point: a fake one', { meetingPoint: otherId }],
    ['the kind of secret', { secret: ticket }],
  ] as const)('%s', (_, joiner) => {
    const outcome = exchange({ joiner })
    expect(gaveUp(outcome)).toBe(true)
    expect(codeOf(outcome)).toBe('pairing.mismatch')
  })

  test('who is who: endpoints the other way round', () => {
    const swapped = { joiner: channel.meetingPoint, meetingPoint: channel.joiner }
    expect(gaveUp(exchange({ joiner: swapped }))).toBe(true)
  })

  test('a ticket whose bytes spell the words is still no phrase', () => {
    const spelled: PairingSecret = { kind: 'ticket', bytes: Buffer.alloc(16, 1) }
    expect(gaveUp(exchange({ joiner: { secret: spelled } }))).toBe(true)
    expect(errorWith({ kind: 'ticket', bytes: Buffer.alloc(15) })).toContain('16')
  })
})

function words(list: Phrase, epoch = 2_900_000): PairingSecret {
  return { kind: 'words', phrase: list, epoch }
}

function errorWith(secret: PairingSecret): string {
  return String(exchange({ joiner: { secret } }).error)
}

describe('safety 3: the host counts a try before it looks', () => {
  test.each(['right', 'wrong', 'empty'] as const)('a %s M5 counts', (kind) => {
    const beforeVerify = vi.fn<() => void>()
    const onTheWay = (name: Message, bytes: Uint8Array) => {
      if (name !== 'm5' || kind === 'right') return bytes
      return kind === 'empty' ? new Uint8Array() : flipped(bytes, 0)
    }
    exchange({ host: { beforeVerify }, onTheWay })
    expect(beforeVerify).toHaveBeenCalledTimes(1)
  })

  test('when no try is left the right words do not help', () => {
    const beforeVerify = () => {
      throw new Fault('pairing.failed')
    }
    const outcome = exchange({ host: { beforeVerify } })
    expect(gaveUp(outcome)).toBe(true)
    expect(outcome.host).toBeNull()
  })

  test('a joiner that leaves before M5 costs nothing', () => {
    const beforeVerify = vi.fn<() => void>()
    exchange({
      host: { beforeVerify },
      onTheWay: (name, bytes) => (name === 'm4' ? bytes.subarray(1) : bytes),
    })
    expect(beforeVerify).not.toHaveBeenCalled()
  })

  test('the host shows nothing that depends on the words before the joiner did', () => {
    const { messages } = exchange()
    expect(messages.m4).toHaveLength(64)
  })
})

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

describe('safety 1: who introduces itself has to hold the key', () => {
  test('a device does not pair with itself', () => {
    const outcome = exchange({ joiner: { self: hostDevice } })
    expect(gaveUp(outcome)).toBe(true)
    expect(codeOf(outcome)).toBe('pairing.itself')
    expect(outcome.host).toBeNull()
  })

  const impostor = (self = joinerDevice) => ({
    ...self,
    sign: (statement: Uint8Array) => device('Mallory').sign(statement),
  })

  test('a joiner that signs with another key', () => {
    const outcome = exchange({ joiner: { self: impostor() } })
    expect(gaveUp(outcome)).toBe(true)
    expect(outcome.host).toBeNull()
  })

  test('a host that signs with another key', () => {
    expect(gaveUp(exchange({ host: { self: impostor(hostDevice) } }))).toBe(true)
  })

  test('a key of small order, for which signatures prove nothing', () => {
    const weak = deviceId(fromHex(`01${'00'.repeat(31)}`))
    // R = neutral element, s = 0 holds for any message under a key that is the neutral element.
    const forged = Buffer.concat([fromHex(`01${'00'.repeat(31)}`), Buffer.alloc(32)])
    const self = {
      introduction: { ...joinerDevice.introduction, id: weak },
      sign: () => forged,
    }
    expect(gaveUp(exchange({ joiner: { self } }))).toBe(true)
  })

  test.each([
    ['a name that tries to reorder text', { name: 'a\u202Eb' }],
    ['a name with space around it', { name: ' a ' }],
    ['no name', { name: '' }],
    ['a name too long', { name: 'a'.repeat(65) }],
    ['a short announcement key', { announcementKey: new Uint8Array(31) }],
    ['an unknown kind', { kind: 'toaster' as 'laptop' }],
  ])('an introduction with %s', (_, wrong) => {
    const self = {
      ...joinerDevice,
      introduction: { ...joinerDevice.introduction, ...wrong },
    }
    expect(gaveUp(exchange({ joiner: { self } }))).toBe(true)
  })
})

describe('safety 10: steps out of turn', () => {
  const joiner = () => new JoinerExchange({ ...channel, self: joinerDevice })
  const host = () =>
    new HostExchange({ ...channel, self: hostDevice, beforeVerify: () => undefined })
  const bytes = new Uint8Array(64)

  test('are bugs of the caller, not messages of the peer', () => {
    expect(() => joiner().onM2(bytes)).toThrow('moment')
    expect(() => joiner().onM4(bytes)).toThrow('moment')
    expect(() => joiner().onM6(bytes)).toThrow('moment')
    expect(() => host().onM3(bytes)).toThrow('moment')
    expect(() => host().onM5(bytes)).toThrow('moment')
    expect(() => host().accept()).toThrow('moment')
    expect(() => host().onM7(bytes)).toThrow('moment')
  })

  test('no step is taken twice', () => {
    const [j, h] = [joiner(), host()]
    const m1 = j.start()
    expect(() => j.start()).toThrow('moment')
    const m2 = h.onM1(m1)
    expect(() => h.onM1(m1)).toThrow('moment')
    const m3 = j.onM2(m2)
    expect(() => j.onM2(m2)).toThrow('moment')
    const m4 = h.onM3(m3)
    expect(() => h.onM3(m3)).toThrow('moment')
    const m5 = j.onM4(m4)
    expect(() => j.onM4(m4)).toThrow('moment')
    h.onM5(m5)
    expect(() => h.onM5(m5)).toThrow('moment')
    const { message } = h.accept()
    expect(() => h.accept()).toThrow('moment')
    const closing = j.onM6(message)
    expect(() => j.onM6(message)).toThrow('moment')
    h.onM7(closing.message)
    expect(() => h.onM7(closing.message)).toThrow('moment')
  })

  test('a failed step ends the exchange: no second guess at one opening', () => {
    const [j, h] = [joiner(), host()]
    const m5 = j.onM4(h.onM3(j.onM2(h.onM1(j.start()))))
    expect(() => h.onM5(flipped(m5, 0))).toThrow(Fault)
    expect(() => h.onM5(m5)).toThrow('moment')
  })

  test('a disposed exchange is over', () => {
    const [j, h] = [joiner(), host()]
    const m5 = j.onM4(h.onM3(j.onM2(h.onM1(j.start()))))
    h[Symbol.dispose]()
    expect(() => h.onM5(m5)).toThrow('moment')
  })
})

test('safety 6: no fault tells anything of the words', () => {
  for (const name of names) {
    const { error } = exchange({
      onTheWay: (now, bytes) => (now === name ? flipped(bytes, 9) : bytes),
    })
    const told = `${String(error)} ${JSON.stringify(error)}`
    for (const word of phrase) expect(told).not.toContain(word)
  }
  const unknown = ['orbit', 'maple', 'velvet', 'stone', 'passwort'] as unknown as Phrase
  expect(errorWith(words(unknown))).toBe('Error: a word is not on the list')
})

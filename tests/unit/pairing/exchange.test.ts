import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { Fault } from '#shared/faults.ts'
import { wordList, type Phrase } from '#shared/words.ts'
import type { PairingSecret } from '#core/pairing/key-schedule.ts'
import { flipped } from '../../support/bytes.ts'
import {
  channel,
  codeOf,
  device,
  deviceId,
  exchange,
  gaveUp,
  hostDevice,
  joinerDevice,
  names,
  phrase,
  seeded,
  type Message,
} from '../../support/pairing.ts'
import { formsOf } from '../../support/word-forms.ts'

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

test('safety 6: no message of a pairing holds a word, in any form', () => {
  const messages = Object.values(exchange().messages)
  expect(messages).toHaveLength(names.length)
  for (const form of [...formsOf(phrase), ...formsOf(phrase.slice(2))]) {
    for (const message of messages) expect(Buffer.from(message).includes(form)).toBe(false)
  }
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

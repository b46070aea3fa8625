import { createCipheriv } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Fault } from '#shared/faults.ts'
import { seal } from '#core/crypto/aead.ts'
import { CipherState } from '#core/sessions/cipher-state.ts'
import { initiate, respond, type NoiseChannel } from '#core/sessions/noise.ts'
import { SymmetricState } from '#core/sessions/symmetric-state.ts'
import { sessionPrologue, transferKey } from '#core/sessions/session-keys.ts'
import { flipped, fromHex, toHex } from '../../support/bytes.ts'
import { deviceId, seeded } from '../../support/pairing.ts'

const setup = { prologue: Buffer.from('prologue'), psk: seeded('psk')(32) }
const hello = Buffer.from('hello')
const welcome = Buffer.from('welcome')

function channels(): [NoiseChannel, NoiseChannel] {
  const initiator = initiate(setup, hello)
  const answer = respond(setup, initiator.message).finish(welcome)
  return [initiator.finish(answer.message).channel, answer.channel]
}

/** The code of the fault, the message of any other error, or null when nothing went wrong. */
function failureOf(act: () => unknown): string | null {
  try {
    act()
    return null
  } catch (error) {
    return error instanceof Fault ? error.code : String(error)
  }
}

describe('safety 2: the handshake', () => {
  test('gives both sides one hash and crossed keys, and carries any payload', () => {
    const payload = fc.uint8Array({ maxLength: 500 })
    fc.assert(
      fc.property(payload, payload, (one, other) => {
        const initiator = initiate(setup, one)
        const responder = respond(setup, initiator.message)
        expect(toHex(responder.payload)).toBe(toHex(one))
        const answer = responder.finish(other)
        const { payload: back, channel } = initiator.finish(answer.message)
        expect(toHex(back)).toBe(toHex(other))
        expect(channel.handshakeHash).toEqual(answer.channel.handshakeHash)
        expect(channel.transfers.send).toEqual(answer.channel.transfers.receive)
        expect(channel.transfers.receive).toEqual(answer.channel.transfers.send)
        expect(channel.transfers.send).not.toEqual(channel.transfers.receive)
      }),
      { numRuns: 30 },
    )
  })

  test('no two sessions share anything', () => {
    const [[one], [other]] = [channels(), channels()]
    expect(one.handshakeHash).not.toEqual(other.handshakeHash)
    expect(one.transfers.send).not.toEqual(other.transfers.send)
    expect(one.send.seal(hello)).not.toEqual(other.send.seal(hello))
  })

  test.each([
    ['another pre-shared key', { ...setup, psk: seeded('other')(32) }],
    ['another prologue', { ...setup, prologue: Buffer.from('other') }],
  ])('%s: the first message already fails', (_, other) => {
    expect(failureOf(() => respond(other, initiate(setup, hello).message))).toBe('session.unproved')
  })

  test('every byte of either message flipped, missing or added: one and the same failure', () => {
    const first = initiate(setup, hello).message
    for (const touched of variants(first)) {
      expect(failureOf(() => respond(setup, touched))).toBe('session.unproved')
    }
    const fresh = () => {
      const initiator = initiate(setup, hello)
      return { initiator, reply: respond(setup, initiator.message).finish(welcome).message }
    }
    for (let at = 0; at < variants(fresh().reply).length; at++) {
      const { initiator, reply } = fresh()
      const touched = variants(reply)[at] ?? new Uint8Array()
      expect(
        failureOf(() => initiator.finish(touched)),
        `variant ${at}`,
      ).toBe('session.unproved')
    }
  })

  test('reflection and a replayed reply fail', () => {
    const initiator = initiate(setup, hello)
    expect(failureOf(() => initiator.finish(initiator.message))).toBe('session.unproved')

    const earlier = respond(setup, initiate(setup, hello).message).finish(welcome).message
    expect(failureOf(() => initiate(setup, hello).finish(earlier))).toBe('session.unproved')
  })

  test('a low-order point fails even from somebody who holds the key', () => {
    const zeros = new Uint8Array(32)
    const state = new SymmetricState('Noise_NNpsk0_25519_AESGCM_SHA512', setup.prologue)
    state.mixKeyAndHash(setup.psk)
    state.mixHash(zeros)
    state.mixKey(zeros)
    const responder = respond(setup, Buffer.concat([zeros, state.encryptAndHash(hello)]))
    expect(responder.payload).toEqual(hello)
    expect(failureOf(() => responder.finish(welcome))).toBe('session.unproved')
  })

  test('safety 8: no handshake message is longer than Noise allows', () => {
    const longest = initiate(setup, new Uint8Array(65_535 - 48)).message
    expect(respond(setup, longest).payload).toHaveLength(65_535 - 48)
    const longer = initiate(setup, new Uint8Array(65_536 - 48)).message
    expect(failureOf(() => respond(setup, longer))).toBe('session.unproved')
  })

  test('safety 11: a replayed first message leads to no session with the old keys', () => {
    const initiator = initiate(setup, hello)
    const answer = respond(setup, initiator.message).finish(welcome)
    const { channel } = initiator.finish(answer.message)
    const recorded = channel.send.seal(hello)
    const replayed = respond(setup, initiator.message).finish(welcome)
    expect(failureOf(() => replayed.channel.receive.open(recorded))).toBe('session.unproved')
  })

  test('is finished once, failed or not', () => {
    const initiator = initiate(setup, hello)
    const responder = respond(setup, initiator.message)
    const { message } = responder.finish(welcome)
    expect(failureOf(() => responder.finish(welcome))).toContain('over')
    expect(failureOf(() => initiator.finish(flipped(message, 40)))).toBe('session.unproved')
    expect(failureOf(() => initiator.finish(message))).toContain('over')
  })

  test('a key of another length is a bug', () => {
    expect(failureOf(() => initiate({ ...setup, psk: new Uint8Array(31) }, hello))).toContain('32')
  })
})

/** A message with each byte flipped, each length below its own, one byte more, and far too long. */
function variants(message: Uint8Array): Uint8Array[] {
  const bytes = [...message.keys()]
  return [
    ...bytes.map((at) => flipped(message, at, 1 << (at % 8))),
    ...bytes.map((at) => message.subarray(0, at)),
    Buffer.concat([message, Buffer.alloc(1)]),
    Buffer.concat([message, Buffer.alloc(70_000)]),
  ]
}

describe('safety 11: one direction of a session', () => {
  const key = seeded('direction')(32)
  const pair = (next?: bigint) => [new CipherState(key, next), new CipherState(key, next)] as const

  test('messages arrive in order and once', () => {
    const [sender, receiver] = pair()
    const [one, two] = [sender.seal(hello), sender.seal(hello)]
    expect(one).not.toEqual(two)
    expect(receiver.open(one)).toEqual(hello)
    expect(receiver.open(two)).toEqual(hello)
    expect(failureOf(() => receiver.open(two))).toBe('session.unproved')
  })

  test('a gap is refused', () => {
    const [sender, receiver] = pair()
    sender.seal(hello)
    expect(failureOf(() => receiver.open(sender.seal(hello)))).toBe('session.unproved')
  })

  test('a bad message ends the direction, even for good ones', () => {
    const [sender, receiver] = pair()
    const sealed = sender.seal(hello)
    expect(failureOf(() => receiver.open(flipped(sealed, 0)))).toBe('session.unproved')
    expect(failureOf(() => receiver.open(sealed))).toBe('session.unproved')
    expect(failureOf(() => receiver.seal(hello))).toBe('session.unproved')
    expect(failureOf(() => receiver.rekey())).toBe('session.unproved')
  })

  test('every byte, every length and the context count', () => {
    const sealed = pair()[0].seal(hello, welcome)
    for (const touched of variants(sealed)) {
      expect(failureOf(() => pair()[1].open(touched, welcome))).toBe('session.unproved')
    }
    expect(failureOf(() => pair()[1].open(sealed))).toBe('session.unproved')
    expect(pair()[1].open(sealed, welcome)).toEqual(hello)
  })

  test('a message sent back to its sender fails', () => {
    const [one] = channels()
    expect(failureOf(() => one.receive.open(one.send.seal(hello)))).toBe('session.unproved')
  })

  test('when the counter is used up nothing is sealed or opened any more', () => {
    const [sender, receiver] = pair(2n ** 64n - 2n)
    expect(receiver.open(sender.seal(hello))).toEqual(hello)
    expect(failureOf(() => sender.seal(hello))).toBe('session.unproved')
    expect(failureOf(() => receiver.open(hello))).toBe('session.unproved')
  })

  test('rekeying follows the specification and goes on with the same counter', () => {
    const [sender, receiver] = pair()
    receiver.open(sender.seal(hello))
    sender.rekey()
    receiver.rekey()
    const nonce = fromHex(`00000000${'ff'.repeat(8)}`)
    const next = createCipheriv('aes-256-gcm', key, nonce).update(new Uint8Array(32))
    const sealed = sender.seal(hello)
    expect(new CipherState(next, 1n).open(sealed)).toEqual(hello)
    expect(receiver.open(sealed)).toEqual(hello)
    sender.rekey()
    expect(failureOf(() => receiver.open(sender.seal(hello)))).toBe('session.unproved')
  })

  test('safety 8: no message is longer than Noise allows', () => {
    const [sender, receiver] = pair()
    expect(receiver.open(sender.seal(new Uint8Array(65_519)))).toHaveLength(65_519)
    expect(failureOf(() => sender.seal(new Uint8Array(65_520)))).toContain('longer')
    const tooLong = seal(key, 1, new Uint8Array(65_520), new Uint8Array())
    expect(failureOf(() => receiver.open(tooLong))).toBe('session.unproved')
  })
})

describe('safety 2: names of keys', () => {
  const [a, b] = [deviceId(seeded('a')(32)), deviceId(seeded('b')(32))]

  test('the prologue tells who dialled whom for what', () => {
    const prologues = [
      sessionPrologue(a, b, 'gangway/message/1'),
      sessionPrologue(b, a, 'gangway/message/1'),
      sessionPrologue(a, b, 'gangway/transfer/1'),
    ].map(toHex)
    expect(new Set(prologues).size).toBe(3)
    expect(prologues[0]).toBe(
      `11${toHex(Buffer.from('gangway/session/1'))}20${a}20${b}11${toHex(Buffer.from('gangway/message/1'))}`,
    )
  })

  test('each transfer, stream, epoch and direction has its own key', () => {
    const [{ transfers }] = channels()
    const transferId = seeded('transfer')(16)
    const keys = [
      transferKey(transfers.send, { transferId, stream: 0, epoch: 0 }),
      transferKey(transfers.receive, { transferId, stream: 0, epoch: 0 }),
      transferKey(transfers.send, { transferId, stream: 1, epoch: 0 }),
      transferKey(transfers.send, { transferId, stream: 0, epoch: 1 }),
      transferKey(transfers.send, { transferId: flipped(transferId, 3), stream: 0, epoch: 0 }),
    ].map(toHex)
    expect(new Set(keys).size).toBe(5)
    expect(keys[0]).toHaveLength(64)
    const short = { transferId: new Uint8Array(15), stream: 0, epoch: 0 }
    expect(failureOf(() => transferKey(transfers.send, short))).toContain('16')
  })
})

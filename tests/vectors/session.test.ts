import { describe, expect, test } from 'vitest'
import { isDeviceId, type Alpn } from '#shared/ids.ts'
import type { ByteStream, Connection } from '#core/endpoint/types.ts'
import { open } from '#core/crypto/aead.ts'
import { extract } from '#core/crypto/hash.ts'
import { initiate, respond, type NoiseChannel } from '#core/sessions/noise.ts'
import { SecureChannel } from '#core/sessions/secure-channel.ts'
import { sessionPrologue } from '#core/sessions/session-keys.ts'
import { fromHex, toHex } from '../support/bytes.ts'
import { FakeClock } from '../support/fake-clock.ts'
import { memoryConnections } from '../support/memory-connection.ts'
import vectors from './session-1.json' with { type: 'json' }

const alpn: Alpn = 'gangway/transfer/1'
const kinds = { data: 0, ping: 1, pong: 2 }
const nothing = new Uint8Array()

function idIn(text: string) {
  if (!isDeviceId(text)) throw new Error('not an id')
  return text
}

const [dialler, accepter] = [idIn(vectors.dialler), idIn(vectors.accepter)]
const prologue = sessionPrologue(dialler, accepter, alpn)

function framed(message: Uint8Array): string {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(message.length)
  return toHex(length) + toHex(message)
}

/** Both ends of the handshake, with the ephemeral keys of the vector. */
function shaken() {
  const setup = { prologue, psk: fromHex(vectors.root) }
  const initiation = initiate(
    { ...setup, random: () => fromHex(vectors.diallerEphemeral) },
    nothing,
  )
  const response = respond(
    { ...setup, random: () => fromHex(vectors.accepterEphemeral) },
    initiation.message,
  )
  const answer = response.finish(nothing)
  const { channel } = initiation.finish(answer.message)
  const third = channel.send.seal(nothing)
  expect(answer.channel.receive.open(third)).toHaveLength(0)
  const handshake = [initiation.message, answer.message, third].map(framed)
  return { dialler: channel, accepter: answer.channel, handshake }
}

/** The end of a session on a stream, every frame it sends, and that stream for whoever reads. */
function listening(connection: Connection, stream: ByteStream, noise: NoiseChannel) {
  const frames: string[] = []
  const heard: ByteStream = {
    read: (maxBytes, signal) => stream.read(maxBytes, signal),
    write: (bytes, signal) => {
      frames.push(toHex(bytes))
      return stream.write(bytes, signal)
    },
    finish: () => stream.finish(),
    reset: (code) => stream.reset(code),
    stop: (code) => stream.stop(code),
  }
  const channel = new SecureChannel(
    connection,
    { stream: heard, noise },
    { clock: new FakeClock() },
  )
  return { channel, frames }
}

async function bothEnds() {
  const noise = shaken()
  const connections = memoryConnections({ alpn, dialler, accepter })
  const there = await connections.dialler.openStream()
  await there.write(nothing)
  const back = await connections.accepter.acceptStream()
  return {
    dialler: listening(connections.dialler, there, noise.dialler),
    accepter: listening(connections.accepter, back, noise.accepter),
  }
}

function framesOf(side: string) {
  return vectors.frames.filter(({ from }) => from === side)
}

/** Sends what the vector holds of one side from its fourth frame on, and others in between. */
async function sendTheRest(from: SecureChannel, to: SecureChannel, side: string): Promise<void> {
  const told = new Map(framesOf(side).map(({ index, payload }) => [index, payload]))
  for (let index = 3; index <= 2048; index++) {
    const payload = fromHex(told.get(index) ?? '00')
    await from.send(payload)
    expect(await to.receive()).toEqual(payload)
  }
}

describe('gangway/session/1', () => {
  test('the prologue, the three messages of the handshake and what comes out of it', () => {
    const noise = shaken()
    expect(vectors.alpn).toBe(alpn)
    expect(toHex(prologue)).toBe(vectors.prologue)
    expect(noise.handshake).toEqual(vectors.handshake)
    expect(toHex(noise.dialler.handshakeHash)).toBe(vectors.handshakeHash)
    expect(toHex(noise.accepter.handshakeHash)).toBe(vectors.handshakeHash)
  })

  test('what the keys of transfers are made of', () => {
    const { dialler: noise } = shaken()
    const { dialler: sending, accepter: receiving } = vectors.keys
    const secret = (key = '') => toHex(extract(fromHex(vectors.handshakeHash), fromHex(key)))
    expect(toHex(noise.transfers.send)).toBe(secret(sending[0]))
    expect(toHex(noise.transfers.receive)).toBe(secret(receiving[0]))
  })

  test.each(vectors.frames)('frame $index of the $from is under the key it tells', (frame) => {
    const { from, index, nonce, kind, payload, bytes } = frame
    const keys = from === 'dialler' ? vectors.keys.dialler : vectors.keys.accepter
    const key = fromHex(keys[Math.floor(index / 1024)] ?? '')
    const plain = open(key, BigInt(nonce), fromHex(bytes.slice(8)), nothing)
    expect(toHex(plain ?? nothing)).toBe(`0${kind}${payload}`)
  })

  test('frames of both sides, pings, and the frames around two new keys', async () => {
    const { dialler: one, accepter: other } = await bothEnds()
    const offered = Buffer.from('{"type":"offered"}')
    await one.channel.send(offered)
    await other.channel.send(offered)
    expect(await other.channel.receive()).toEqual(offered)
    expect(await one.channel.receive()).toEqual(offered)
    await one.channel.ping()
    await other.channel.ping()
    await sendTheRest(one.channel, other.channel, 'dialler')
    await sendTheRest(other.channel, one.channel, 'accepter')
    for (const [side, { frames }] of Object.entries({ dialler: one, accepter: other })) {
      const told = framesOf(side)
      expect(told.map(({ index }) => frames[index])).toEqual(told.map(({ bytes }) => bytes))
      expect(told.map(({ kind }) => kind)).toEqual(expect.arrayContaining(Object.values(kinds)))
    }
    one.channel.close('clean')
  })
})

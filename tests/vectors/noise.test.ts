import { expect, test } from 'vitest'
import { initiate, respond } from '#core/sessions/noise.ts'
import { fromHex, toHex } from '../support/bytes.ts'
import vectors from './noise-nnpsk0-aesgcm.json' with { type: 'json' }

const vector = vectors.vectors.find(
  ({ protocol_name }) => protocol_name === 'Noise_NNpsk0_25519_AESGCM_SHA512',
)

test('Noise_NNpsk0_25519_AESGCM_SHA512 gives the messages and the hash of the vector', () => {
  if (!vector) throw new Error('the vector is missing')
  const [first, second, ...transport] = vector.messages.map((message) => ({
    payload: fromHex(message.payload),
    ciphertext: message.ciphertext,
  }))
  if (!first || !second) throw new Error('the handshake is missing')

  const initiator = initiate(
    {
      prologue: fromHex(vector.init_prologue),
      psk: fromHex(vector.init_psks[0] ?? ''),
      random: () => fromHex(vector.init_ephemeral),
    },
    first.payload,
  )
  expect(toHex(initiator.message)).toBe(first.ciphertext)

  const responder = respond(
    {
      prologue: fromHex(vector.resp_prologue),
      psk: fromHex(vector.resp_psks[0] ?? ''),
      random: () => fromHex(vector.resp_ephemeral),
    },
    initiator.message,
  )
  expect(responder.payload).toEqual(first.payload)
  const answer = responder.finish(second.payload)
  expect(toHex(answer.message)).toBe(second.ciphertext)
  const finished = initiator.finish(answer.message)
  expect(finished.payload).toEqual(second.payload)

  const [a, b] = [finished.channel, answer.channel]
  expect(toHex(a.handshakeHash)).toBe(vector.handshake_hash)
  expect(toHex(b.handshakeHash)).toBe(vector.handshake_hash)
  expect(transport).toHaveLength(4)
  for (const [index, { payload, ciphertext }] of transport.entries()) {
    const [from, to] = index % 2 === 0 ? [a, b] : [b, a]
    const sealed = from.send.seal(payload)
    expect(toHex(sealed)).toBe(ciphertext)
    expect(to.receive.open(sealed)).toEqual(payload)
  }
})
